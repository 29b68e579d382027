// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "upkeep/doctor.h"

int command_doctor(struct invocation *invocation)
{
	const struct doctor_request request = {
		.context = &invocation->context,
		.source = &invocation->source,
		.meter_folder = invocation->meter_folder,
		.archive_path = invocation->options->archive_path,
		.config_path = invocation->options->config_path,
		.is_config_wanted = invocation_wants_plans(invocation),
		.cron_root = invocation->options->cron_root,
		.expects = !invocation->options->has_archive,
		.present = invocation->belief.present,
		.messages = invocation->context.messages,
		.output = invocation->context.output,
	};

	doctor_run(&request);
	return STATUS_DONE;
}
