// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

int options_check(const struct options *options,
		  char fault[OPTIONS_FAULT_SIZE])
{
	const struct {
		bool is_given;
		const char *name;
	} not_with_follow[] = {
		{ options->has_at, "--at" },
		{ options->from.what != TIME_WORDS_NONE, "--from" },
		{ options->to.what != TIME_WORDS_NONE, "--to" },
		{ options->top, "--top" },
		{ options->total, "--total" },
		{ options->rates, "--rates" },
		{ options->format == OUTPUT_TABLE, "--table" },
	};
	const size_t count = sizeof(not_with_follow) / sizeof(*not_with_follow);

	if (options->command == COMMAND_PLAN ||
	    options->command == COMMAND_LEDGER) {
		if (!options->what_if && options->operand_count > 1)
			return options_fail(fault, "'%s' is one word too many",
					    options->operands[1]);
		if (options->what_if && options->operand_count == 1)
			return options_fail(fault,
					    "%s needs settings, such as amount=5GB",
					    "--what-if");
	}
	if (!options->follow && options->interval)
		return options_fail(fault, "%s goes with --follow only",
				    "--interval");
	if (!options->follow && options->times &&
	    options->command == COMMAND_SHOW &&
	    options->period == PERIOD_TOTAL)
		return options_fail(fault, "-t does not go with %s",
				    options->command_word);
	for (size_t at = 0; options->follow && at < count; at++) {
		if (not_with_follow[at].is_given)
			return options_fail(fault,
					    "--follow does not go with %s",
					    not_with_follow[at].name);
	}
	return 0;
}
