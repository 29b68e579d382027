// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "clock.h"
#include "number.h"

#ifndef TRAFMETUX_ARCHIVE_PATH
#define TRAFMETUX_ARCHIVE_PATH "/var/lib/trafmetux"
#endif
#ifndef TRAFMETUX_SOURCE_PATH
#define TRAFMETUX_SOURCE_PATH "/proc/trafmetux"
#endif

enum {
	OPTION_ARCHIVE = 256,
	OPTION_SOURCE,
	OPTION_JSON,
	OPTION_CSV,
	OPTION_AT,
	OPTION_NOW,
};

static const struct option long_options[] = {
	{ "times", required_argument, NULL, 't' },
	{ "unit", required_argument, NULL, 'u' },
	{ "first-day", required_argument, NULL, 'f' },
	{ "archive-dir", required_argument, NULL, OPTION_ARCHIVE },
	{ "proc-dir", required_argument, NULL, OPTION_SOURCE },
	{ "json", no_argument, NULL, OPTION_JSON },
	{ "csv", no_argument, NULL, OPTION_CSV },
	{ "at", required_argument, NULL, OPTION_AT },
	{ "now", no_argument, NULL, OPTION_NOW },
	{ "help", no_argument, NULL, 'h' },
	{ "version", no_argument, NULL, 'V' },
	{ NULL, 0, NULL, 0 },
};

static const struct {
	const char *word;
	enum command command;
	enum period_kind period;
} commands[] = {
	{ "update", COMMAND_UPDATE, PERIOD_TOTAL },
	{ "list", COMMAND_LIST, PERIOD_TOTAL },
	{ "show-minutely", COMMAND_SHOW, PERIOD_MINUTE },
	{ "show-hourly", COMMAND_SHOW, PERIOD_HOUR },
	{ "show-daily", COMMAND_SHOW, PERIOD_DAY },
	{ "show-weekly", COMMAND_SHOW, PERIOD_WEEK },
	{ "show-monthly", COMMAND_SHOW, PERIOD_MONTH },
	{ "show-yearly", COMMAND_SHOW, PERIOD_YEAR },
	{ "show-total", COMMAND_SHOW, PERIOD_TOTAL },
};

static const char usage[] =
"Usage: trafmetux update [--now] [MONITOR...]\n"
"       trafmetux [OPTION...] show-PERIOD MONITOR...\n"
"       trafmetux [OPTION...] list [MONITOR...]\n"
"\n"
"Measures the traffic that rules with '-j TRAFMETUX --monitor MONITOR' see.\n"
"\n"
"Commands:\n"
"  update          put what the kernel counted into the archive (from cron)\n"
"  show-minutely, show-hourly, show-daily, show-weekly, show-monthly,\n"
"  show-yearly, show-total\n"
"                  show the traffic of each period, one column for a monitor\n"
"  list            show which monitors there are\n"
"\n"
"Options:\n"
"  -t, --times N         only the last N periods, up to the present one\n"
"  -u, --unit UNIT       B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB or PiB\n"
"  -f, --first-day DAY   first day of weeks (default: sunday)\n"
"      --json, --csv     output for programs\n"
"      --now             update: archive the present minute too\n"
"      --at TIME         take TIME as the present: epoch seconds or\n"
"                        'YYYY-MM-DD HH:MM[:SS]'\n"
"      --archive-dir DIR where the archive is (" TRAFMETUX_ARCHIVE_PATH ")\n"
"      --proc-dir DIR    where the kernel's files are (" TRAFMETUX_SOURCE_PATH ")\n"
"  -h, --help            show this text\n"
"  -V, --version         show the version\n";

const char *options_usage(void)
{
	return usage;
}

static int fail(char *fault, const char *format, const char *word)
{
	snprintf(fault, OPTIONS_FAULT_SIZE, format, word);
	return -EINVAL;
}

/* Any beginning of a day's name from three letters on. */
static bool parse_weekday(const char *word, int *weekday)
{
	static const char *const names[] = {
		"sunday", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday",
	};
	size_t length = strlen(word);

	for (int day = 0; length >= 3 && day < 7; day++) {
		if (strncasecmp(word, names[day], length) == 0) {
			*weekday = day;
			return true;
		}
	}
	return false;
}

static int set_format(struct options *options, enum output_format format,
		      char *fault)
{
	if (options->format != OUTPUT_TEXT && options->format != format)
		return fail(fault, "%s",
			    "--json and --csv are one too many");
	options->format = format;
	return 0;
}

static int take_option(struct options *options, int option, char *value,
		       char *fault)
{
	switch (option) {
	case 't':
		if (!number_parse_word(value, &options->times) ||
		    options->times == 0)
			return fail(fault,
				    "-t '%s' is not a whole number from 1 on",
				    value);
		return 0;
	case 'u':
		if (!unit_parse(value, &options->unit))
			return fail(fault,
				    "-u '%s' is not one of B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB",
				    value);
		return 0;
	case 'f':
		if (!parse_weekday(value, &options->first_weekday))
			return fail(fault,
				    "-f '%s' is not a day of the week, such as sunday or mon",
				    value);
		return 0;
	case OPTION_AT:
		options->has_at = true;
		if (clock_parse(value, &options->at))
			return fail(fault,
				    "--at '%s' is no time; give epoch seconds or 'YYYY-MM-DD HH:MM[:SS]'",
				    value);
		return 0;
	case OPTION_JSON:
		return set_format(options, OUTPUT_JSON, fault);
	case OPTION_CSV:
		return set_format(options, OUTPUT_CSV, fault);
	case OPTION_ARCHIVE:
		options->archive_path = value;
		return 0;
	case OPTION_SOURCE:
		options->source_path = value;
		return 0;
	default:
		options->now = true;
		return 0;
	}
}

/* Words for what getopt refused: '?' or, where a value lacks, ':'. */
static int fail_option(int answer, char **arguments, char *fault)
{
	const char *word = arguments[optind - 1];
	char letter[] = { '-', (char)optopt, '\0' };
	bool is_long = strncmp(word, "--", 2) == 0;

	if (answer == ':')
		return fail(fault, "option '%s' needs a value",
			    is_long ? word : letter);
	if (is_long && optopt)
		return fail(fault, "option '%s' takes no value", word);
	return fail(fault, "unknown option '%s'", is_long ? word : letter);
}

static int take_command(struct options *options, int count, char **words,
			char *fault)
{
	if (count == 0)
		return fail(fault, "%s", "no command");
	for (size_t at = 0; at < sizeof(commands) / sizeof(*commands); at++) {
		if (strcmp(words[0], commands[at].word) == 0) {
			options->command = commands[at].command;
			options->period = commands[at].period;
		}
	}
	if (options->command == COMMAND_NONE)
		return fail(fault, "unknown command '%s'", words[0]);
	options->command_word = words[0];
	options->monitors = words + 1;
	options->monitor_count = (size_t)count - 1;
	if (options->command == COMMAND_SHOW && count == 1)
		return fail(fault, "%s needs the name of a monitor", words[0]);
	if (options->now && options->command != COMMAND_UPDATE)
		return fail(fault, "--now goes with update, not with %s",
			    words[0]);
	if (options->format != OUTPUT_TEXT &&
	    options->command == COMMAND_UPDATE)
		return fail(fault, "%s has no output for --json or --csv",
			    words[0]);
	return 0;
}

int options_parse(int count, char **arguments, struct options *options,
		  char fault[OPTIONS_FAULT_SIZE])
{
	int answer;
	int error;

	*options = (struct options){ .archive_path = TRAFMETUX_ARCHIVE_PATH,
				     .source_path = TRAFMETUX_SOURCE_PATH };
	opterr = 0;
	while ((answer = getopt_long(count, arguments, ":t:u:f:hV",
				     long_options, NULL)) != -1) {
		if (answer == '?' || answer == ':')
			return fail_option(answer, arguments, fault);
		if (answer == 'h' || answer == 'V') {
			options->command = answer == 'h' ? COMMAND_HELP :
							   COMMAND_VERSION;
			return 0;
		}
		error = take_option(options, answer, optarg, fault);
		if (error)
			return error;
	}
	return take_command(options, count - optind, arguments + optind, fault);
}
