// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "upkeep/verify.h"

int command_verify(struct invocation *invocation)
{
	struct monitor_names names = { 0 };
	struct verify_request request = {
		.source = &invocation->source,
		.archive_path = invocation->options->archive_path,
		.names = &names,
		.repair = invocation->options->repair,
		.calendar = &invocation->calendar,
		.messages = invocation->context.messages,
		.output = invocation->context.output,
	};

	if (invocation_find_names(invocation, &names))
		verify_run(&request);
	monitor_names_free(&names);
	return STATUS_DONE;
}
