// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/context.h"
#include "plan/summary.h"

int command_summary(struct context *context)
{
	const struct plan_request request = plan_context_request(context);
	struct config config;
	const struct summary_request summary = {
		.request = &request, .config = &config,
		.config_path = context->options->config_path,
		.calendar = &context->calendar,
		.unit = context->options->unit,
		.output = context->output,
	};

	config_read(context->options->config_path,
		    plan_context_is_wanted(context), &config,
		    context->messages);
	if (!context->options->has_at && !belief_is_sure(&context->belief))
		belief_report(&context->belief, context->messages);
	plan_context_tell(context, NULL);
	summary_run(&summary);
	config_free(&config);
	return STATUS_DONE;
}
