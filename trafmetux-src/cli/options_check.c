// SPDX-License-Identifier: GPL-2.0-or-later
/* What the tables of command_line.c can't say: options that rule each other out. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "cli/options.h"

/* "explain MONITOR PERIOD" is for --from and --to of the same period. */
static int take_period(struct options *options, char *fault)
{
	const char *period = options->operands[1];

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

/* What goes with the one format and not with the other. */
static int check_import(const struct options *options, char *fault)
{
	const char *format = options->operands[0];
	const bool is_csv = strcmp(format, "csv") == 0;

	if (!is_csv && strcmp(format, "vnstat") != 0)
		return options_fail(fault,
				    "import '%s': the formats are csv and vnstat",
				    format);
	if (is_csv && (options->interface || options->rx || options->tx))
		return options_fail(fault, "%s go with import vnstat",
				    "--interface, --rx and --tx");
	if (is_csv && options->first_month_day)
		return options_fail(fault, "%s goes with import vnstat",
				    "--month-start");
	if (!is_csv && options->monitor)
		return options_fail(fault, "%s goes with import csv",
				    "--monitor");
	if (options->rx && options->tx && !strcmp(options->rx, options->tx))
		return options_fail(fault, "--rx and --tx are both '%s'",
				    options->rx);
	return 0;
}

/* Formats for programs are in bytes. */
static int check_unit(const struct options *options, char *fault)
{
	const bool is_json = options->format == OUTPUT_JSON;

	if ((!is_json && options->format != OUTPUT_CSV) ||
	    (!options->unit.label && !options->unit.is_si))
		return 0;
	return options_fail(fault,
			    "-u and --si do not go with %s, which is in bytes",
			    is_json ? "--json" : "--csv");
}

int options_check(struct options *options,
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

	if (options->command == COMMAND_EXPLAIN && options->operand_count == 2)
		return take_period(options, fault);
	if (options->command == COMMAND_IMPORT)
		return check_import(options, fault);
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
	if (check_unit(options, fault))
		return -EINVAL;
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
