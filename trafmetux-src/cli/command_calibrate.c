// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "cli/invocation.h"
#include "plan/calibrate.h"

static int answer(struct invocation *invocation, const struct config_plan *found)
{
	const struct options *options = invocation->options;
	const struct calibrate_options wanted = {
		.text = options->operands[1], .is_now = options->now,
		.is_forced = options->force,
	};
	const int error = calibrate_run(&invocation->context, &found->plan, &wanted);

	if (error == -ENOMEM)
		message_report(invocation->context.messages, "%s",
			       message_reason(ENOMEM));
	return error == -EINVAL ? STATUS_USAGE : STATUS_DONE;
}

int command_calibrate(struct invocation *invocation)
{
	return invocation_run_plan(invocation, answer);
}
