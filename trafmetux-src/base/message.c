// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/message.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/machine.h"
#include "base/hash.h"

/* Was the line written before? If not, it is now. */
static bool was_said(struct messages *messages, const char *text)
{
	const uint64_t hash = hash_bytes(HASH_START, text, strlen(text));
	const size_t count = messages->said_count < MESSAGES_SAID ?
			     messages->said_count : MESSAGES_SAID;

	for (size_t at = 0; at < count; at++) {
		if (messages->said[at] == hash)
			return true;
	}
	messages->said[messages->said_count++ % MESSAGES_SAID] = hash;
	return false;
}

static void write_line(struct messages *messages, bool is_trouble,
		       const char *format, va_list arguments)
{
	char text[2048] = "trafmetux: ";
	const size_t prefix = strlen(text);

	if (messages->silent && !messages->first)
		return;
	vsnprintf(text + prefix, sizeof(text) - prefix - 1, format, arguments);
	for (char *at = text; *at; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	}
	if (is_trouble && messages->first && !*messages->first)
		snprintf(messages->first, messages->first_size, "%s",
			 text + prefix);
	if (messages->silent || was_said(messages, text) ||
	    (messages->is_due &&
	     !messages->is_due(messages->due_context, text + prefix)))
		return;
	strcat(text, "\n");
	if (messages->progress_shown)
		fputs(MESSAGE_ERASE, stderr);
	messages->progress_shown = false;
	fputs(text, stderr);
}

void message_report(struct messages *messages, const char *format, ...)
{
	va_list arguments;

	messages->trouble = true;
	va_start(arguments, format);
	write_line(messages, true, format, arguments);
	va_end(arguments);
}

void message_note(struct messages *messages, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	write_line(messages, false, format, arguments);
	va_end(arguments);
}

#define DISK_FULL "disk full; free some space"
#define DISK_FAILS "input/output error; check the disk"
#define FILE_LIMIT "file too large; raise the limit with ulimit -f"
#define KEPT " (nothing is lost while the kernel keeps the history)"

const char *message_reason(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
		return DISK_FULL;
	case EACCES:
	case EPERM:
		return "permission denied; run as root or change its mode with chmod";
	case EROFS:
		return "read-only file system; remount it read-write";
	case EIO:
		return DISK_FAILS;
	case ENOTDIR:
		return "not a directory; name a directory";
	case ELOOP:
		return "not a regular file; move it away";
	case EFBIG:
		return FILE_LIMIT;
	case EMFILE:
		return "too many open files; raise the limit with ulimit -n";
	case ENFILE:
		return "too many open files in the system; raise sysctl fs.file-max";
	case ENOMEM:
		return "out of memory; free some memory and run it again";
	default:
		return strerror(error);
	}
}

const char *message_reason_kept(int error)
{
	switch (error) {
	case ENOSPC:
	case EDQUOT:
		return DISK_FULL KEPT;
	case EIO:
		return DISK_FAILS KEPT;
	case EFBIG:
		return FILE_LIMIT KEPT;
	default:
		return message_reason(error);
	}
}

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
