// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "plan/summary.h"

int command_summary(struct invocation *invocation)
{
	const struct options *options = invocation->options;
	const struct context *context = &invocation->context;
	struct config config;

	config_read(options->config_path, invocation_wants_plans(invocation), &config,
		    context->messages);
	if (!context->is_past && !belief_is_sure(&invocation->belief))
		belief_report(&invocation->belief, context->messages);
	invocation_tell_plan(invocation, NULL);
	summary_run(context, &config, options->config_path, &options->unit);
	config_free(&config);
	return STATUS_DONE;
}
