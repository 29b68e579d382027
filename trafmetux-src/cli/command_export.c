// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/context.h"
#include "exchange/export.h"

int command_export(struct context *context)
{
	struct show_context show;

	if (show_context_open(&show, context, context->command->word))
		return STATUS_USAGE;
	show_context_tell_clock(context, context->options->operand_count);
	show_context_tell(&show, context, context->options->operand_count);
	export_run(&show.request);
	return STATUS_DONE;
}
