// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "cli/invocation.h"
#include "cli/meter_invocation.h"
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

int command_meter(struct invocation *invocation)
{
	const struct options *options = invocation->options;
	const struct meter_request request = invocation_meter_request(invocation);

	if (options->again)
		meter_again(&request);
	else if (options->rule)
		meter_rule(&request, options->rule);
	else
		meter_lay(&request, options->operands, options->operand_count);
	return STATUS_DONE;
}

int command_unmeter_check(struct options *options, char *fault)
{
	if (!options->operand_count && !options->rule)
		return options_fail(fault, "unmeter: %s is missing", "the name of a device");
	if (options->rule && (options->name || options->operand_count))
		return options_fail(fault, "unmeter takes devices or --rule, %s",
				    "one of them");
	return 0;
}

/* What they counted last; false if it could not be archived. */
static bool archive_last(struct invocation *invocation, const struct monitor_names *names)
{
	struct messages messages = *invocation->context.messages;
	struct context context = invocation->context;
	const struct update_request request = {
		.context = &context,
		.names = names,
		.now = true,
		.sync = ARCHIVE_SYNC_ALWAYS,
		.belief = &invocation->belief,
	};

	context.messages = &messages;
	messages.trouble = false;
	update_run(&request);
	invocation->context.messages->trouble |= messages.trouble;
	return !messages.trouble;
}

static void retire(struct invocation *invocation, const struct monitor_names *names)
{
	/* What was never archived is not expected. */
	struct messages silent = { .silent = true };
	struct context context = invocation->context;

	context.messages = &silent;
	/* An update was run in between. */
	context.present = invocation->belief.present;
	retire_run(&context, names, false);
}

int command_unmeter(struct invocation *invocation)
{
	const struct options *options = invocation->options;
	const struct meter_request request = invocation_meter_request(invocation);
	struct meter_taken all = { .fed = { 0 } };

	if (options->rule)
		meter_rule_remove(&request, options->rule, &all);
	else
		meter_take_away(&request, options->operands, options->operand_count,
				&all);
	if (all.fed.count)
		retire(invocation, &all.fed);
	if (all.unfed.count && archive_last(invocation, &all.unfed)) {
		meter_forget(&request, &all.unfed);
		retire(invocation, &all.unfed);
	}
	monitor_names_free(&all.fed);
	monitor_names_free(&all.unfed);
	return STATUS_DONE;
}
