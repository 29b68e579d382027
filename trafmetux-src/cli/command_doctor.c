// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/context.h"
#include "upkeep/doctor.h"

int command_doctor(struct context *context)
{
	const struct doctor_request request = {
		.source = &context->source,
		.meter_folder = context->meter_folder,
		.archive_path = context->options->archive_path,
		.config_path = context->options->config_path,
		.is_config_wanted = plan_context_is_wanted(context),
		.cron_root = context->options->cron_root,
		.expects = !context->options->has_archive,
		.present = context->belief.present,
		.messages = context->messages,
		.output = context->output,
	};

	doctor_run(&request);
	return STATUS_DONE;
}
