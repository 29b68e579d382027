// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/command.h"

#include <string.h>

/* Options of many; all take those for which struct option_rule says so. */
#define RANGE "tz at from to "
#define RANGE_OF_PERIODS RANGE "first-day month-start "
#define SHOW RANGE_OF_PERIODS \
	"times unit si packets rates follow interval table json csv "
#define SHOW_ROWS SHOW "top total "
#define PLAN "at unit si what-if recompute "

#define A_MONITOR "the name of a monitor"
#define A_PLAN "the name of a plan"

/* In the order of --help. */
const struct command commands[] = {
	{
		.word = "summary", .run = command_summary, .usage = "[summary]",
		.help = "how plans stand, and the largest monitors; the default",
		.options = "at unit si",
	}, {
		.word = "update", .run = command_update,
		.usage = "update [--now] [--sync WHEN] [MONITOR...]",
		.help = "put what the kernel counted into the archive (from cron)",
		.options = "now sync", .most = OPERANDS_ANY,
	},
#define SHOW_PERIOD(name, options_, period_) \
	{ \
		.word = "show-" name, .run = command_show, .options = options_, \
		.least = 1, .most = OPERANDS_ANY, .lacks = A_MONITOR, \
		.check = command_show_check, .time = COMMAND_TIME_REPORT, \
		.period = period_, \
	}
	SHOW_PERIOD("minutely", SHOW_ROWS, PERIOD_MINUTE),
	SHOW_PERIOD("hourly", SHOW_ROWS, PERIOD_HOUR),
	SHOW_PERIOD("daily", SHOW_ROWS, PERIOD_DAY),
	SHOW_PERIOD("weekly", SHOW_ROWS, PERIOD_WEEK),
	SHOW_PERIOD("monthly", SHOW_ROWS, PERIOD_MONTH),
	SHOW_PERIOD("yearly", SHOW_ROWS, PERIOD_YEAR),
	{
		.word = "show-total", .run = command_show, .usage = "show-PERIOD COLUMN...",
		.help = "the traffic of each period; a column is a monitor or a sum\n"
			"such as input+output, 'wan - lan', both=ipv4+ipv6",
		.options = SHOW, .least = 1, .most = OPERANDS_ANY,
		.lacks = A_MONITOR, .check = command_show_total_check,
		.time = COMMAND_TIME_REPORT, .period = PERIOD_TOTAL,
	}, {
		.word = "list", .run = command_list, .usage = "list [MONITOR...]",
		.help = "which monitors there are",
		.options = "tz json csv", .most = OPERANDS_ANY,
		.time = COMMAND_TIME_REPORT,
	}, {
		.word = "explain", .run = command_explain,
		.usage = "explain MONITOR [WHEN]",
		.help = "what a figure is made of: files, records, series, gaps",
		.options = RANGE_OF_PERIODS "json", .least = 1, .most = 2,
		.lacks = A_MONITOR, .check = command_explain_check,
		.time = COMMAND_TIME_REPORT,
	}, {
		.word = "verify", .run = command_verify,
		.usage = "verify [--repair] [MONITOR...]",
		.help = "read all of the archive and say whether it is whole",
		.options = "repair", .most = OPERANDS_ANY,
	}, {
		.word = "compact", .run = command_compact,
		.usage = "compact [--keep-minutes DAYS] [--at TIME] [MONITOR...]",
		.help = "put the days of months that are over into a file each",
		.options = "at keep-minutes", .most = OPERANDS_ANY,
	}, {
		.word = "doctor", .run = command_doctor, .usage = "doctor",
		.help = "what makes figures wrong or missing, and what to do",
		.options = "cron-root",
	}, {
		.word = "clock", .run = command_clock, .usage = "clock [--accept]",
		.help = "whether the clock is believed, and why",
		.options = "accept", .time = COMMAND_TIME_WHOLE,
	}, {
		.word = "retire", .run = command_retire,
		.usage = "retire [--undo] MONITOR...",
		.help = "monitors are no more expected to count",
		.options = "undo", .least = 1, .most = OPERANDS_ANY,
		.lacks = A_MONITOR,
	}, {
		.word = "export", .run = command_export,
		.usage = "export [--from WHEN] [--to WHEN] [--csv | --json] [MONITOR...]",
		.help = "write every record as CSV or JSON",
		.options = RANGE "json csv", .most = OPERANDS_ANY,
		.time = COMMAND_TIME_REPORT,
	}, {
		.word = "import", .run = command_import,
		.usage = "import csv FILE|- [--monitor MONITOR]\n"
			 "import vnstat FILE|- [--interface NAME] [--rx NAME] [--tx NAME]",
		.help = "put an export, or what vnStat counted, into the archive",
		.options = "tz month-start monitor interface rx tx",
		.least = 2, .most = 2,
		.lacks = "a format, csv or vnstat, and a file",
		.check = command_import_check, .time = COMMAND_TIME_NONE,
	}, {
		.word = "plan", .run = command_plan,
		.usage = "plan PLAN [--what-if KEY=VALUE...]",
		.help = "one plan in words",
		.options = PLAN, .least = 1, .most = OPERANDS_ANY,
		.lacks = A_PLAN, .check = command_plan_check,
	}, {
		.word = "ledger", .run = command_ledger,
		.usage = "ledger PLAN [--what-if KEY=VALUE...]",
		.help = "each of a plan's periods in figures",
		.options = PLAN "times json csv", .least = 1,
		.most = OPERANDS_ANY, .lacks = A_PLAN,
		.check = command_plan_check,
	}, {
		.word = "check", .run = command_check,
		.usage = "check PLAN [-w RANGE] [-c RANGE]",
		.help = "a plan as a plugin for Icinga, Nagios and the like",
		.options = "at times timeout warning critical stale",
		.least = 1, .most = 1, .lacks = A_PLAN,
	}, {
		.word = "calibrate", .run = command_calibrate,
		.usage = "calibrate [--now] [--force] PLAN FIGURE",
		.help = "why the ISP's figure for a plan's last period is another",
		.options = "at now force", .least = 2, .most = 2,
		.lacks = "the name of a plan and the ISP's figure",
	},
};

const size_t command_count = sizeof(commands) / sizeof(*commands);

const struct command *command_find(const char *word)
{
	for (size_t at = 0; at < command_count; at++) {
		if (strcmp(word, commands[at].word) == 0)
			return &commands[at];
	}
	return NULL;
}
