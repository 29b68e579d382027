// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "counting/counting.h"

int command_retire(struct invocation *invocation)
{
	struct monitor_names names = { 0 };
	const struct retire_request request = {
		.source = &invocation->source,
		.archive_path = invocation->options->archive_path,
		.names = &names,
		.undo = invocation->options->undo,
		.present = invocation->belief.present,
		.messages = invocation->context.messages,
		.output = invocation->context.output,
	};

	if (invocation_find_names(invocation, &names))
		retire_run(&request);
	monitor_names_free(&names);
	return STATUS_DONE;
}
