/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRAFMETUX_METER_CONTEXT_H
#define TRAFMETUX_METER_CONTEXT_H

#include "cli/context.h"
#include "meter/meter.h"

/** meter_context_request - for the machine's own network */
static inline struct meter_request meter_context_request(const struct context *context)
{
	return (struct meter_request){
		.folder = context->meter_folder,
		.module_path = context->options->source_path,
		.archive_path = context->options->archive_path,
		.name = context->options->name,
		.messages = context->messages,
		.output = context->output,
	};
}

#endif
