// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "base/line_reader.h"

static struct line_reader reader;

static void start(const char *text, size_t length)
{
	line_reader_start(&reader, test_file(text, length));
}

static void lines_come_one_by_one(void **state)
{
	struct line line;

	(void)state;
	start("a\n\nbc\nd", 7);
	assert_int_equal(line_reader_next(&reader, &line), 1);
	assert_int_equal(line.length, 1);
	assert_true(line.complete);
	assert_int_equal(line_reader_next(&reader, &line), 1);
	assert_int_equal(line.length, 0);
	assert_int_equal(line_reader_next(&reader, &line), 1);
	assert_memory_equal(line.text, "bc", 2);
	assert_int_equal(line.number, 3);
	assert_int_equal(line_reader_next(&reader, &line), 1);
	assert_memory_equal(line.text, "d", 1);
	assert_false(line.complete);
	assert_int_equal(line_reader_next(&reader, &line), 0);
	assert_int_equal(line_reader_next(&reader, &line), 0);
	close(reader.descriptor);
}

static void empty_file_has_no_line(void **state)
{
	struct line line;

	(void)state;
	start("", 0);
	assert_int_equal(line_reader_next(&reader, &line), 0);
	close(reader.descriptor);
}

/* Around the limits of a line and of the buffer, each with a line after it. */
static void long_lines_are_passed_over(void **state)
{
	static const size_t lengths[] = {
		LINE_LENGTH_MAX - 1, LINE_LENGTH_MAX, LINE_LENGTH_MAX + 1,
		32768, LINE_BUFFER_SIZE - 1, LINE_BUFFER_SIZE,
		LINE_BUFFER_SIZE + 1, 3 * LINE_BUFFER_SIZE,
	};
	struct line line;

	(void)state;
	for (size_t at = 0; at < sizeof(lengths) / sizeof(*lengths); at++) {
		const size_t length = lengths[at];
		char *text = malloc(length + 6);

		memset(text, 'x', length);
		memcpy(text + length, "\nnext\n", 6);
		start(text, length + 6);
		assert_int_equal(line_reader_next(&reader, &line), 1);
		assert_int_equal(line.too_long, length > LINE_LENGTH_MAX);
		assert_true(line.complete);
		if (!line.too_long)
			assert_int_equal(line.length, length);
		assert_int_equal(line_reader_next(&reader, &line), 1);
		assert_int_equal(line.length, 4);
		assert_memory_equal(line.text, "next", 4);
		assert_int_equal(line.number, 2);
		assert_int_equal(line_reader_next(&reader, &line), 0);
		close(reader.descriptor);
		/* And cut off in the middle of it. */
		start(text, length);
		assert_int_equal(line_reader_next(&reader, &line), 1);
		assert_false(line.complete);
		assert_int_equal(line_reader_next(&reader, &line), 0);
		close(reader.descriptor);
		free(text);
	}
}

static void many_lines_cross_the_buffer(void **state)
{
	const int count = 30000;
	char *text = malloc((size_t)count * 8);
	struct line line;
	char expected[16];

	(void)state;
	for (int at = 0; at < count; at++) {
		snprintf(expected, sizeof(expected), "%07d\n", at);
		memcpy(text + (size_t)at * 8, expected, 8);
	}
	start(text, (size_t)count * 8);
	for (int at = 0; at < count; at++) {
		snprintf(expected, sizeof(expected), "%07d", at);
		assert_int_equal(line_reader_next(&reader, &line), 1);
		assert_int_equal(line.length, 7);
		assert_memory_equal(line.text, expected, 7);
	}
	assert_int_equal(line_reader_next(&reader, &line), 0);
	close(reader.descriptor);
	free(text);
}

static void errors_are_handed_up(void **state)
{
	struct line line;

	(void)state;
	line_reader_start(&reader, -1);
	assert_int_equal(line_reader_next(&reader, &line), -9); /* EBADF */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_come_one_by_one),
		cmocka_unit_test(empty_file_has_no_line),
		cmocka_unit_test(long_lines_are_passed_over),
		cmocka_unit_test(many_lines_cross_the_buffer),
		cmocka_unit_test(errors_are_handed_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
