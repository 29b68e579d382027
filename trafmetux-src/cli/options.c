// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of options, and what their values are. */
#include "cli/options.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/monitor_name.h"
#include "base/number.h"
#include "base/file.h"
#include "time/calendar.h"
#include "time/timestamp.h"
#include "time/date.h"
#include "time/zone.h"

/* Of --interval: milliseconds, and seconds. */
#define INTERVAL_LEAST 100
#define INTERVAL_MOST 86400

/* Of --keep-minutes: a hundred years. */
#define KEEP_DAYS_MOST 36525

void options_start(struct options *options)
{
	*options = (struct options){ .archive_path = TRAFMETUX_ARCHIVE_PATH,
				     .source_path = TRAFMETUX_SOURCE_PATH,
				     .config_path = TRAFMETUX_CONFIG_PATH,
				     .cron_root = "",
				     .render = &render_text };
}

int options_fail(char *fault, const char *format, const char *word)
{
	snprintf(fault, OPTIONS_FAULT_SIZE, format, word);
	return -EINVAL;
}

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
	if (!*value || !zone_is_valid(value))
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
			  "'YYYY-MM-DD HH:MM[:SS]' or epoch seconds", fault);
}

static int take_sync(struct options *options, const char *value, char *fault)
{
	static const char *const words[] = {
		[ARCHIVE_SYNC_DAILY] = "daily",
		[ARCHIVE_SYNC_NEVER] = "never",
		[ARCHIVE_SYNC_ALWAYS] = "always",
	};

	for (size_t at = 0; at < sizeof(words) / sizeof(*words); at++) {
		if (strcmp(value, words[at]) == 0) {
			options->sync = (enum archive_sync)at;
			return 0;
		}
	}
	return options_fail(fault, "--sync '%s' is not one of never, daily, always",
			    value);
}

static int take_keep_minutes(struct options *options, const char *value,
			     char *fault)
{
	options->has_keep_minutes = true;
	if (number_parse_word(value, &options->keep_minutes) &&
	    options->keep_minutes <= KEEP_DAYS_MOST)
		return 0;
	return options_fail(fault, "--keep-minutes '%s' is not a number of days",
			    value);
}

static int take_archive(struct options *options, const char *value, char *fault)
{
	(void)fault;
	options->has_archive = true;
	options->archive_path = value;
	return 0;
}

static int take_source(struct options *options, const char *value, char *fault)
{
	(void)fault;
	options->source_path = value;
	return 0;
}

static int take_cron_root(struct options *options, const char *value,
			  char *fault)
{
	(void)fault;
	options->cron_root = value;
	return 0;
}

static int take_name(const char **name, const char *value, char *fault)
{
	*name = value;
	if (monitor_name_valid(value))
		return 0;
	return options_fail(fault, "'%s' can't be a monitor's name", value);
}

static int take_monitor(struct options *options, const char *value, char *fault)
{
	return take_name(&options->monitor, value, fault);
}

static int take_rule(struct options *options, const char *value, char *fault)
{
	return take_name(&options->rule, value, fault);
}

static int take_meter(struct options *options, const char *value, char *fault)
{
	return take_name(&options->name, value, fault);
}

static int take_rx(struct options *options, const char *value, char *fault)
{
	return take_name(&options->rx, value, fault);
}

static int take_tx(struct options *options, const char *value, char *fault)
{
	return take_name(&options->tx, value, fault);
}

static int take_interface(struct options *options, const char *value,
			  char *fault)
{
	(void)fault;
	options->interface = value;
	return 0;
}

static int take_config(struct options *options, const char *value, char *fault)
{
	(void)fault;
	options->has_config = true;
	options->config_path = value;
	return 0;
}

/* What ranges say is read with the plan, whose steps decide on units. */
static int take_warning(struct options *options, const char *value, char *fault)
{
	(void)fault;
	options->warning = value;
	return 0;
}

static int take_critical(struct options *options, const char *value,
			 char *fault)
{
	(void)fault;
	options->critical = value;
	return 0;
}

static int take_stale(struct options *options, const char *value, char *fault)
{
	options->has_stale = true;
	if (number_parse_word(value, &options->stale) &&
	    options->stale <= INT32_MAX)
		return 0;
	return options_fail(fault,
			    "--stale '%s' is not a whole number of seconds",
			    value);
}

#define FLAG(name_, field, help_) \
	{ .name = name_, .flag = offsetof(struct options, field), .help = help_ }
#define FORMAT(name_, render_, help_) \
	{ .name = name_, .render = &render_, .help = help_ }
#define CALL(name_, take_, help_) { .name = name_, .take = take_, .help = help_ }
#define VALUE(name_, letter_, value_, take_, help_) \
	{ .name = name_, .letter = letter_, .value = value_, .take = take_, .help = help_ }

#define ANYWHERE(name_, value_, take_, help_) \
	{ .name = name_, .value = value_, .take = take_, .help = help_, .is_for_all = true }

/*
 * In the order of --help, and in which values are taken, wherever they stand.
 * tests/cli/manual.sh reads these rows.
 */
const struct option_rule option_rules[] = {
	{ .heading = "Which periods:" },
	VALUE("times", 't', "N", take_times,
	      "only the last N, up to the present one"),
	VALUE("from", 0, "WHEN", take_from,
	      "2026-10-25, 2026-10, 'YYYY-MM-DD HH:MM', yesterday,"),
	VALUE("to", 0, "WHEN", take_to,
	      "'last month', '3 days ago', 'last 7 days', ..."),
	VALUE("top", 0, "N", take_top, "only the N busiest"),
	VALUE("first-day", 'f', "DAY", take_first_day,
	      "first day of weeks (default: sunday)"),
	VALUE("month-start", 0, "DAY", take_month_start,
	      "first day of months, 1 to 31 (default: 1)"),
	{
		.name = "tz", .value = "ZONE", .take = take_zone,
		.help = "time zone, such as Europe/Paris", .is_first = true,
	},
	VALUE("at", 0, "TIME", take_at,
	      "take TIME as the present:\n"
	      "'YYYY-MM-DD HH:MM[:SS]' or epoch seconds"),
	{ .heading = "What of them, and how:" },
	FLAG("total", total, "and their sum"),
	FLAG("rates", rates, "and average and 95th percentile rates"),
	FLAG("packets", packets, "and packets"),
	VALUE("unit", 'u', "UNIT", take_unit,
	      "B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB or PiB"),
	CALL("si", take_si, "steps of 1000 and not of 1024"),
	FORMAT("table", render_table, "aligned columns"),
	FORMAT("json", render_json, "for programs"),
	FORMAT("csv", render_csv, "for programs"),
	FLAG("follow", follow, "the present period, live, with rates"),
	VALUE("interval", 0, "SECS", take_interval, "how often (default: 1)"),
	{ .heading = "Plans, see trafmetux.conf(5):" },
	FLAG("what-if", what_if, "with other settings, over all of the archive"),
	FLAG("recompute", recompute,
	     "closed periods too are reckoned by today's settings"),
	VALUE("warning", 'w', "RANGE", take_warning,
	      "in % or bytes: 80%, ~:2.5GB"),
	VALUE("critical", 'c', "RANGE", take_critical, "likewise"),
	VALUE("stale", 0, "SECS", take_stale,
	      "unknown when nothing was archived so long (900)"),
	{
		.name = "timeout", .value = "SECS", .take = take_times, .alias = 't',
		.help = "of check: unknown when it takes longer (10)",
	},
	{ .heading = "Others:" },
	FLAG("now", now,
	     "update: archive the present minute too;\n"
	     "calibrate: the present period so far"),
	FLAG("force", force,
	     "calibrate: a factor, however far it is from 1"),
	VALUE("sync", 0, "WHEN", take_sync,
	      "update: wait for the disk never, daily (the end of each\n"
	      "day; the default) or always"),
	VALUE("keep-minutes", 0, "DAYS", take_keep_minutes,
	      "compact: of older months only five minutes each"),
	FLAG("repair", repair,
	     "verify: make comments of damaged lines, keep a copy"),
	FLAG("accept", accept,
	     "clock: it is right, later records are of the future"),
	FLAG("undo", undo, "retire: they are expected to count again"),
	VALUE("name", 0, "NAME", take_meter,
	      "meter, unmeter: monitors NAME-in and NAME-out"),
	FLAG("again", again, "meter: whatever was metered, as after a start"),
	VALUE("rule", 0, "MONITOR", take_rule,
	      "meter: what rules need to feed it by BPF, and to stop"),
	VALUE("monitor", 0, "MONITOR", take_monitor,
	      "import csv: into this one"),
	VALUE("interface", 0, "NAME", take_interface,
	      "import vnstat: this one only"),
	VALUE("rx", 0, "MONITOR", take_rx,
	      "import vnstat: for what came in (default: NAME-in)"),
	VALUE("tx", 0, "MONITOR", take_tx,
	      "import vnstat: for what went out (default: NAME-out)"),
	ANYWHERE("config", "FILE", take_config,
		 "where the plans are (" TRAFMETUX_CONFIG_PATH ")"),
	ANYWHERE("archive-dir", "DIR", take_archive,
		 "where the archive is (" TRAFMETUX_ARCHIVE_PATH ")"),
	ANYWHERE("proc-dir", "DIR", take_source,
		 "where the kernel's files are (" TRAFMETUX_SOURCE_PATH ")"),
	VALUE("cron-root", 0, "DIR", take_cron_root,
	      "doctor: what holds etc/crontab and its like (/)"),
};

const size_t option_rule_count = sizeof(option_rules) / sizeof(*option_rules);

_Static_assert(sizeof(option_rules) / sizeof(*option_rules) <=
	       OPTION_RULES_MAX, "raise OPTION_RULES_MAX");
