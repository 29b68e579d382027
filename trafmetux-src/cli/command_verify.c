// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "upkeep/verify.h"

int command_verify(struct invocation *invocation)
{
	struct monitor_names names = { 0 };

	if (invocation_find_names(invocation, &names))
		verify_run(&invocation->context, &names, invocation->options->repair);
	monitor_names_free(&names);
	return STATUS_DONE;
}
