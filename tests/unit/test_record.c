// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "archive/record.h"

static struct record parse(const char *text)
{
	struct record record;

	record_parse(text, strlen(text), &record);
	return record;
}

static void samples_are_read(void **state)
{
	struct record record = parse("1225147560 48190 25380121");

	(void)state;
	assert_int_equal(record.kind, RECORD_SAMPLE);
	assert_int_equal(record.sample.time, 1225147560);
	assert_int_equal(record.sample.since, SAMPLE_MINUTE);
	assert_int_equal(record.sample.counters.packets, 48190);
	assert_int_equal(record.sample.counters.bytes, 25380121);
	record = parse("1225147560 1 18446744073709551615 1225147000");
	assert_int_equal(record.kind, RECORD_SAMPLE);
	assert_int_equal(record.sample.since, 1225147000);
	assert_true(record.sample.counters.bytes == UINT64_MAX);
	assert_int_equal(parse("253402300799 1 1").kind, RECORD_SAMPLE);
	assert_int_equal(parse("5 1 1 0").kind, RECORD_SAMPLE);
	assert_int_equal(parse("5 1 1 5").kind, RECORD_SAMPLE);
}

static void series_are_read(void **state)
{
	struct record record = parse("@ 9f2c1e0b7a664d31 7 1500");

	(void)state;
	assert_int_equal(record.kind, RECORD_SERIES);
	assert_true(record.series == UINT64_C(0x9f2c1e0b7a664d31));
	assert_int_equal(record.sample.counters.packets, 7);
	assert_int_equal(record.sample.counters.bytes, 1500);
}

static void comments_and_empty_lines_are_nothing(void **state)
{
	(void)state;
	assert_int_equal(parse("").kind, RECORD_NOTHING);
	assert_int_equal(parse("#").kind, RECORD_NOTHING);
	assert_int_equal(parse("# 1 2 3").kind, RECORD_NOTHING);
}

static void everything_else_is_damaged(void **state)
{
	static const char *const lines[] = {
		"x", " ", "1", "1 2", "1 2 ", "0 2 3", "1 2 3 ", " 1 2 3",
		"1  2 3", "1\t2 3", "1 2 3\r", "-1 2 3", "+1 2 3", "1 -2 3",
		"1 2 3 2", "1 2 3 0 ", "1 2 3 0 4", "1.0 2 3", "1 2 3x",
		"253402300800 1 1", "1 18446744073709551616 1",
		"1 1 99999999999999999999", "1 2 0x3",
		"@", "@ ", "@ 9f2c1e0b7a664d31", "@ 9f2c1e0b7a664d31 1",
		"@ 9f2c1e0b7a664d3 1 2", "@ 9f2c1e0b7a664d311 1 2",
		"@ 9F2C1E0B7A664D31 1 2", "@ 9f2c1e0b7a664d3g 1 2",
		"@9f2c1e0b7a664d31 1 2", "@ 9f2c1e0b7a664d31 1 2 3",
	};
	struct record record;

	(void)state;
	for (size_t at = 0; at < sizeof(lines) / sizeof(*lines); at++) {
		if (parse(lines[at]).kind != RECORD_DAMAGED)
			fail_msg("'%s' was taken", lines[at]);
	}
	record_parse("1 2 3\0" "4", 7, &record);
	assert_int_equal(record.kind, RECORD_DAMAGED);
	record_parse("#\0", 2, &record);
	assert_int_equal(record.kind, RECORD_DAMAGED);
	record_parse("\0\0\0", 3, &record);
	assert_int_equal(record.kind, RECORD_DAMAGED);
}

static void nothing_is_read_past_the_end(void **state)
{
	/* On the heap, so that the sanitizer guards both ends. */
	static const char line[] = "@ 9f2c1e0b7a664d31 12 34";
	struct record record;

	(void)state;
	for (size_t length = 0; length < sizeof(line); length++) {
		char *copy = malloc(length ? length : 1);

		memcpy(copy, line, length);
		record_parse(copy, length, &record);
		free(copy);
	}
}

static void what_is_written_is_read_back(void **state)
{
	const struct counters largest = { UINT64_MAX, UINT64_MAX };
	const struct sample sample = { SAMPLE_TIME_MAX, SAMPLE_TIME_MAX,
				       { UINT64_MAX, UINT64_MAX } };
	const struct sample plain = { 60, SAMPLE_MINUTE, { 1, 2 } };
	char text[RECORD_TEXT_SIZE];
	struct record record;
	size_t length;

	(void)state;
	length = record_format_series(text, UINT64_C(0xa), &largest);
	assert_string_equal(text, "@ 000000000000000a 18446744073709551615 18446744073709551615\n");
	record_parse(text, length - 1, &record);
	assert_int_equal(record.kind, RECORD_SERIES);
	assert_int_equal(record.series, 10);
	length = record_format_sample(text, &sample);
	assert_int_equal(length, strlen(text));
	record_parse(text, length - 1, &record);
	assert_int_equal(record.kind, RECORD_SAMPLE);
	assert_int_equal(record.sample.since, SAMPLE_TIME_MAX);
	record_format_sample(text, &plain);
	assert_string_equal(text, "60 1 2\n");
}

static uint64_t version(const char *text)
{
	return record_archive_version(text, strlen(text));
}

static void first_line_names_the_version(void **state)
{
	(void)state;
	assert_int_equal(version("# trafmetux archive version 1 monitor a zone UTC"), 1);
	assert_int_equal(version("# trafmetux archive version 2"), 2);
	assert_int_equal(version("# trafmetux archive version 12 x"), 12);
	assert_int_equal(version("# trafmetux archive version "), 0);
	assert_int_equal(version("# trafmetux archive version 2x"), 0);
	assert_int_equal(version("# notes"), 0);
	assert_int_equal(version("1 2 3"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_are_read),
		cmocka_unit_test(series_are_read),
		cmocka_unit_test(comments_and_empty_lines_are_nothing),
		cmocka_unit_test(everything_else_is_damaged),
		cmocka_unit_test(nothing_is_read_past_the_end),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(first_line_names_the_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
