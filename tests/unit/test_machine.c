// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "base/machine.h"

static void times_are_read(void **state)
{
	int64_t time;

	(void)state;
	test_zone("Europe/Paris");
	assert_int_equal(clock_parse("1225147560", &time), 0);
	assert_int_equal(time, 1225147560);
	assert_int_equal(clock_parse("2008-10-27 23:46", &time), 0);
	assert_int_equal(time, 1225147560);
	assert_int_equal(clock_parse("2008-10-27 23:46:01", &time), 0);
	assert_int_equal(time, 1225147561);
	assert_int_equal(clock_parse("100000000", &time), 0);
	assert_int_equal(clock_parse("99999999999", &time), 0);
	assert_int_equal(time, 99999999999);
}

static void other_words_are_refused(void **state)
{
	static const char *const words[] = {
		"", "now", "-1", "2008-10-27", "2008-10-27 23:46:", "1x",
		"2008-02-30 10:00", "2008-10-27 24:01", "253402300800",
		"2008-10-27 23:46:01 ", "1960-01-01 00:00",
		/* Dates without their dashes, and not 1970 or the year 8390. */
		"0", "2026", "202603", "20260301", "99999999", "202603011200",
		/* Skipped in spring. */
		"2008-03-30 02:30",
	};
	int64_t time;

	(void)state;
	test_zone("Europe/Paris");
	for (size_t at = 0; at < sizeof(words) / sizeof(*words); at++) {
		if (clock_parse(words[at], &time) == 0)
			fail_msg("'%s' was taken", words[at]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(other_words_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
