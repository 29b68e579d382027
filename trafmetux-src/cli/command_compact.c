// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "upkeep/compact.h"

int command_compact(struct invocation *invocation)
{
	const struct options *options = invocation->options;
	struct monitor_names names = { 0 };

	/* Which months are old, nobody knows. */
	if (!options->has_at && !belief_is_sure(&invocation->belief))
		belief_report(&invocation->belief, invocation->context.messages);
	else if (invocation_find_names(invocation, &names))
		compact_run(&invocation->context, &names, options->has_keep_minutes ?
			    (int64_t)options->keep_minutes : COMPACT_KEEP_ALL);
	monitor_names_free(&names);
	return STATUS_DONE;
}
