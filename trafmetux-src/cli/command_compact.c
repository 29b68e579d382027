// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/context.h"
#include "upkeep/compact.h"

int command_compact(struct context *context)
{
	const struct options *options = context->options;
	struct monitor_names names = { 0 };
	const struct compact_request request = {
		.archive_path = options->archive_path,
		.names = &names,
		.present = context->present,
		.has_keep_minutes = options->has_keep_minutes,
		.keep_minutes = (int64_t)options->keep_minutes,
		.calendar = &context->calendar,
		.messages = context->messages,
		.progress_output = context->progress,
		.output = context->output,
	};

	/* Which months are old, nobody knows. */
	if (!options->has_at && !belief_is_sure(&context->belief))
		belief_report(&context->belief, context->messages);
	else if (context_find_names(context, &names))
		compact_run(&request);
	monitor_names_free(&names);
	return STATUS_DONE;
}
