// SPDX-License-Identifier: GPL-2.0-or-later
/* show-minutely and the like: a table of periods, or the present one, live. */
#include <string.h>

#include "cli/invocation.h"
#include "report/follow.h"

/* Which option that is given has no meaning for live figures, or NULL. */
static const char *find_not_live(const struct options *options)
{
	const struct {
		bool is_given;
		const char *name;
	} not_live[] = {
		{ options->has_at, "at" },
		{ options->from.what != TIME_WORDS_NONE, "from" },
		{ options->to.what != TIME_WORDS_NONE, "to" },
		{ options->top, "top" },
		{ options->total, "total" },
		{ options->rates, "rates" },
		{ !options->render->live_row, options->format },
	};

	for (size_t at = 0; at < sizeof(not_live) / sizeof(*not_live); at++) {
		if (not_live[at].is_given)
			return not_live[at].name;
	}
	return NULL;
}

int command_show_check(struct options *options, char *fault)
{
	const char *not_live = find_not_live(options);

	if (!options->follow && options->interval)
		return options_fail(fault, "%s goes with --follow only",
				    "--interval");
	if (options->follow && not_live)
		return options_fail(fault, "--follow does not go with --%s",
				    not_live);
	return 0;
}

int command_show_total_check(struct options *options, char *fault)
{
	const int error = command_show_check(options, fault);

	if (!error && !options->follow && options->times)
		return options_fail(fault, "-t does not go with %s",
				    "show-total");
	return error;
}

int command_show(struct invocation *invocation)
{
	const char *name = strchr(invocation->command->word, '-') + 1;
	struct query query;

	if (invocation_query(invocation, name, &query))
		return STATUS_USAGE;
	invocation_tell(invocation, &query, invocation->options->operand_count);
	if (invocation->options->follow) {
		const struct follow_clock clock = follow_clock_start();

		follow_run(&invocation->context, &query, &clock);
	} else {
		show_run(&invocation->context, &query);
	}
	return STATUS_DONE;
}
