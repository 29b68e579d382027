// SPDX-License-Identifier: GPL-2.0-or-later
#include "zones.h"

static void days_and_dates_agree(void **state)
{
	struct calendar_date date = { 1, 1, 1 };
	int32_t day = calendar_day_number(&date);
	static const int lengths[] = { 31, 28, 31, 30, 31, 30,
				       31, 31, 30, 31, 30, 31 };

	(void)state;
	/* Every day of ten thousand years, counted one by one. */
	for (; date.year < 10000; day++) {
		struct calendar_date found = calendar_date_of(day);
		bool leap = (date.year % 4 == 0 && date.year % 100) ||
			    date.year % 400 == 0;

		if (found.year != date.year || found.month != date.month ||
		    found.day != date.day || calendar_day_number(&date) != day)
			fail_msg("%d-%d-%d", date.year, date.month, date.day);
		if (date.day++ == lengths[date.month - 1] +
				  (leap && date.month == 2)) {
			date.day = 1;
			if (date.month++ == 12) {
				date.month = 1;
				date.year++;
			}
		}
	}
	assert_int_equal(calendar_weekday(0), 4);
	assert_int_equal(calendar_weekday(-4), 0);
	assert_int_equal(calendar_weekday(-5), 6);
}

static void same_clock(const char *zone, int64_t left, int64_t right, bool same)
{
	time_t times[2] = { left, right };
	struct tm local[2];

	localtime_r(&times[0], &local[0]);
	localtime_r(&times[1], &local[1]);
	if ((local[0].tm_year == local[1].tm_year &&
	     local[0].tm_yday == local[1].tm_yday &&
	     local[0].tm_hour == local[1].tm_hour &&
	     local[0].tm_gmtoff == local[1].tm_gmtoff) != same)
		fail_msg("%s: %lld and %lld", zone, (long long)left,
			 (long long)right);
}

/* A calendar that was not asked yet, for the zone in force. */
static const struct calendar *fresh_calendar(const char *zone, int64_t instant)
{
	static struct calendar calendar;
	static char name[64];

	if (strcmp(zone, name) != 0) {
		calendar = (struct calendar){ 0 };
		snprintf(name, sizeof(name), "%s", zone);
	}
	zone_span(&calendar.zone, instant);
	return &calendar;
}

/* Hours follow each other without a gap and are as long as can be. */
static void check_hours(const char *zone, int64_t change)
{
	struct calendar calendar = *fresh_calendar(zone, change);
	int64_t at = change - 30 * 3600;
	int64_t end = 0;

	while (at < change + 30 * 3600) {
		struct calendar_hour hour = *calendar_hour(&calendar, at);

		if (end && hour.start != end)
			fail_msg("%s: gap at %lld", zone, (long long)end);
		end = hour.end;
		same_clock(zone, hour.start, hour.end - 1, true);
		same_clock(zone, hour.start - 1, hour.start, false);
		same_clock(zone, hour.end - 1, hour.end, false);
		/* Asked from anywhere inside, the answer is the same. */
		calendar = *fresh_calendar(zone, change);
		assert_int_equal(calendar_hour(&calendar, hour.end - 1)->start,
				 hour.start);
		calendar = *fresh_calendar(zone, change);
		assert_int_equal(calendar_hour(&calendar, hour.start)->end,
				 hour.end);
		assert_int_equal(hour.day, zones_day(hour.start));
		at = hour.end;
	}
}

static void hours_are_whole_around_every_change(void **state)
{
	(void)state;
	assert_true(zones_each_change(check_hours) > 500);
}

/* What calendar_day_bounds() says, against a look at every half minute. */
static void check_days(const char *zone, int64_t change)
{
	struct calendar calendar = *fresh_calendar(zone, change);
	const int32_t middle = (int32_t)(change / 86400);

	for (int32_t day = middle - 3; day <= middle + 3; day++) {
		int64_t start = 0;
		int64_t end = 0;
		bool is = calendar_day_bounds(&calendar, day, &start, &end);

		if (is && (zones_day(start) != day || zones_day(end - 1) != day ||
			   zones_day(start - 1) == day || zones_day(end) == day))
			fail_msg("%s: bounds of day %d", zone, day);
		for (int64_t at = (int64_t)day * 86400 - 93600;
		     at < (int64_t)day * 86400 + 180000; at += 1800) {
			if (zones_day(at) == day &&
			    (!is || at < start || at >= end))
				fail_msg("%s: %lld is outside of day %d", zone,
					 (long long)at, day);
		}
	}
}

static void days_have_bounds_around_every_change(void **state)
{
	(void)state;
	assert_true(zones_each_change(check_days) > 500);
}

/* All instants of a run have its date, by a look at every quarter of an hour. */
static void check_run(struct calendar *calendar, const char *zone, int64_t at)
{
	struct calendar_run run;

	calendar_day_run(calendar, at, &run);
	if (at < run.start || at >= run.end)
		fail_msg("%s: %lld is outside of its run", zone, (long long)at);
	for (int64_t other = run.start; other < run.end; other += 900) {
		if (zones_day(other) != run.day)
			fail_msg("%s: %lld is of another date than %lld", zone,
				 (long long)other, (long long)at);
	}
	if (zones_day(run.end - 1) != run.day)
		fail_msg("%s: the end of %lld's run", zone, (long long)at);
}

static void check_runs(const char *zone, int64_t change)
{
	struct calendar calendar = *fresh_calendar(zone, change);

	for (int64_t at = change - 50 * 3600; at < change + 50 * 3600; at += 5000)
		check_run(&calendar, zone, at);
	check_run(&calendar, zone, change - 1);
	check_run(&calendar, zone, change);
}

static void runs_are_of_one_date(void **state)
{
	(void)state;
	assert_true(zones_each_change(check_runs) > 500);
}

/* More spans between changes than a calendar remembers, in any order. */
static void answers_are_right_in_any_order(void **state)
{
	static const char *const zones[] = { "Europe/Paris", "Africa/Casablanca",
					     "America/St_Johns" };

	(void)state;
	for (size_t zone = 0; zone < sizeof(zones) / sizeof(*zones); zone++) {
		struct calendar calendar = { 0 };
		uint64_t number = 1;

		test_zone(zones[zone]);
		for (int round = 0; round < 20000; round++) {
			const struct calendar_hour *hour;
			time_t time;
			struct tm local;

			/* Knuth's MMIX; the low bits are poor. */
			number = number * UINT64_C(6364136223846793005) +
				 UINT64_C(1442695040888963407);
			time = (time_t)((number >> 16) % ZONES_LAST);
			localtime_r(&time, &local);
			hour = calendar_hour(&calendar, time);
			if (hour->day != zones_day(time) ||
			    hour->hour != local.tm_hour ||
			    hour->offset != local.tm_gmtoff)
				fail_msg("%s: %lld", zones[zone],
					 (long long)time);
			if (round % 20 == 0)
				check_run(&calendar, zones[zone], time);
		}
	}
}

static void skipped_day_is_none(void **state)
{
	const struct calendar_date skipped = { 2011, 12, 30 };
	const int32_t day = calendar_day_number(&skipped);
	struct calendar calendar = { 0 };
	int64_t start;
	int64_t end;

	(void)state;
	test_zone("Pacific/Apia");
	assert_false(calendar_day_bounds(&calendar, day, &start, &end));
	assert_true(calendar_day_bounds(&calendar, day - 1, &start, &end));
	assert_int_equal(end - start, 86400);
	assert_true(calendar_day_bounds(&calendar, day + 1, &start, &end));
	test_zone("UTC");
	calendar = (struct calendar){ 0 };
	assert_true(calendar_day_bounds(&calendar, day, &start, &end));
}

/* Two zones at once, and TZ is left alone. */
static void calendars_have_zones_of_their_own(void **state)
{
	struct calendar here = { 0 };
	struct calendar there = { .zone = { .name = "Asia/Kathmandu" } };
	char text[CALENDAR_TIME_SIZE];
	char zone[CALENDAR_ZONE_SIZE];

	(void)state;
	test_zone("America/New_York");
	for (int64_t at = 1761900000; at < 1762400000; at += 7000) {
		calendar_hour(&here, at);
		calendar_hour(&there, at);
		assert_int_equal(calendar_hour(&here, at)->day, zones_day(at));
		assert_int_equal(calendar_hour(&there, at)->offset, 20700);
	}
	assert_string_equal(getenv("TZ"), "America/New_York");
	calendar_zone(&there, 0, zone);
	assert_string_equal(zone, "Asia/Kathmandu");
	calendar_format_time(&here, 1762061400, CALENDAR_OFFSET, text);
	assert_string_equal(text, "2025-11-02 01:30:00 -0400");
	calendar_format_time(&here, 1762065000, CALENDAR_OFFSET, text);
	assert_string_equal(text, "2025-11-02 01:30:00 -0500");
	calendar_format_time(&there, 1762061400, CALENDAR_MINUTES, text);
	assert_string_equal(text, "2025-11-02 11:15");
	/* Beyond the table, and back. */
	assert_int_equal(calendar_hour(&here, INT64_C(4110000000))->day,
			 zones_day(INT64_C(4110000000)));
	assert_int_equal(calendar_hour(&there, INT64_C(4110000000))->offset,
			 20700);
	assert_string_equal(getenv("TZ"), "America/New_York");
	unsetenv("TZ");
	there = (struct calendar){ .zone = { .name = "Asia/Kathmandu" } };
	assert_int_equal(calendar_hour(&there, 1762061400)->offset, 20700);
	assert_null(getenv("TZ"));
}

static void expect_zone(const char *variable, const char *expected)
{
	struct calendar calendar = { 0 };
	char zone[CALENDAR_ZONE_SIZE];

	test_zone(variable);
	calendar_zone(&calendar, 0, zone);
	assert_string_equal(zone, expected);
}

static void zones_have_names(void **state)
{
	(void)state;
	expect_zone("Europe/Paris", "Europe/Paris");
	expect_zone(":Europe/Paris", "Europe/Paris");
	expect_zone("/usr/share/zoneinfo/Europe/Paris", "Europe/Paris");
	expect_zone("", "UTC");
	expect_zone("CET-1CEST", "CET-1CEST");
	expect_zone("A B-1", "UTC+00:00");
	/* Too long for a name. */
	expect_zone("<-0330>+003:30:00<-0230>+002:30:00,M3.2.0/002:00:00,M11.1.0/002:00:00",
		    "UTC-03:30");
	test_zone("UTC");
}

static void far_times_have_days(void **state)
{
	struct calendar calendar = { 0 };
	char text[16];

	(void)state;
	test_zone("UTC");
	calendar_format_day(calendar_day(&calendar, INT64_C(253402300799)),
			    text, sizeof(text));
	assert_string_equal(text, "9999-12-31");
	calendar_format_day(calendar_day(&calendar, INT64_C(2147483648)),
			    text, sizeof(text));
	assert_string_equal(text, "2038-01-19");
	assert_int_equal(calendar_day(&calendar, 0), 0);
	test_zone("America/New_York");
	calendar = (struct calendar){ 0 };
	assert_int_equal(calendar_day(&calendar, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_and_dates_agree),
		cmocka_unit_test(hours_are_whole_around_every_change),
		cmocka_unit_test(days_have_bounds_around_every_change),
		cmocka_unit_test(runs_are_of_one_date),
		cmocka_unit_test(answers_are_right_in_any_order),
		cmocka_unit_test(skipped_day_is_none),
		cmocka_unit_test(calendars_have_zones_of_their_own),
		cmocka_unit_test(zones_have_names),
		cmocka_unit_test(far_times_have_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
