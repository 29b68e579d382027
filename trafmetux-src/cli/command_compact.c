// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "upkeep/compact.h"

int command_compact(struct invocation *invocation)
{
	const struct options *options = invocation->options;
	struct monitor_names names = { 0 };
	const struct compact_request request = {
		.archive_path = options->archive_path,
		.names = &names,
		.present = invocation->context.present,
		.has_keep_minutes = options->has_keep_minutes,
		.keep_minutes = (int64_t)options->keep_minutes,
		.calendar = &invocation->calendar,
		.messages = invocation->context.messages,
		.progress_output = invocation->context.progress_output,
		.output = invocation->context.output,
	};

	/* Which months are old, nobody knows. */
	if (!options->has_at && !belief_is_sure(&invocation->belief))
		belief_report(&invocation->belief, invocation->context.messages);
	else if (invocation_find_names(invocation, &names))
		compact_run(&request);
	monitor_names_free(&names);
	return STATUS_DONE;
}
