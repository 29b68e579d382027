// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cli/command_line.h"
#include "base/paths.h"

/* What getopt answers for an option is this and its place in the table. */
enum { FIRST_ANSWER = 256 };

/* Which options were given, by their place in the table, and their values. */
struct given {
	bool is_given[OPTION_RULES_MAX];
	const char *values[OPTION_RULES_MAX];
};

int options_fail(char *fault, const char *format, const char *word)
{
	snprintf(fault, OPTIONS_FAULT_SIZE, format, word);
	return -EINVAL;
}

/* The tables in the form that getopt_long() takes. */
static void fill_getopt(struct option longs[OPTION_RULES_MAX + 3],
			char letters[2 * OPTION_RULES_MAX + 8])
{
	char *letter = letters;

	*letter++ = ':';
	for (size_t at = 0; at < option_rule_count; at++) {
		const struct option_rule *rule = &option_rules[at];

		*longs++ = (struct option){ rule->name, rule->has_value, NULL,
					    FIRST_ANSWER + (int)at };
		if (!rule->letter)
			continue;
		*letter++ = rule->letter;
		if (rule->has_value)
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

static int fail_group(const struct option_rule *option,
		      const struct command_rule *command, char *fault)
{
	if (option->letter)
		snprintf(fault, OPTIONS_FAULT_SIZE, "-%c does not go with %s",
			 option->letter, command->word);
	else
		snprintf(fault, OPTIONS_FAULT_SIZE, "--%s does not go with %s",
			 option->name, command->word);
	return -EINVAL;
}

static int take_options(struct options *options, const struct given *given,
			const struct command_rule *command, char *fault)
{
	int error = 0;

	for (size_t at = 0; !error && at < option_rule_count; at++) {
		const struct option_rule *rule = &option_rules[at];

		if (!given->is_given[at])
			continue;
		if (!(rule->groups & (int)command->group))
			error = fail_group(rule, command, fault);
		else if (rule->take)
			error = rule->take(options, given->values[at], fault);
		else
			*(bool *)((char *)options + rule->flag) = true;
	}
	return error;
}

static int take_command(struct options *options, size_t count, char **words,
			const struct command_rule **command, char *fault)
{
	const struct command_rule *rule = NULL;

	const char *word = count ? words[0] : "summary";

	for (size_t at = 0; at < command_rule_count; at++) {
		if (strcmp(word, command_rules[at].word) == 0)
			rule = &command_rules[at];
	}
	if (!rule)
		return options_fail(fault, "unknown command '%s'", word);
	*command = rule;
	options->command = rule->command;
	options->period = rule->period;
	options->command_word = rule->word;
	options->operands = count ? words + 1 : words;
	options->operand_count = count ? count - 1 : 0;
	if (options->operand_count < rule->least) {
		snprintf(fault, OPTIONS_FAULT_SIZE, "%s needs %s", rule->word,
			 rule->lacks);
		return -EINVAL;
	}
	if (options->operand_count > rule->most)
		return options_fail(fault, "'%s' is one word too many",
				    words[1 + rule->most]);
	return 0;
}

int options_parse(int count, char **arguments, struct options *options,
		  char fault[OPTIONS_FAULT_SIZE])
{
	struct option longs[OPTION_RULES_MAX + 3];
	char letters[2 * OPTION_RULES_MAX + 8];
	const struct command_rule *command;
	struct given given = { 0 };
	int fault_found = 0;
	int answer;
	int error;

	*options = (struct options){ .archive_path = TRAFMETUX_ARCHIVE_PATH,
				     .source_path = TRAFMETUX_SOURCE_PATH,
				     .config_path = TRAFMETUX_CONFIG_PATH,
				     .cron_root = "" };
	opterr = 0;
	fill_getopt(longs, letters);
	while ((answer = getopt_long(count, arguments, letters, longs,
				     NULL)) != -1) {
		size_t at;

		if (options->command != COMMAND_NONE || fault_found)
			continue;
		if (answer == '?' || answer == ':') {
			fault_found = fail_option(answer, arguments, fault);
			continue;
		}
		if (answer == 'h' || answer == 'V') {
			options->command = answer == 'h' ? COMMAND_HELP :
							   COMMAND_VERSION;
			continue;
		}
		at = find_option(answer);
		given.is_given[at] = true;
		given.values[at] = optarg;
	}
	/* Monitoring wants to be told of a wrong command line otherwise. */
	options->is_plugin = optind < count &&
			     strcmp(arguments[optind], "check") == 0;
	if (options->command != COMMAND_NONE || fault_found)
		return fault_found;
	error = take_command(options, (size_t)(count - optind),
			     arguments + optind, &command, fault);
	if (!error)
		error = take_options(options, &given, command, fault);
	return error ? error : options_check(options, fault);
}
