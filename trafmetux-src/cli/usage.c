// SPDX-License-Identifier: GPL-2.0-or-later
/* The text of --help: commands and options, in a line each; docs/trafmetux.8 has more. */
#include "cli/command_line.h"

#include <string.h>

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
