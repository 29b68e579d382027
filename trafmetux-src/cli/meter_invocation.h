/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRAFMETUX_METER_INVOCATION_H
#define TRAFMETUX_METER_INVOCATION_H

#include "cli/invocation.h"
#include "meter/meter.h"

/** invocation_meter_request - for the machine's own network */
static inline struct meter_request
invocation_meter_request(const struct invocation *invocation)
{
	return (struct meter_request){
		.context = &invocation->context,
		.folder = invocation->meter_folder,
		.module_path = invocation->options->source_path,
		.name = invocation->options->name,
	};
}

#endif
