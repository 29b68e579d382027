// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "base/sample.h"
#include "time/timestamp.h"

/* In the zone, the instant is written so, and so read again. */
static void assert_format(const char *zone, int64_t instant, const char *wanted)
{
	struct calendar calendar = { 0 };
	char text[TIMESTAMP_SIZE];
	int64_t again;

	test_zone(zone);
	assert_int_equal(timestamp_format(&calendar, instant, text),
			 strlen(wanted));
	assert_string_equal(text, wanted);
	assert_int_equal(timestamp_parse(text, &again), 0);
	assert_int_equal(again, instant);
}

static void instants_are_written_with_their_offset(void **state)
{
	(void)state;
	assert_format("UTC", 0, "1970-01-01T00:00:00+00:00");
	assert_format("UTC", 951782399, "2000-02-28T23:59:59+00:00");
	assert_format("America/St_Johns", 1614556860, "2021-02-28T20:31:00-03:30");
	assert_format("Asia/Kathmandu", 1614556860, "2021-03-01T05:46:00+05:45");
	/* Both hours of the night on which the clock is set back. */
	assert_format("Europe/Paris", 1792886400, "2026-10-25T02:00:00+02:00");
	assert_format("Europe/Paris", 1792890000, "2026-10-25T02:00:00+01:00");
	/* 44 minutes and 30 seconds behind: cut to minutes. */
	assert_format("Africa/Monrovia", 3600, "1970-01-01T00:16:00-00:44");
	assert_format("Asia/Tokyo", SAMPLE_TIME_MAX, "9999-12-31T23:59:59+00:00");
}

static void assert_instant(const char *text, int64_t wanted)
{
	int64_t instant;

	assert_int_equal(timestamp_parse(text, &instant), 0);
	assert_int_equal(instant, wanted);
}

static void times_are_read_in_each_form(void **state)
{
	(void)state;
	test_zone("America/New_York");
	assert_instant("1614556860", 1614556860);
	assert_instant("2021-03-01T00:01:00Z", 1614556860);
	assert_instant("2021-03-01 00:01Z", 1614556860);
	assert_instant("2021-03-01T01:01+0100", 1614556860);
	assert_instant("2021-02-28T19:01", 1614556860);
	assert_instant("2021-02-28 19:01:30", 1614556890);
}

static void all_else_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "x", "-1", "1614556860 ", "253402300800", "2021-03-01",
		"2021-03-01T", "2021-03-01T24:00Z", "2021-03-01T23:60Z",
		"2021-03-01T23:59:60Z", "2021-02-29T00:00Z", "2021-13-01T00:00Z",
		"2021-03-01T00:01z", "2021-03-01T00:01Zx", "2021-03-01T00:01+1",
		"2021-03-01T00:01+24:00", "2021-03-01T00:01+01:60",
		"2021-03-01T00:01 +01:00", "1970-01-01T00:00+00:01",
		"2021", "20210301", "2021-3-1 00:01x", "2021-03-28 02:30",
	};
	int64_t instant;

	(void)state;
	test_zone("Europe/Paris");
	for (size_t at = 0; at < sizeof(texts) / sizeof(*texts); at++)
		assert_int_not_equal(timestamp_parse(texts[at], &instant), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instants_are_written_with_their_offset),
		cmocka_unit_test(times_are_read_in_each_form),
		cmocka_unit_test(all_else_is_refused),
	};

	return cmocka_run_group_tests_name("timestamp", tests, NULL, NULL);
}
