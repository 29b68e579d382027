// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "base/number.h"
#include "base/writer.h"

static bool parse(const char *text, uint64_t *value, size_t *used)
{
	const char *cursor = text;
	bool good = number_parse(&cursor, text + strlen(text), value);

	*used = (size_t)(cursor - text);
	return good;
}

static void reads_all_that_fits_into_64_bits(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
		size_t used;
	} good[] = {
		{ "0", 0, 1 },
		{ "7 8", 7, 1 },
		{ "9999999999999999999", UINT64_C(9999999999999999999), 19 },
		{ "10000000000000000000x", UINT64_C(10000000000000000000), 20 },
		{ "18446744073709551615", UINT64_MAX, 20 },
		{ "0000000000000000000000018446744073709551615", UINT64_MAX, 43 },
	};
	static const char *const bad[] = {
		"", " 1", "-1", "x", "18446744073709551616",
		"18446744073709551620", "99999999999999999999",
		"184467440737095516150", "000000000018446744073709551616",
	};
	uint64_t value;
	size_t used;

	(void)state;
	for (size_t at = 0; at < sizeof(good) / sizeof(*good); at++) {
		assert_true(parse(good[at].text, &value, &used));
		assert_int_equal(value, good[at].value);
		assert_int_equal(used, good[at].used);
	}
	for (size_t at = 0; at < sizeof(bad) / sizeof(*bad); at++) {
		assert_false(parse(bad[at], &value, &used));
		assert_int_equal(used, 0);
	}
}

/* Digits are read several at a time, and never what comes after them. */
static void stops_at_whatever_is_no_digit(void **state)
{
	static const char digits[] = "98765432109876543";
	static const char others[] = "/:?@ \t\n\0p\xb1\xff.";
	char text[sizeof(digits)];
	uint64_t expected = 0;

	(void)state;
	for (size_t at = 0; at < sizeof(digits) - 1; at++) {
		for (size_t other = 0; other < sizeof(others) - 1; other++) {
			const char *cursor = text;
			uint64_t value = 0;

			memcpy(text, digits, sizeof(text));
			text[at] = others[other];
			assert_int_equal(number_parse(&cursor,
						      text + sizeof(text) - 1,
						      &value), at > 0);
			assert_int_equal(cursor - text, at);
			assert_int_equal(value, expected);
		}
		expected = expected * 10 + (uint64_t)(digits[at] - '0');
	}
}

static void writes_what_printf_does(void **state)
{
	char text[NUMBER_DIGITS + 1];
	char expected[32];
	uint64_t number = 1;

	(void)state;
	for (int power = 0; power < 20; power++, number *= 10) {
		for (int step = -1; step <= 1; step++) {
			uint64_t value = number + (uint64_t)step;
			size_t length = number_format(text, value);

			snprintf(expected, sizeof(expected), "%llu",
				 (unsigned long long)value);
			assert_string_equal(text, expected);
			assert_int_equal(length, strlen(expected));
		}
	}
	number_format(text, UINT64_MAX);
	assert_string_equal(text, "18446744073709551615");
	/* Each four digits, at each place that they are written at. */
	number = 1;
	for (int place = 0; place < 4; place++, number *= 10000) {
		for (uint64_t four = 0; four < 10000; four++) {
			const uint64_t value = four * number + 90000 * number +
					       number / 10000 * 1234;

			number_format(text, value);
			snprintf(expected, sizeof(expected), "%llu",
				 (unsigned long long)value);
			assert_string_equal(text, expected);
		}
	}
}

/* Rows longer than the writer's buffer, in pieces of every length. */
static void rows_of_any_length_arrive_whole(void **state)
{
	char piece[3000];
	struct writer writer;
	char *text = NULL;
	size_t size = 0;

	(void)state;
	memset(piece, 'x', sizeof(piece));
	for (size_t length = 0; length < sizeof(piece); length += 7) {
		FILE *stream = open_memstream(&text, &size);

		assert_non_null(stream);
		writer_start(&writer, stream);
		writer_text(&writer, "a");
		writer_add(&writer, piece, length);
		writer_number(&writer, 12345);
		writer_signed(&writer, INT64_MIN);
		writer_add(&writer, piece, length);
		writer_text(&writer, "z");
		writer_end(&writer);
		assert_int_equal(fclose(stream), 0);
		assert_int_equal(size, 2 * length + 27);
		assert_memory_equal(text + 1, piece, length);
		assert_memory_equal(text + 1 + length,
				    "12345-9223372036854775808", 25);
		assert_memory_equal(text + 26 + length, piece, length);
		assert_int_equal(text[size - 1], 'z');
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_that_fits_into_64_bits),
		cmocka_unit_test(stops_at_whatever_is_no_digit),
		cmocka_unit_test(writes_what_printf_does),
		cmocka_unit_test(rows_of_any_length_arrive_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
