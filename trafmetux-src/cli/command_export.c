// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "exchange/export.h"

int command_export(struct invocation *invocation)
{
	struct query query;

	if (invocation_query(invocation, invocation->command->word, &query))
		return STATUS_USAGE;
	invocation_tell_clock(invocation, invocation->options->operand_count);
	invocation_tell(invocation, &query, invocation->options->operand_count);
	export_run(&invocation->context, &query);
	return STATUS_DONE;
}
