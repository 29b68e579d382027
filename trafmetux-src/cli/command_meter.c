// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "cli/context.h"
#include "cli/meter_context.h"
#include "counting/counting.h"
#include "meter/meter.h"
#include "upkeep/update.h"

int command_meter_check(struct options *options, char *fault)
{
	const int kinds = options->again + (options->rule != NULL) +
			  (options->operand_count > 0);

	if (kinds == 0)
		return options_fail(fault, "meter: %s is missing", "the name of a device");
	if (kinds > 1 || (options->name && !options->operand_count))
		return options_fail(fault, "meter takes devices, --again or --rule, %s",
				    "one of them");
	return 0;
}

int command_meter(struct context *context)
{
	const struct options *options = context->options;
	const struct meter_request request = meter_context_request(context);

	if (options->again)
		meter_again(&request);
	else if (options->rule)
		meter_rule(&request, options->rule);
	else
		meter_lay(&request, options->operands, options->operand_count);
	return STATUS_DONE;
}

/* What they counted last; false if it could not be archived. */
static bool archive_last(struct context *context, const struct monitor_names *names)
{
	struct messages messages = *context->messages;
	const struct update_request request = {
		.source = &context->source,
		.archive_path = context->options->archive_path,
		.names = names,
		.now = true,
		.sync = ARCHIVE_SYNC_ALWAYS,
		.belief = &context->belief,
		.calendar = &context->calendar,
		.messages = &messages,
	};

	messages.trouble = false;
	update_run(&request);
	context->messages->trouble |= messages.trouble;
	return !messages.trouble;
}

static void retire(struct context *context, const struct monitor_names *names)
{
	/* What was never archived is not expected. */
	struct messages silent = { .silent = true };
	const struct retire_request request = {
		.source = &context->source,
		.archive_path = context->options->archive_path,
		.names = names,
		.present = context->belief.present,
		.messages = &silent,
		.output = context->output,
	};

	retire_run(&request);
}

int command_unmeter(struct context *context)
{
	const struct options *options = context->options;
	const struct meter_request request = meter_context_request(context);
	struct meter_taken all = { .fed = { 0 } };

	meter_take_away(&request, options->operands, options->operand_count, &all);
	if (all.fed.count)
		retire(context, &all.fed);
	if (all.unfed.count && archive_last(context, &all.unfed)) {
		meter_forget(&request, &all.unfed);
		retire(context, &all.unfed);
	}
	monitor_names_free(&all.fed);
	monitor_names_free(&all.unfed);
	return STATUS_DONE;
}
