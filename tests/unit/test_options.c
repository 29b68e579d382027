// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <getopt.h>

#include "cli/command.h"

static struct command_line line_read;
static const struct options *const options = &line_read.options;
static char fault[OPTIONS_FAULT_SIZE];

/* Splits at spaces; getopt starts afresh. */
static int parse(const char *line)
{
	static char copy[256];
	static char *words[32];
	int count = 0;

	snprintf(copy, sizeof(copy), "trafmetux %s", line);
	for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
		words[count++] = word;
	words[count] = NULL;
	optind = 0;
	return command_line_parse(count, words, &line_read, fault);
}

static void options_may_stand_anywhere(void **state)
{
	(void)state;
	assert_int_equal(parse("-t 5 show-hourly input output"), 0);
	assert_int_equal(options->times, 5);
	assert_int_equal(line_read.command->period, PERIOD_HOUR);
	assert_int_equal(options->operand_count, 2);
	assert_string_equal(options->operands[1], "output");
	assert_int_equal(parse("show-weekly input --times=2 -f MON -u gib output"), 0);
	assert_int_equal(options->times, 2);
	assert_int_equal(options->first_weekday, 1);
	assert_string_equal(options->unit.label, "GiB");
	assert_int_equal(options->operand_count, 2);
	assert_int_equal(parse("update --now -- -x"), 0);
	assert_true(options->now);
	assert_string_equal(options->operands[0], "-x");
}

static void defaults_are_the_real_directories(void **state)
{
	(void)state;
	assert_int_equal(parse("update"), 0);
	assert_string_equal(options->archive_path, "/var/lib/trafmetux");
	assert_string_equal(options->source_path, "/proc/trafmetux");
	assert_int_equal(options->times, 0);
	assert_int_equal(options->operand_count, 0);
}

static void days_may_be_shortened(void **state)
{
	static const char *const days[] = { "sun", "mon", "tues", "wednes",
					    "thu", "FRIDAY", "saturda" };
	char line[64];

	(void)state;
	for (int day = 0; day < 7; day++) {
		snprintf(line, sizeof(line), "-f %s show-weekly m", days[day]);
		assert_int_equal(parse(line), 0);
		assert_int_equal(options->first_weekday, day);
	}
}

static void wrong_lines_are_named(void **state)
{
	static const struct {
		const char *line;
		const char *fault;
	} cases[] = {
		{ "plan", "plan needs the name of a plan" },
		{ "plan home road", "'road' is one word too many" },
		{ "plan home --what-if", "--what-if needs settings, such as amount=5GB" },
		{ "check", "check needs the name of a plan" },
		{ "check home road", "'road' is one word too many" },
		{ "calibrate home", "calibrate needs the name of a plan and the ISP's figure" },
		{ "check home --stale soon", "--stale 'soon' is not a whole number of seconds" },
		{ "show", "unknown command 'show'" },
		{ "show-daily", "show-daily needs the name of a monitor" },
		{ "-t", "option '-t' needs a value" },
		{ "list --times", "option '--times' needs a value" },
		{ "-t 0 show-weekly m", "-t '0' is not a whole number from 1 on" },
		{ "-t -3 show-weekly m", "-t '-3' is not a whole number from 1 on" },
		{ "-t 5x show-weekly m", "-t '5x' is not a whole number from 1 on" },
		{ "-t 99999999999999999999 show-weekly m",
		  "-t '99999999999999999999' is not a whole number from 1 on" },
		{ "-u XB show-weekly m", "-u 'XB' is not one of B, KB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB" },
		{ "-f mo show-weekly m", "-f 'mo' is not a day of the week, such as sunday or mon" },
		{ "-f 1 show-weekly m", "-f '1' is not a day of the week, such as sunday or mon" },
		{ "-f mondays show-weekly m", "-f 'mondays' is not a day of the week, such as sunday or mon" },
		{ "--month-start 0 show-monthly m", "--month-start '0' is not a day from 1 to 31" },
		{ "--month-start 32 show-monthly m", "--month-start '32' is not a day from 1 to 31" },
		{ "--si -u MiB show-total m", "--si counts in 1000s, MiB in 1024s" },
		{ "--tz Europe/Pariss show-total m", "--tz 'Europe/Pariss' is no time zone known here; give a name such as Europe/Paris, and install tzdata" },
		{ "--top 0 show-daily m", "--top '0' is not a whole number from 1 on" },
		{ "--from tomorrow show-daily m", "--from 'tomorrow' is no time; give " TIME_WORDS_FORMS },
		{ "--to 2026-02-30 show-daily m", "--to '2026-02-30' is no time; give " TIME_WORDS_FORMS },
		{ "--table --csv show-daily m", "--csv does not go with --table" },
		{ "-x list", "unknown option '-x'" },
		{ "--frob list", "unknown option '--frob'" },
		{ "--json=1 list", "option '--json=1' takes no value" },
		{ "--json --csv list", "--csv does not go with --json" },
		{ "--csv --json list", "--csv does not go with --json" },
		{ "--json -u MB show-daily m", "-u and --si do not go with --json, which is in bytes" },
		{ "--unit B --csv show-daily m", "-u and --si do not go with --csv, which is in bytes" },
		{ "--csv --si show-total m", "-u and --si do not go with --csv, which is in bytes" },
		{ "--si --json ledger p", "-u and --si do not go with --json, which is in bytes" },
		{ "--now list", "--now does not go with list" },
		{ "--json update", "--json does not go with update" },
		{ "--at noon show-weekly m", "--at 'noon' is no time; give 'YYYY-MM-DD HH:MM[:SS]' or epoch seconds" },
	};

	(void)state;
	for (size_t at = 0; at < sizeof(cases) / sizeof(*cases); at++) {
		assert_int_equal(parse(cases[at].line), -22); /* EINVAL */
		assert_string_equal(fault, cases[at].fault);
	}
}

/* What an option does nothing for is a mistake, never passed over. */
static void options_go_with_their_commands(void **state)
{
	static const struct {
		const char *option;
		const char *fault;	/* "%s does not go with" that command */
		const char *commands;
	} cases[] = {
		{ "-t 1", "-t", "update list show-total" },
		{ "-u MB", "-u", "update list" },
		{ "-f mon", "-f", "update list" },
		{ "--at 1614600000", "--at", "update list" },
		{ "--tz UTC", "--tz", "update" },
		{ "--si", "--si", "update list" },
		{ "--month-start 2", "--month-start", "update list" },
		{ "--from now", "--from", "update list" },
		{ "--to now", "--to", "update list" },
		{ "--top 1", "--top", "update list show-total" },
		{ "--total", "--total", "update list show-total" },
		{ "--packets", "--packets", "update list" },
		{ "--rates", "--rates", "update list" },
		{ "--table", "--table", "update list" },
		{ "--json", "--json", "update" },
		{ "--csv", "--csv", "update" },
		{ "--now", "--now", "list show-daily show-total" },
		{ "-w 1", "-w", "update list show-daily plan" },
		{ "-c 1", "-c", "update list show-daily ledger" },
		{ "--what-if", "--what-if", "update show-daily check" },
		{ "--recompute", "--recompute", "update show-daily check" },
	};
	char line[128];
	char wanted[128];

	(void)state;
	for (size_t at = 0; at < sizeof(cases) / sizeof(*cases); at++) {
		char commands[128];
		char *rest;

		strcpy(commands, cases[at].commands);
		for (char *word = strtok_r(commands, " ", &rest); word;
		     word = strtok_r(NULL, " ", &rest)) {
			snprintf(line, sizeof(line), "%s %s m",
				 cases[at].option, word);
			snprintf(wanted, sizeof(wanted),
				 "%s does not go with %s", cases[at].fault,
				 word);
			assert_int_equal(parse(line), -22); /* EINVAL */
			assert_string_equal(fault, wanted);
		}
	}
	/* The last of an option's values counts. */
	assert_int_equal(parse("-t 1 show-daily -t 2 m"), 0);
	assert_int_equal(options->times, 2);
}

/* A word in a command's row that is no option would be one that nobody can give. */
static void rows_name_options_that_there_are(void **state)
{
	(void)state;
	for (size_t at = 0; at < command_count; at++) {
		char words[256];
		char *rest;

		assert_true(strlen(commands[at].options) < sizeof(words));
		strcpy(words, commands[at].options);
		for (char *word = strtok_r(words, " ", &rest); word;
		     word = strtok_r(NULL, " ", &rest)) {
			size_t found = 0;

			for (size_t rule = 0; rule < option_rule_count; rule++)
				found += option_rules[rule].name &&
					 strcmp(option_rules[rule].name, word) == 0;
			assert_int_equal(found, 1);
		}
	}
}

static bool names(const struct command *command, const char *option)
{
	char words[256];
	char *rest;

	strcpy(words, command->options);
	for (char *word = strtok_r(words, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		if (strcmp(word, option) == 0)
			return true;
	}
	return false;
}

/* Each option with each command: it goes with those of the row, and with no others. */
static void the_rows_say_what_goes(void **state)
{
	char line[128];
	char wanted[128];

	(void)state;
	for (size_t at = 0; at < command_count * option_rule_count; at++) {
		const struct command *command = &commands[at % command_count];
		const struct option_rule *rule = &option_rules[at / command_count];
		int error;

		if (rule->heading)
			continue;
		/* Some go with that only, which is told in the same words. */
		snprintf(line, sizeof(line), "%s%s%s --%s%s", command->word,
			 command->least > 1 ? " a a" : command->least ? " a" : "",
			 names(command, "follow") ? " --follow" : "",
			 rule->name, rule->value ? " 1" : "");
		if (rule->letter)
			snprintf(wanted, sizeof(wanted), "-%c does not go with %s",
				 rule->letter, command->word);
		else
			snprintf(wanted, sizeof(wanted), "--%s does not go with %s",
				 rule->name, command->word);
		*fault = '\0';
		error = parse(line);
		if (rule->is_for_all || names(command, rule->name)) {
			assert_string_not_equal(fault, wanted);
		} else {
			assert_string_equal(fault, wanted);
			assert_int_equal(error, -22); /* EINVAL */
		}
	}
}

/* A format is not taken where nothing would be written in it. */
static void formats_have_what_commands_need(void **state)
{
	char line[64];

	(void)state;
	for (size_t at = 0; at < option_rule_count; at++) {
		const struct option_rule *rule = &option_rules[at];

		if (!rule->render)
			continue;
		for (size_t row = 0; row < command_count; row++) {
			if (commands[row].run == command_list &&
			    names(&commands[row], rule->name))
				assert_non_null(rule->render->list);
		}
		snprintf(line, sizeof(line), "--follow show-daily m --%s", rule->name);
		assert_int_equal(parse(line), rule->render->live_row ? 0 : -22);
		snprintf(line, sizeof(line), "-u MB show-daily m --%s", rule->name);
		assert_int_equal(parse(line),
				 rule->render->is_for_programs ? -22 : 0);
	}
	assert_int_equal(parse("--follow show-daily m --table"), -22);
	assert_string_equal(fault, "--follow does not go with --table");
}

/* Monitoring systems are told of a wrong command line in a way of their own. */
static void plugins_are_known_by_their_word(void **state)
{
	(void)state;
	assert_int_equal(parse(""), 0);
	assert_string_equal(line_read.command->word, "summary");
	assert_false(line_read.is_plugin);
	assert_int_equal(parse("check home -w 80% -c 90%"), 0);
	assert_true(line_read.is_plugin);
	assert_string_equal(options->warning, "80%");
	assert_int_equal(parse("--frob check home"), -22);
	assert_true(line_read.is_plugin);
	assert_string_equal(fault, "unknown option '--frob'");
	assert_int_equal(parse("-h check"), 0);
	assert_true(line_read.is_plugin);
	assert_int_equal(line_read.wants, COMMAND_LINE_HELP);
	assert_int_equal(parse("show-total check"), 0);
	assert_false(line_read.is_plugin);
}

static void help_needs_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(parse("--help"), 0);
	assert_int_equal(line_read.wants, COMMAND_LINE_HELP);
	assert_int_equal(parse("show-daily -V"), 0);
	assert_int_equal(line_read.wants, COMMAND_LINE_VERSION);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_may_stand_anywhere),
		cmocka_unit_test(defaults_are_the_real_directories),
		cmocka_unit_test(days_may_be_shortened),
		cmocka_unit_test(wrong_lines_are_named),
		cmocka_unit_test(options_go_with_their_commands),
		cmocka_unit_test(rows_name_options_that_there_are),
		cmocka_unit_test(the_rows_say_what_goes),
		cmocka_unit_test(formats_have_what_commands_need),
		cmocka_unit_test(plugins_are_known_by_their_word),
		cmocka_unit_test(help_needs_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
