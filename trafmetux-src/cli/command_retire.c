// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/context.h"
#include "counting/counting.h"

int command_retire(struct context *context)
{
	struct monitor_names names = { 0 };
	const struct retire_request request = {
		.source = &context->source,
		.archive_path = context->options->archive_path,
		.names = &names,
		.undo = context->options->undo,
		.present = context->belief.present,
		.messages = context->messages,
		.output = context->output,
	};

	if (context_find_names(context, &names))
		retire_run(&request);
	monitor_names_free(&names);
	return STATUS_DONE;
}
