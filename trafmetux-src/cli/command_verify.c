// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/context.h"
#include "upkeep/verify.h"

int command_verify(struct context *context)
{
	struct monitor_names names = { 0 };
	struct verify_request request = {
		.source = &context->source,
		.archive_path = context->options->archive_path,
		.names = &names,
		.repair = context->options->repair,
		.calendar = &context->calendar,
		.messages = context->messages,
		.output = context->output,
	};

	if (context_find_names(context, &names))
		verify_run(&request);
	monitor_names_free(&names);
	return STATUS_DONE;
}
