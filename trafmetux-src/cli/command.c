// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/command.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* Options of many; all take those for which struct option_rule says so. */
#define RANGE "tz at from to "
#define RANGE_OF_PERIODS RANGE "first-day month-start "
#define SHOW RANGE_OF_PERIODS \
	"times unit si packets rates follow interval table json csv "
#define SHOW_ROWS SHOW "top total "
#define PLAN "at unit si what-if recompute "

#define A_MONITOR "the name of a monitor"
#define A_PLAN "the name of a plan"

/* In the order of --help. tests/cli/manual.sh reads these rows. */
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
		.word = "meter", .run = command_meter,
		.usage = "meter [--name NAME] DEVICE...\n"
			 "meter --again | --rule MONITOR",
		.help = "count all IP packets of a device, without a rule",
		.options = "name again rule", .most = OPERANDS_ANY,
		.check = command_meter_check, .time = COMMAND_TIME_NONE,
	}, {
		.word = "unmeter", .run = command_unmeter,
		.usage = "unmeter [--name NAME] DEVICE...\n"
			 "unmeter --rule MONITOR",
		.help = "no more; what was counted is archived",
		.options = "name rule", .most = OPERANDS_ANY,
		.check = command_unmeter_check,
	}, {
		.word = "read", .run = command_read, .usage = "read MONITOR",
		.help = "what counts says of a monitor, as in /proc/trafmetux",
		.options = "", .least = 1, .most = 1, .lacks = A_MONITOR,
		.time = COMMAND_TIME_NONE,
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

/* The command of that word, or NULL. */
static const struct command *command_find(const char *word)
{
	for (size_t at = 0; at < command_count; at++) {
		if (strcmp(word, commands[at].word) == 0)
			return &commands[at];
	}
	return NULL;
}

/* What getopt answers for an option is this and its place in the table. */
enum { FIRST_ANSWER = 256 };

/* Which options were given, by their place in the table, and their values. */
struct given {
	bool is_given[OPTION_RULES_MAX];
	const char *values[OPTION_RULES_MAX];
};

/* The tables in the form that getopt_long() takes. */
static void fill_getopt(struct option longs[OPTION_RULES_MAX + 3],
			char letters[2 * OPTION_RULES_MAX + 8])
{
	char *letter = letters;

	*letter++ = ':';
	for (size_t at = 0; at < option_rule_count; at++) {
		const struct option_rule *rule = &option_rules[at];

		if (rule->heading)
			continue;
		*longs++ = (struct option){ rule->name, rule->value != NULL,
					    NULL, FIRST_ANSWER + (int)at };
		if (!rule->letter)
			continue;
		*letter++ = rule->letter;
		if (rule->value)
			*letter++ = ':';
	}
	*longs++ = (struct option){ "help", no_argument, NULL, 'h' };
	*longs++ = (struct option){ "version", no_argument, NULL, 'V' };
	*longs = (struct option){ NULL, 0, NULL, 0 };
	strcpy(letter, "hV");
}

/* The place of the option that getopt answered. */
static size_t find_option(int answer)
{
	size_t at = 0;

	if (answer >= FIRST_ANSWER)
		return (size_t)(answer - FIRST_ANSWER);
	while (option_rules[at].letter != answer)
		at++;
	return at;
}

/* Words for what getopt refused: '?' or, where a value lacks, ':'. */
static int fail_option(int answer, char **arguments, char *fault)
{
	const char *word = arguments[optind - 1];
	char letter[] = { '-', (char)optopt, '\0' };
	bool is_long = strncmp(word, "--", 2) == 0;

	if (answer == ':')
		return options_fail(fault, "option '%s' needs a value",
				    is_long ? word : letter);
	if (is_long && optopt)
		return options_fail(fault, "option '%s' takes no value", word);
	return options_fail(fault, "unknown option '%s'",
			    is_long ? word : letter);
}

static int fail_command(const struct option_rule *option,
			const struct command *command, char *fault)
{
	if (option->letter)
		snprintf(fault, OPTIONS_FAULT_SIZE, "-%c does not go with %s",
			 option->letter, command->word);
	else
		snprintf(fault, OPTIONS_FAULT_SIZE, "--%s does not go with %s",
			 option->name, command->word);
	return -EINVAL;
}

/* Is it one of those that the command's row names? */
static bool goes_with(const struct option_rule *option,
		      const struct command *command)
{
	const size_t length = strlen(option->name);
	const char *at = command->options;

	if (option->is_for_all)
		return true;
	for (; *at; at += strspn(at, " ")) {
		const size_t word = strcspn(at, " ");

		if (word == length && strncmp(at, option->name, word) == 0)
			return true;
		at += word;
	}
	return false;
}

static int take_format(struct options *options, const struct option_rule *rule,
		       char *fault)
{
	if (options->format) {
		snprintf(fault, OPTIONS_FAULT_SIZE, "--%s does not go with --%s",
			 rule->name, options->format);
		return -EINVAL;
	}
	options->render = rule->render;
	options->format = rule->name;
	return 0;
}

static int take_option(struct options *options, const struct option_rule *rule,
		       const char *value, const struct command *command,
		       char *fault)
{
	if (!goes_with(rule, command))
		return fail_command(rule, command, fault);
	if (rule->render)
		return take_format(options, rule, fault);
	if (rule->take)
		return rule->take(options, value, fault);
	*(bool *)((char *)options + rule->flag) = true;
	return 0;
}

/* Those that others hang on come first. */
static int take_options(struct options *options, const struct given *given,
			const struct command *command, char *fault)
{
	int error = 0;

	for (int turn = 0; turn < 2; turn++) {
		for (size_t at = 0; !error && at < option_rule_count; at++) {
			const struct option_rule *rule = &option_rules[at];

			if (given->is_given[at] && rule->is_first == !turn)
				error = take_option(options, rule,
						    given->values[at], command,
						    fault);
		}
	}
	return error;
}

static int take_command(struct command_line *line, size_t count, char **words,
			char *fault)
{
	const char *word = count ? words[0] : "summary";
	const struct command *command = command_find(word);
	struct options *options = &line->options;

	if (!command)
		return options_fail(fault, "unknown command '%s'", word);
	line->command = command;
	options->operands = count ? words + 1 : words;
	options->operand_count = count ? count - 1 : 0;
	if (options->operand_count < command->least) {
		snprintf(fault, OPTIONS_FAULT_SIZE, "%s needs %s", word,
			 command->lacks);
		return -EINVAL;
	}
	if (options->operand_count > command->most)
		return options_fail(fault, "'%s' is one word too many",
				    words[1 + command->most]);
	return 0;
}

/* Formats for programs are in bytes. */
static int check_unit(const struct options *options, char *fault)
{
	if (!options->render->is_for_programs ||
	    (!options->unit.label && !options->unit.is_si))
		return 0;
	return options_fail(fault,
			    "-u and --si do not go with --%s, which is in bytes",
			    options->format);
}

/* The options and words before which getopt stopped. */
static int take_all(struct command_line *line, const struct given *given,
		    size_t count, char **words, char *fault)
{
	int error = take_command(line, count, words, fault);

	if (!error)
		error = take_options(&line->options, given, line->command,
				     fault);
	if (!error && line->command->check)
		error = line->command->check(&line->options, fault);
	return error ? error : check_unit(&line->options, fault);
}

int command_line_parse(int count, char **arguments, struct command_line *line,
		       char fault[OPTIONS_FAULT_SIZE])
{
	struct option longs[OPTION_RULES_MAX + 3];
	char letters[2 * OPTION_RULES_MAX + 8];
	struct given given = { 0 };
	int error = 0;
	int answer;

	*line = (struct command_line){ .wants = COMMAND_LINE_COMMAND };
	options_start(&line->options);
	opterr = 0;
	fill_getopt(longs, letters);
	while ((answer = getopt_long(count, arguments, letters, longs,
				     NULL)) != -1) {
		size_t at;

		if (line->wants != COMMAND_LINE_COMMAND || error)
			continue;
		if (answer == '?' || answer == ':') {
			error = fail_option(answer, arguments, fault);
			continue;
		}
		if (answer == 'h' || answer == 'V') {
			line->wants = answer == 'h' ? COMMAND_LINE_HELP :
						      COMMAND_LINE_VERSION;
			continue;
		}
		at = find_option(answer);
		given.is_given[at] = true;
		given.values[at] = optarg;
	}
	/* Monitoring wants to be told of a wrong command line otherwise. */
	line->is_plugin = optind < count &&
			  strcmp(arguments[optind], "check") == 0;
	if (line->wants != COMMAND_LINE_COMMAND || error)
		return error;
	return take_all(line, &given, (size_t)(count - optind),
			arguments + optind, fault);
}

static bool is_plain(const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

	return *word && *word != '-' && !word[strspn(word, plain)];
}

/* Where a command of that name would be; false if that can't be known. */
static bool find_path(const char *word, char path[PATH_MAX])
{
	char program[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program));
	int written;

	while (length > 0 && program[length - 1] != '/')
		length--;
	if (length <= 0)
		return false;
	if (*TRAFMETUX_LIBEXECDIR == '/')
		length = 0;
	written = snprintf(path, PATH_MAX, "%.*s%s/%s", (int)length, program,
			   TRAFMETUX_LIBEXECDIR, word);
	return written > 0 && written < PATH_MAX;
}

int outside_command_run(char **arguments, struct messages *messages)
{
	const char *word = arguments[0] ? arguments[1] : NULL;
	char path[PATH_MAX];
	struct stat status;
	int error;

	if (!word || !is_plain(word) || command_find(word) ||
	    !find_path(word, path))
		return 0;
	if (stat(path, &status) || !S_ISREG(status.st_mode) ||
	    !(status.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return 0;
	execv(path, arguments + 1);
	error = errno;
	message_report(messages, "%s: can't be run: %s", path,
		       message_reason(error));
	return -error;
}

/* The text of --help: commands and options, in a line each; docs/trafmetux.8 has more. */

#define LINE_WIDTH 78

/* From where on it is said what something is for. */
#define HELP_COLUMN_COMMANDS 18
#define HELP_COLUMN_OPTIONS 24

/* Each line of a text after @before, and after @next from the second on. */
static void write_lines(const char *text, const char *before, const char *next,
			FILE *output)
{
	while (*text) {
		const size_t length = strcspn(text, "\n");

		fprintf(output, "%s%.*s\n", before, (int)length, text);
		text += length + (text[length] == '\n');
		before = next;
	}
}

/* After @width characters of a line. */
static void write_help(const char *help, int width, int column, FILE *output)
{
	char indent[HELP_COLUMN_OPTIONS + 1];

	snprintf(indent, sizeof(indent), "%*s", column, "");
	if (width >= column)
		fputc('\n', output);
	write_lines(help, width >= column ? indent : indent + width, indent,
		    output);
}

static void write_usage(FILE *output)
{
	const char *before = "Usage: trafmetux ";

	for (size_t at = 0; at < command_count; at++) {
		if (!commands[at].usage)
			continue;
		write_lines(commands[at].usage, before,
			    "       trafmetux ", output);
		before = "       trafmetux ";
	}
}

static void write_commands(FILE *output)
{
	int width = 0;

	for (size_t at = 0; at < command_count; at++) {
		const struct command *command = &commands[at];

		if (width && width + (int)strlen(command->word) + 3 > LINE_WIDTH) {
			fputs("\n", output);
			width = 0;
		}
		width += fprintf(output, "%s%s%s", width ? " " : "  ",
				 command->word, command->help ? "" : ",");
		if (!command->help)
			continue;
		write_help(command->help, width, HELP_COLUMN_COMMANDS, output);
		width = 0;
	}
}

static void write_option(const struct option_rule *rule, FILE *output)
{
	const char letter = rule->letter ? rule->letter : rule->alias;
	int width = 0;

	if (letter)
		width = fprintf(output, "  -%c, ", letter);
	else
		width = fprintf(output, "      ");
	width += fprintf(output, "--%s%s%s", rule->name, rule->value ? " " : "",
			 rule->value ? rule->value : "");
	write_help(rule->help, width, HELP_COLUMN_OPTIONS, output);
}

void command_line_help(FILE *output)
{
	write_usage(output);
	fputs("\nMeasures the traffic that rules with '-j TRAFMETUX --monitor MONITOR' see.\n"
	      "\nCommands:\n", output);
	write_commands(output);
	fputs("\n", output);
	for (size_t at = 0; at < option_rule_count; at++) {
		if (option_rules[at].heading)
			fprintf(output, "%s\n", option_rules[at].heading);
		else
			write_option(&option_rules[at], output);
	}
	fputs("  -h, --help            show this text\n"
	      "  -V, --version         show the version\n", output);
}
