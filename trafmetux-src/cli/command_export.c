// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "exchange/export.h"

int command_export(struct invocation *invocation)
{
	struct show_invocation show;

	if (invocation_open_show(&show, invocation, invocation->command->word))
		return STATUS_USAGE;
	invocation_tell_clock(invocation, invocation->options->operand_count);
	invocation_tell(&show, invocation, invocation->options->operand_count);
	export_run(&show.request);
	return STATUS_DONE;
}
