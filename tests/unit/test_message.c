// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "base/message.h"

static struct messages messages;
static struct progress progress;
static FILE *output;

static void expect(const char *wanted)
{
	char text[256];
	size_t length;

	rewind(output);
	length = fread(text, 1, sizeof(text) - 1, output);
	text[length] = '\0';
	assert_string_equal(text, wanted);
}

static int start(void **state)
{
	(void)state;
	messages = (struct messages){ 0 };
	output = tmpfile();
	assert_non_null(output);
	progress = progress_start(&messages, output);
	progress.due = 5000;
	return 0;
}

static int end(void **state)
{
	(void)state;
	fclose(output);
	return 0;
}

static void nothing_is_shown_before_a_second(void **state)
{
	(void)state;
	progress_step_at(&progress, "input", 10, 4999);
	progress_end(&progress);
	expect("");
}

static void a_line_is_written_over_and_taken_away(void **state)
{
	(void)state;
	progress_step_at(&progress, "input", 10, 5000);
	assert_true(messages.progress_shown);
	progress_step_at(&progress, "input", 11, 5000 + PROGRESS_AGAIN - 1);
	progress_step_at(&progress, "output", 12, 5000 + PROGRESS_AGAIN);
	progress_end(&progress);
	expect("\r\033[Kreading input: 10 %\r\033[Kreading output: 12 %\r\033[K");
	assert_false(messages.progress_shown);
	assert_false(messages.trouble);
}

static void a_second_is_waited_for(void **state)
{
	struct progress begun = progress_start(&messages, output);

	(void)state;
	progress_step(&begun, "input", 1);
	expect("");
	assert_false(messages.progress_shown);
}

static void no_terminal_no_line(void **state)
{
	(void)state;
	progress.output = NULL;
	progress_step_at(&progress, "input", 10, 5000);
	progress_end(&progress);
	expect("");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_shown_before_a_second,
						start, end),
		cmocka_unit_test_setup_teardown(a_line_is_written_over_and_taken_away,
						start, end),
		cmocka_unit_test_setup_teardown(a_second_is_waited_for, start,
						end),
		cmocka_unit_test_setup_teardown(no_terminal_no_line, start,
						end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
