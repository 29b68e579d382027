// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line, a word in each line: options, times, ranges, columns. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "time/calendar.h"
#include "report/selection.h"
#include "fuzz.h"
#include "cli/command.h"

#define WORDS_MAX 16
#define PRESENT INT64_C(1614556800)

static bool knows(const void *context, const char *monitor)
{
	(void)context;
	return strlen(monitor) < 4;
}

static void check_column(const char *operand)
{
	struct expression expression;
	struct monitor_names names = { 0 };

	if (expression_has_operators(operand) &&
	    expression_candidates(operand, &names) == 0) {
		for (size_t at = 0; at < names.count; at++)
			fuzz_must(monitor_name_valid(names.list[at]));
	}
	monitor_names_free(&names);
	if (expression_parse(operand, knows, NULL, &expression) == 0) {
		fuzz_must(expression.count > 0);
		fuzz_must(expression.count <= EXPRESSION_TERMS_MAX);
		expression_free(&expression);
	}
}

static void check_range(const struct options *options)
{
	struct calendar calendar = {
		.first_weekday = options->first_weekday,
		.first_month_day = options->first_month_day,
	};
	struct time_range range;

	if (time_range_resolve(&calendar, options->has_at ? options->at : PRESENT,
			       &options->from, &options->to, &range))
		fuzz_must(range.start < range.end);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words[WORDS_MAX + 2] = { "trafmetux" };
	char fault[OPTIONS_FAULT_SIZE];
	struct command_line line;
	char *text = malloc(size + 1);
	char *rest = text;
	int count = 1;

	fuzz_must(text);
	memcpy(text, data, size);
	text[size] = '\0';
	while (rest && count <= WORDS_MAX)
		words[count++] = strsep(&rest, "\n");
	words[count] = NULL;
	/* Of another zone the next input would be read differently. */
	setenv("TZ", "Europe/Paris", 1);
	tzset();
	optind = 0;
	fault[0] = '\0';
	if (command_line_parse(count, words, &line, fault) == 0) {
		const bool has_columns = line.command &&
					 line.command->run == command_show;

		check_range(&line.options);
		for (size_t at = 0; has_columns && at < line.options.operand_count; at++)
			check_column(line.options.operands[at]);
	} else {
		fuzz_must(*fault && strlen(fault) < sizeof(fault));
	}
	free(text);
	return 0;
}
