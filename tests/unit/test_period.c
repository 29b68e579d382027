// SPDX-License-Identifier: GPL-2.0-or-later
#include "zones.h"

#include "time/period.h"
#include "report/table.h"

#define KINDS (PERIOD_TOTAL + 1)

/*
 * A record for every five minutes around a change, of uneven sizes: each kind
 * of report must sum up to the same, and each row must be in the next larger
 * one that has its label.
 */
static void check_sums(const char *zone, int64_t change)
{
	const int64_t from = (change - 30 * 3600) / 300 * 300;
	struct calendar calendar = {
		.first_weekday = (int)(change % 7),
		.first_month_day = (int)(change / 60 % 32),
	};
	const struct time_range all = TIME_RANGE_ALL;
	struct table tables[KINDS];
	const struct counters *row;
	uint64_t expected = 0;
	struct period period;
	int64_t key;

	for (int kind = 0; kind < KINDS; kind++) {
		table_start(&tables[kind], kind, &calendar, &all, 1);
	}
	for (int64_t at = from; at < change + 30 * 3600; at += 300) {
		const struct counters growth = { 1, (uint64_t)(at % 997) + 1 };

		expected += growth.bytes;
		for (int kind = 0; kind < KINDS; kind++)
			table_add(&tables[kind], 0, at - 1, &growth);
	}
	for (int kind = 0; kind < KINDS; kind++) {
		uint64_t sum = 0;
		int64_t before = INT64_MIN;

		table_finish(&tables[kind]);
		while ((row = table_next(&tables[kind], &key))) {
			sum += row->bytes;
			period_describe(&calendar, kind, key, &period);
			if (key <= before)
				fail_msg("%s: order of %s", zone, period.label);
			before = key;
			if (kind < PERIOD_TOTAL &&
			    (period_key(&calendar, kind, period.start) != key ||
			     period_key(&calendar, kind, period.end - 1) != key))
				fail_msg("%s: bounds of %s", zone,
					 period.label);
			if (kind == PERIOD_WEEK &&
			    calendar_weekday((int32_t)key) != calendar.first_weekday)
				fail_msg("%s: first day of %s", zone, period.label);
		}
		if (sum != expected)
			fail_msg("%s: kind %d around %lld", zone, kind,
				 (long long)change);
		table_free(&tables[kind]);
	}
}

static void all_reports_have_the_same_total(void **state)
{
	(void)state;
	assert_true(zones_each_change(check_sums) > 500);
}

/* Going back from one period to the one before misses none that was. */
static void check_previous(const char *zone, int64_t change)
{
	struct calendar calendar = { 0 };

	for (int kind = PERIOD_HOUR; kind <= PERIOD_DAY; kind++) {
		int64_t key = period_key(&calendar, kind, change + 30 * 3600);
		int64_t from = change + 29 * 3600;

		for (int64_t at = from; at > change - 30 * 3600; at -= 900) {
			int64_t own = period_key(&calendar, kind, at);

			/* Where the clock stepped back, dates come again. */
			if (own >= key)
				continue;
			key = period_previous(&calendar, kind, key);
			/* A piece of an hour can lie between two looks. */
			if (kind == PERIOD_HOUR && own < key)
				key = period_previous(&calendar, kind, key);
			if (own != key)
				fail_msg("%s: before %lld", zone,
					 (long long)at);
		}
	}
}

static void no_period_is_left_out_going_back(void **state)
{
	(void)state;
	assert_true(zones_each_change(check_previous) > 500);
}

static void expect(enum period_kind kind, int64_t instant, const char *label,
		   int64_t seconds)
{
	struct calendar calendar = { 0 };
	struct period period;

	period_describe(&calendar, kind, period_key(&calendar, kind, instant),
			&period);
	assert_string_equal(period.label, label);
	if (period.bounded)
		assert_int_equal(period.end - period.start, seconds);
}

static int64_t noon(const char *date)
{
	int32_t day;

	assert_true(calendar_parse_day(date, &day));
	return day * INT64_C(86400) + 43200;
}

static void expect_month(int first_day, const char *date, const char *label)
{
	struct calendar calendar = { .first_month_day = first_day };
	struct period period;

	period_describe(&calendar, PERIOD_MONTH,
			period_key(&calendar, PERIOD_MONTH, noon(date)),
			&period);
	assert_string_equal(period.label, label);
	assert_true(period.start <= noon(date) && noon(date) < period.end);
}

static void months_begin_on_the_day_asked_for(void **state)
{
	(void)state;
	test_zone("UTC");
	expect_month(0, "2026-10-31", "2026-10");
	expect_month(1, "2026-10-01", "2026-10");
	expect_month(15, "2026-10-14", "2026-09-15 - 2026-10-14");
	expect_month(15, "2026-10-15", "2026-10-15 - 2026-11-14");
	expect_month(2, "2026-01-01", "2025-12-02 - 2026-01-01");
	/* In a month that is shorter, on its last day. */
	expect_month(31, "2026-02-27", "2026-01-31 - 2026-02-27");
	expect_month(31, "2026-02-28", "2026-02-28 - 2026-03-30");
	expect_month(31, "2026-04-30", "2026-04-30 - 2026-05-30");
	expect_month(30, "2026-02-28", "2026-02-28 - 2026-03-29");
	expect_month(29, "2026-02-28", "2026-02-28 - 2026-03-28");
	/* In leap years; 2000 was one and 2100 will be none. */
	expect_month(29, "2028-02-28", "2028-01-29 - 2028-02-28");
	expect_month(29, "2028-02-29", "2028-02-29 - 2028-03-28");
	expect_month(30, "2028-02-28", "2028-01-30 - 2028-02-28");
	expect_month(31, "2028-02-29", "2028-02-29 - 2028-03-30");
	expect_month(31, "2000-02-28", "2000-01-31 - 2000-02-28");
	expect_month(31, "2100-02-28", "2100-02-28 - 2100-03-30");
}

/* Each month ends where the next one begins, whichever day that is. */
static void months_leave_no_gap(void **state)
{
	struct calendar calendar = { 0 };
	struct period before;
	struct period period;

	(void)state;
	test_zone("Europe/Paris");
	for (int day = 1; day <= 31; day++) {
		int64_t key;

		calendar.first_month_day = day;
		key = period_key(&calendar, PERIOD_MONTH, noon("2026-06-15"));
		period_describe(&calendar, PERIOD_MONTH, key, &period);
		for (int month = 0; month < 120; month++) {
			key = period_previous(&calendar, PERIOD_MONTH, key);
			period_describe(&calendar, PERIOD_MONTH, key, &before);
			assert_int_equal(before.end, period.start);
			assert_int_equal(period_key(&calendar, PERIOD_MONTH,
						    before.start), key);
			assert_int_equal(period_key(&calendar, PERIOD_MONTH,
						    before.end - 1), key);
			period = before;
		}
	}
}

static void labels_are_the_seeds(void **state)
{
	(void)state;
	test_zone("Europe/Paris");
	expect(PERIOD_MINUTE, 1225148399, "2008-10-27 23:59-00:00", 60);
	expect(PERIOD_HOUR, 1225148399, "2008-10-27 23:00-00:00", 3600);
	expect(PERIOD_DAY, 1225148399, "2008-10-27", 86400);
	expect(PERIOD_WEEK, 1225148399, "2008-10-26 - 2008-11-01", 7 * 86400 + 3600);
	expect(PERIOD_MONTH, 1225148399, "2008-10", 31 * 86400 + 3600);
	expect(PERIOD_YEAR, 1225148399, "2008", 366 * 86400);
	expect(PERIOD_TOTAL, 1225148399, "total", 0);
}

static void odd_hours_are_shown_as_they_were(void **state)
{
	(void)state;
	/* The hour that came twice. */
	test_zone("Europe/Paris");
	expect(PERIOD_HOUR, 1224979200, "2008-10-26 02:00-03:00", 3600);
	expect(PERIOD_HOUR, 1224982800, "2008-10-26 02:00-03:00", 3600);
	expect(PERIOD_DAY, 1224979200, "2008-10-26", 25 * 3600);
	/* Half an hour back at 02:00, and forward. */
	test_zone("Australia/Lord_Howe");
	expect(PERIOD_HOUR, 1459609200 - 1, "2016-04-03 01:00-02:00", 3600);
	expect(PERIOD_HOUR, 1459609200 - 1 - 1800 + 1800, "2016-04-03 01:00-02:00", 3600);
	expect(PERIOD_HOUR, 1459609200, "2016-04-03 01:30-02:00", 1800);
	expect(PERIOD_HOUR, 1475335800, "2016-10-02 02:30-03:00", 1800);
	/* Back over midnight, at 00:01. */
	test_zone("America/St_Johns");
	expect(PERIOD_HOUR, 1225593060 - 30, "2008-11-02 00:00-00:01", 60);
	expect(PERIOD_HOUR, 1225593060, "2008-11-01 23:01-00:00", 59 * 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_reports_have_the_same_total),
		cmocka_unit_test(no_period_is_left_out_going_back),
		cmocka_unit_test(months_begin_on_the_day_asked_for),
		cmocka_unit_test(months_leave_no_gap),
		cmocka_unit_test(labels_are_the_seeds),
		cmocka_unit_test(odd_hours_are_shown_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
