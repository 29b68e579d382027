// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "plan/summary.h"

int command_summary(struct invocation *invocation)
{
	const struct plan_request request = invocation_plan_request(invocation);
	struct config config;
	const struct summary_request summary = {
		.request = &request, .config = &config,
		.config_path = invocation->options->config_path,
		.calendar = &invocation->calendar,
		.unit = invocation->options->unit,
		.output = invocation->output,
	};

	config_read(invocation->options->config_path,
		    invocation_wants_plans(invocation), &config,
		    invocation->messages);
	if (!invocation->options->has_at && !belief_is_sure(&invocation->belief))
		belief_report(&invocation->belief, invocation->messages);
	invocation_tell_plan(invocation, NULL);
	summary_run(&summary);
	config_free(&config);
	return STATUS_DONE;
}
