// SPDX-License-Identifier: GPL-2.0-or-later
#include "zones.h"

#include "period.h"
#include "table.h"

#define KINDS (PERIOD_TOTAL + 1)

/*
 * A record for every five minutes around a change, of uneven sizes: each kind
 * of report must sum up to the same, and each row must be in the next larger
 * one that has its label.
 */
static void check_sums(const char *zone, int64_t change)
{
	const int64_t from = (change - 30 * 3600) / 300 * 300;
	struct calendar calendar = { .first_weekday = (int)(change % 7) };
	struct table tables[KINDS];
	const struct counters *row;
	uint64_t expected = 0;
	struct period period;
	int64_t key;

	for (int kind = 0; kind < KINDS; kind++) {
		table_start(&tables[kind], kind, &calendar, 1);
		table_add_column(&tables[kind], "m");
	}
	for (int64_t at = from; at < change + 30 * 3600; at += 300) {
		const struct counters growth = { 1, (uint64_t)(at % 997) + 1 };

		expected += growth.bytes;
		for (int kind = 0; kind < KINDS; kind++)
			table_add(&tables[kind], tables[kind].columns,
				  at - 1, &growth);
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
		cmocka_unit_test(labels_are_the_seeds),
		cmocka_unit_test(odd_hours_are_shown_as_they_were),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
