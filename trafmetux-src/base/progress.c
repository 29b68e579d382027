// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/progress.h"

#include "base/clock.h"

static uint64_t milliseconds(void)
{
	return (uint64_t)clock_monotonic() / 1000000;
}

struct progress progress_start(struct messages *messages, FILE *output)
{
	return (struct progress){
		.messages = messages,
		.output = output,
		.due = milliseconds() + PROGRESS_FIRST,
	};
}

void progress_step_at(struct progress *progress, const char *what,
		      unsigned int percent, uint64_t now)
{
	if (!progress->output || now < progress->due)
		return;
	progress->due = now + PROGRESS_AGAIN;
	fprintf(progress->output, MESSAGE_ERASE "reading %s: %u %%", what,
		percent);
	fflush(progress->output);
	progress->messages->progress_shown = true;
}

void progress_step(struct progress *progress, const char *what,
		   unsigned int percent)
{
	if (progress->output)
		progress_step_at(progress, what, percent, milliseconds());
}

void progress_end(struct progress *progress)
{
	if (!progress->messages->progress_shown)
		return;
	fputs(MESSAGE_ERASE, progress->output);
	fflush(progress->output);
	progress->messages->progress_shown = false;
}
