// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/command_line.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "time/calendar.h"
#include "time/local_time.h"
#include "base/number.h"
#include "time/timestamp.h"
#include "time/weekday.h"

/* Of --interval: milliseconds, and seconds. */
#define INTERVAL_LEAST 100
#define INTERVAL_MOST 86400

const struct command_rule command_rules[] = {
	{ "update", COMMAND_UPDATE, GROUP_UPDATE, PERIOD_TOTAL,
	  0, OPERANDS_ANY, NULL },
	{ "list", COMMAND_LIST, GROUP_LIST, PERIOD_TOTAL,
	  0, OPERANDS_ANY, NULL },
	{ "verify", COMMAND_VERIFY, GROUP_VERIFY, PERIOD_TOTAL,
	  0, OPERANDS_ANY, NULL },
	{ "compact", COMMAND_COMPACT, GROUP_COMPACT, PERIOD_TOTAL,
	  0, OPERANDS_ANY, NULL },
	{ "explain", COMMAND_EXPLAIN, GROUP_EXPLAIN, PERIOD_TOTAL,
	  1, 2, "the name of a monitor" },
	{ "doctor", COMMAND_DOCTOR, GROUP_DOCTOR, PERIOD_TOTAL,
	  0, 0, NULL },
	{ "clock", COMMAND_CLOCK, GROUP_CLOCK, PERIOD_TOTAL,
	  0, 0, NULL },
	{ "retire", COMMAND_RETIRE, GROUP_RETIRE, PERIOD_TOTAL,
	  1, OPERANDS_ANY, "the name of a monitor" },
	{ "export", COMMAND_EXPORT, GROUP_EXPORT, PERIOD_TOTAL,
	  0, OPERANDS_ANY, NULL },
	{ "import", COMMAND_IMPORT, GROUP_IMPORT, PERIOD_TOTAL,
	  2, 2, "a format, csv or vnstat, and a file" },
	{ "summary", COMMAND_SUMMARY, GROUP_SUMMARY, PERIOD_TOTAL, 0, 0, NULL },
	{ "plan", COMMAND_PLAN, GROUP_PLAN, PERIOD_TOTAL,
	  1, OPERANDS_ANY, "the name of a plan" },
	{ "ledger", COMMAND_LEDGER, GROUP_LEDGER, PERIOD_TOTAL,
	  1, OPERANDS_ANY, "the name of a plan" },
	{ "check", COMMAND_CHECK, GROUP_CHECK, PERIOD_TOTAL,
	  1, 1, "the name of a plan" },
	{ "calibrate", COMMAND_CALIBRATE, GROUP_CALIBRATE, PERIOD_TOTAL,
	  2, 2, "the name of a plan and the ISP's figure" },
#define SHOW(word, group, period) \
	{ "show-" word, COMMAND_SHOW, group, period, \
	  1, OPERANDS_ANY, "the name of a monitor" }
	SHOW("minutely", GROUP_ROWS, PERIOD_MINUTE),
	SHOW("hourly", GROUP_ROWS, PERIOD_HOUR),
	SHOW("daily", GROUP_ROWS, PERIOD_DAY),
	SHOW("weekly", GROUP_ROWS, PERIOD_WEEK),
	SHOW("monthly", GROUP_ROWS, PERIOD_MONTH),
	SHOW("yearly", GROUP_ROWS, PERIOD_YEAR),
	SHOW("total", GROUP_TOTAL, PERIOD_TOTAL),
#undef SHOW
};

const size_t command_rule_count =
	sizeof(command_rules) / sizeof(*command_rules);

static int take_times(struct options *options, const char *value, char *fault)
{
	if (number_parse_word(value, &options->times) && options->times)
		return 0;
	return options_fail(fault, "-t '%s' is not a whole number from 1 on",
			    value);
}

/* Set at once: the times that other options give are times of this zone. */
static int take_zone(struct options *options, const char *value, char *fault)
{
	(void)options;
	if (!*value || !calendar_zone_valid(value))
		return options_fail(fault,
				    "--tz '%s' is no time zone known here; give a name such as Europe/Paris, and install tzdata",
				    value);
	if (zone_use(value))
		return options_fail(fault, "--tz '%s': out of memory", value);
	return 0;
}

static int take_unit(struct options *options, const char *value, char *fault)
{
	if (unit_parse(value, &options->unit))
		return 0;
	return options_fail(fault,
			    "-u '%s' is not one of B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB",
			    value);
}

static int take_si(struct options *options, const char *value, char *fault)
{
	const char *label = options->unit.label;

	(void)value;
	if (unit_make_si(&options->unit))
		return 0;
	return options_fail(fault, "--si counts in 1000s, %s in 1024s", label);
}

static int take_month_start(struct options *options, const char *value,
			    char *fault)
{
	uint64_t day;

	if (!number_parse_word(value, &day) || day < 1 || day > 31)
		return options_fail(fault,
				    "--month-start '%s' is not a day from 1 to 31",
				    value);
	options->first_month_day = (int)day;
	return 0;
}

static int take_first_day(struct options *options, const char *value,
			  char *fault)
{
	options->first_weekday = weekday_parse(value, strlen(value));
	if (options->first_weekday >= 0)
		return 0;
	return options_fail(fault,
			    "-f '%s' is not a day of the week, such as sunday or mon",
			    value);
}

static int take_top(struct options *options, const char *value, char *fault)
{
	if (number_parse_word(value, &options->top) && options->top)
		return 0;
	return options_fail(fault,
			    "--top '%s' is not a whole number from 1 on",
			    value);
}

/* Seconds with up to three decimals. */
static int take_interval(struct options *options, const char *value,
			 char *fault)
{
	const char *cursor = value;
	const char *end = value + strlen(value);
	uint64_t seconds = 0;
	uint64_t rest = 0;
	bool is_right = number_parse(&cursor, end, &seconds);

	if (is_right && *cursor == '.') {
		const char *digits = ++cursor;

		is_right = number_parse(&cursor, end, &rest) &&
			   cursor - digits <= 3;
		for (; is_right && cursor - digits < 3; digits--)
			rest *= 10;
	}
	if (is_right && cursor == end && seconds <= INTERVAL_MOST) {
		options->interval = seconds * 1000 + rest;
		if (options->interval >= INTERVAL_LEAST &&
		    options->interval <= INTERVAL_MOST * 1000)
			return 0;
	}
	return options_fail(fault,
			    "--interval '%s' is not a number of seconds from 0.1 to 86400",
			    value);
}

/*
 * What is the matter with a local time: that it is none, or came twice, of which the
 * one is taken and the other told.
 */
static int judge_time(struct options *options, const char *option,
		      const char *value, bool is_right, int64_t instant,
		      const char *forms, char *fault)
{
	char words[LOCAL_TIME_WORDS_SIZE];
	int64_t second = 0;
	const enum local_time_kind kind = local_time_explain(value, words,
							     &second);

	if (is_right && kind == LOCAL_TIME_TWICE)
		snprintf(options->note, sizeof(options->note),
			 "%s '%s' %s; now the %s is taken", option, value,
			 words, instant == second ? "second" : "first");
	if (is_right)
		return 0;
	snprintf(fault, OPTIONS_FAULT_SIZE, "%s '%s' %s%s", option, value,
		 kind == LOCAL_TIME_SKIPPED ? "" : "is no time; give ",
		 kind == LOCAL_TIME_SKIPPED ? words : forms);
	return -EINVAL;
}

static int take_from(struct options *options, const char *value, char *fault)
{
	return judge_time(options, "--from", value,
			  time_words_parse(value, &options->from),
			  options->from.key,
			  TIME_WORDS_FORMS, fault);
}

static int take_to(struct options *options, const char *value, char *fault)
{
	return judge_time(options, "--to", value,
			  time_words_parse(value, &options->to),
			  options->to.key,
			  TIME_WORDS_FORMS, fault);
}

static int take_at(struct options *options, const char *value, char *fault)
{
	options->has_at = true;
	return judge_time(options, "--at", value,
			  timestamp_parse_words(value, &options->at) == 0,
			  options->at,
			  "epoch seconds or 'YYYY-MM-DD HH:MM[:SS]'", fault);
}

static int set_format(struct options *options, enum output_format format,
		      char *fault)
{
	if (options->format != OUTPUT_TEXT)
		return options_fail(fault, "%s",
				    "of --json, --csv and --table only one can be had");
	options->format = format;
	return 0;
}

static int take_json(struct options *options, const char *value, char *fault)
{
	(void)value;
	return set_format(options, OUTPUT_JSON, fault);
}

static int take_csv(struct options *options, const char *value, char *fault)
{
	(void)value;
	return set_format(options, OUTPUT_CSV, fault);
}

static int take_table(struct options *options, const char *value, char *fault)
{
	(void)value;
	return set_format(options, OUTPUT_TABLE, fault);
}

#define FLAG(name, groups, field) \
	{ name, 0, false, groups, offsetof(struct options, field), NULL }
#define CALL(name, letter, groups, take) \
	{ name, letter, false, groups, 0, take }
#define VALUE(name, letter, groups, take) \
	{ name, letter, true, groups, 0, take }

const struct option_rule option_rules[] = {
	VALUE("tz", 0, GROUPS_RANGE | GROUP_LIST | GROUP_IMPORT, take_zone),
	VALUE("times", 't', GROUPS_SHOW | GROUP_LEDGER | GROUP_CHECK,
	      take_times),
	VALUE("timeout", 0, GROUP_CHECK, take_times),
	VALUE("unit", 'u', GROUPS_SHOW | GROUPS_WORDS, take_unit),
	CALL("si", 0, GROUPS_SHOW | GROUPS_WORDS, take_si),
	VALUE("first-day", 'f', GROUPS_SHOW | GROUP_EXPLAIN, take_first_day),
	VALUE("month-start", 0, GROUPS_SHOW | GROUP_EXPLAIN | GROUP_IMPORT,
	      take_month_start),
	VALUE("at", 0, GROUPS_RANGE | GROUPS_PLAN | GROUP_COMPACT, take_at),
	VALUE("from", 0, GROUPS_RANGE, take_from),
	VALUE("to", 0, GROUPS_RANGE, take_to),
	VALUE("top", 0, GROUP_ROWS, take_top),
	FLAG("total", GROUP_ROWS, total),
	FLAG("packets", GROUPS_SHOW, packets),
	FLAG("rates", GROUPS_SHOW, rates),
	FLAG("follow", GROUPS_SHOW, follow),
	VALUE("interval", 0, GROUPS_SHOW, take_interval),
	CALL("table", 0, GROUPS_SHOW, take_table),
	CALL("json", 0, GROUPS_RANGE | GROUP_LIST | GROUP_LEDGER, take_json),
	CALL("csv", 0, GROUPS_SHOW | GROUP_LIST | GROUP_EXPORT | GROUP_LEDGER,
	     take_csv),
	FLAG("what-if", GROUP_PLAN | GROUP_LEDGER, what_if),
	FLAG("recompute", GROUP_PLAN | GROUP_LEDGER, recompute),
	VALUE("warning", 'w', GROUP_CHECK, command_line_take_warning),
	VALUE("critical", 'c', GROUP_CHECK, command_line_take_critical),
	VALUE("stale", 0, GROUP_CHECK, command_line_take_stale),
	VALUE("config", 0, GROUPS_ALL, command_line_take_config),
	FLAG("now", GROUP_UPDATE | GROUP_CALIBRATE, now),
	FLAG("force", GROUP_CALIBRATE, force),
	VALUE("sync", 0, GROUP_UPDATE, command_line_take_sync),
	FLAG("repair", GROUP_VERIFY, repair),
	FLAG("accept", GROUP_CLOCK, accept),
	FLAG("undo", GROUP_RETIRE, undo),
	VALUE("keep-minutes", 0, GROUP_COMPACT, command_line_take_keep_minutes),
	VALUE("monitor", 0, GROUP_IMPORT, command_line_take_monitor),
	VALUE("interface", 0, GROUP_IMPORT, command_line_take_interface),
	VALUE("rx", 0, GROUP_IMPORT, command_line_take_rx),
	VALUE("tx", 0, GROUP_IMPORT, command_line_take_tx),
	VALUE("archive-dir", 0, GROUPS_ALL, command_line_take_archive),
	VALUE("proc-dir", 0, GROUPS_ALL, command_line_take_source),
	VALUE("cron-root", 0, GROUP_DOCTOR, command_line_take_cron_root),
};

const size_t option_rule_count = sizeof(option_rules) / sizeof(*option_rules);

_Static_assert(sizeof(option_rules) / sizeof(*option_rules) <=
	       OPTION_RULES_MAX, "raise OPTION_RULES_MAX");
