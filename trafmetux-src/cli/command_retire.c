// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "counting/counting.h"

int command_retire(struct invocation *invocation)
{
	struct monitor_names names = { 0 };

	if (invocation_find_names(invocation, &names))
		retire_run(&invocation->context, &names, invocation->options->undo);
	monitor_names_free(&names);
	return STATUS_DONE;
}
