// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"
#include "explain/explain.h"

/* "explain MONITOR PERIOD" is for --from and --to of the same period. */
int command_explain_check(struct options *options, char *fault)
{
	const char *period = options->operands[1];

	if (options->operand_count < 2)
		return 0;
	if (options->from.what != TIME_WORDS_NONE ||
	    options->to.what != TIME_WORDS_NONE)
		return options_fail(fault,
				    "'%s' does not go with --from and --to",
				    period);
	if (!time_words_parse(period, &options->from) ||
	    options->from.what == TIME_WORDS_NOW ||
	    options->from.what == TIME_WORDS_INSTANT)
		return options_fail(fault, "'%s' is no period; give "
				    TIME_WORDS_PERIOD_FORMS, period);
	options->to = options->from;
	return 0;
}

int command_explain(struct invocation *invocation)
{
	struct query query;

	if (invocation_query(invocation, invocation->command->word, &query))
		return STATUS_USAGE;
	/* The second operand is the period. */
	invocation_tell_clock(invocation, 1);
	invocation_tell(invocation, &query, 1);
	explain_run(&invocation->context, &query);
	return STATUS_DONE;
}
