// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "upkeep/doctor.h"

int command_doctor(struct invocation *invocation)
{
	const struct options *options = invocation->options;
	const struct doctor_places places = {
		.meter_folder = invocation->meter_folder,
		.config_path = options->config_path,
		.is_config_wanted = invocation_wants_plans(invocation),
		.cron_root = options->cron_root,
	};

	doctor_run(&invocation->context, &places);
	return STATUS_DONE;
}
