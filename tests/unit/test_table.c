// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "report/table.h"

#define INTERVAL INT64_C(300)
/* 8000 bit/s over an interval. */
#define BYTES UINT64_C(300000)

static struct rate_log log;
static struct rate_log merged;

static int end_rates(void **state)
{
	(void)state;
	rate_log_free(&log);
	rate_log_free(&merged);
	return 0;
}

/* The percentile of [start, end); -1 when there is none. */
static int64_t percentile(int64_t start, int64_t end_time)
{
	struct amount rate;

	rate_log_finish(&log);
	merged.count = 0;
	assert_int_equal(rate_log_merge(&merged, &log, false, start, end_time), 0);
	rate_log_finish(&merged);
	if (!rate_percentile(&merged, start, end_time, &rate))
		return -1;
	return rate.is_negative ? -(int64_t)rate.size : (int64_t)rate.size;
}

/* Interval n has n + 1 times 8000 bit/s. */
static void fill_rates(int count)
{
	for (int at = 0; at < count; at++)
		assert_int_equal(rate_log_add(&log, at * INTERVAL + 299,
					      (uint64_t)(at + 1) * BYTES), 0);
}

static void five_percent_are_left_out(void **state)
{
	(void)state;
	fill_rates(100);
	/* Of 100 intervals five, of 99 four, of 20 one, of 19 none. */
	assert_int_equal(percentile(0, 100 * INTERVAL), 95 * 8000);
	assert_int_equal(percentile(0, 99 * INTERVAL), 95 * 8000);
	assert_int_equal(percentile(0, 20 * INTERVAL), 19 * 8000);
	assert_int_equal(percentile(0, 19 * INTERVAL), 19 * 8000);
	assert_int_equal(percentile(80 * INTERVAL, 100 * INTERVAL), 99 * 8000);
}

static void idle_intervals_count(void **state)
{
	(void)state;
	fill_rates(10);
	assert_int_equal(percentile(0, 100 * INTERVAL), 5 * 8000);
	assert_int_equal(percentile(0, 180 * INTERVAL), 1 * 8000);
	assert_int_equal(percentile(0, 200 * INTERVAL), 0);
	assert_int_equal(percentile(50 * INTERVAL, 200 * INTERVAL), 0);
}

static void only_whole_intervals_count(void **state)
{
	(void)state;
	fill_rates(3);
	assert_int_equal(percentile(0, 2 * INTERVAL + 299), 2 * 8000);
	assert_int_equal(percentile(1, 2 * INTERVAL), 2 * 8000);
	assert_int_equal(percentile(0, 299), -1);
	assert_int_equal(percentile(1, 2 * INTERVAL - 1), -1);
	assert_int_equal(percentile(10, 20), -1);
	assert_int_equal(percentile(-INTERVAL, 0), 0);
}

static void order_does_not_matter(void **state)
{
	(void)state;
	/* Twice the same interval, apart: as when the clock was set back. */
	rate_log_add(&log, 2 * INTERVAL, BYTES);
	rate_log_add(&log, 0, BYTES);
	rate_log_add(&log, 2 * INTERVAL + 60, BYTES);
	rate_log_add(&log, -1, 9 * BYTES);
	assert_int_equal(percentile(0, 3 * INTERVAL), 2 * 8000);
	assert_int_equal(percentile(-INTERVAL, 3 * INTERVAL), 9 * 8000);
	assert_int_equal(log.count, 3);
}

static void differences_may_be_below_zero(void **state)
{
	struct rate_log other = { 0 };
	struct amount rate;

	(void)state;
	/* 20 intervals: 5 above zero, 5 idle, 10 below. */
	for (int at = 0; at < 20; at++) {
		rate_log_add(&log, at * INTERVAL, at < 5 ? 2 * BYTES : BYTES);
		if (at < 5 || at >= 10)
			rate_log_add(&other, at * INTERVAL,
				     at < 5 ? BYTES : 3 * BYTES);
		else
			rate_log_add(&other, at * INTERVAL, BYTES);
	}
	rate_log_merge(&merged, &log, false, 0, 20 * INTERVAL);
	rate_log_merge(&merged, &other, true, 0, 20 * INTERVAL);
	rate_log_finish(&merged);
	assert_int_equal(merged.count, 20);
	assert_true(rate_percentile(&merged, 0, 20 * INTERVAL, &rate));
	assert_int_equal(rate.size, 8000);
	assert_false(rate.is_negative);
	/* Alone, the ten below zero: half of the rest is idle. */
	merged.count = 0;
	rate_log_merge(&merged, &other, true, 10 * INTERVAL, 20 * INTERVAL);
	rate_log_finish(&merged);
	assert_true(rate_percentile(&merged, 10 * INTERVAL, 20 * INTERVAL,
				    &rate));
	assert_int_equal(rate.size, 3 * 8000);
	assert_true(rate.is_negative);
	/* An eleventh that is idle is the highest. */
	assert_true(rate_percentile(&merged, 10 * INTERVAL, 21 * INTERVAL,
				    &rate));
	assert_int_equal(rate.size, 0);
	rate_log_free(&other);
}

static void idle_intervals_stand_above_those_below_zero(void **state)
{
	struct amount rate;

	(void)state;
	/* Of 40 the two highest are left out: the idle one, and the first. */
	fill_rates(39);
	rate_log_merge(&merged, &log, true, 0, 40 * INTERVAL);
	assert_true(rate_percentile(&merged, 0, 40 * INTERVAL, &rate));
	assert_int_equal(rate.size, 2 * 8000);
	assert_true(rate.is_negative);
}

#define DAY INT64_C(86400)

static const struct time_range all = TIME_RANGE_ALL;
static struct calendar calendar;
static struct table table;

static int start(void **state)
{
	(void)state;
	test_zone("UTC");
	calendar = (struct calendar){ 0 };
	return table_start(&table, PERIOD_DAY, &calendar, &all, 2);
}

static int end(void **state)
{
	(void)state;
	table_free(&table);
	return 0;
}

static void add(size_t column, int64_t day, uint64_t bytes)
{
	const struct counters growth = { 1, bytes };

	assert_int_equal(table_add(&table, column, day * DAY, &growth), 0);
}

static void expect(int64_t day, uint64_t first, uint64_t second)
{
	int64_t key;
	const struct counters *row = table_next(&table, &key);

	assert_non_null(row);
	assert_int_equal(key, day);
	assert_int_equal(row[0].bytes, first);
	assert_int_equal(row[1].bytes, second);
}

static void fill(void)
{
	/* Out of order, as when the clock was set back. */
	add(0, 10, 1);
	add(0, 12, 2);
	add(0, 10, 4);
	add(0, 10, 8);
	add(1, 11, 16);
	add(1, 12, 32);
	assert_int_equal(table_finish(&table), 0);
}

static void rows_are_merged_in_order(void **state)
{
	int64_t key;

	(void)state;
	fill();
	expect(10, 13, 0);
	expect(11, 0, 16);
	expect(12, 2, 32);
	assert_null(table_next(&table, &key));
}

static void window_has_empty_rows_and_ends(void **state)
{
	int64_t key;

	(void)state;
	assert_int_equal(table_set_window(&table, 3, 13 * DAY, 5 * DAY), 0);
	fill();
	expect(11, 0, 16);
	expect(12, 2, 32);
	expect(13, 0, 0);
	assert_null(table_next(&table, &key));
}

static void window_begins_with_the_first_record(void **state)
{
	int64_t key;

	(void)state;
	assert_int_equal(table_set_window(&table, UINT64_MAX, 12 * DAY,
					  10 * DAY), 0);
	fill();
	expect(10, 13, 0);
	expect(11, 0, 16);
	expect(12, 2, 32);
	assert_null(table_next(&table, &key));
}

static void sums_stop_at_the_largest_number(void **state)
{
	(void)state;
	add(0, 1, UINT64_MAX);
	add(0, 1, 2);
	assert_int_equal(table_finish(&table), 0);
	expect(1, UINT64_MAX, 0);
}

static void the_first_and_last_traffic_is_known(void **state)
{
	(void)state;
	assert_false(table.has_traffic);
	fill();
	assert_true(table.has_traffic);
	assert_int_equal(table.first_instant, 10 * DAY);
	assert_int_equal(table.last_instant, 12 * DAY);
}

static void rows_can_be_read_again(void **state)
{
	const struct counters *row;
	int64_t key;

	(void)state;
	fill();
	while (table_next(&table, &key))
		continue;
	table_rewind(&table);
	expect(10, 13, 0);
	row = table_row(&table, 12);
	assert_int_equal(row[0].bytes, 2);
	assert_int_equal(row[1].bytes, 32);
	row = table_row(&table, 10);
	assert_int_equal(row[0].bytes, 13);
	assert_int_equal(row[1].bytes, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(five_percent_are_left_out, end_rates),
		cmocka_unit_test_teardown(idle_intervals_count, end_rates),
		cmocka_unit_test_teardown(only_whole_intervals_count, end_rates),
		cmocka_unit_test_teardown(order_does_not_matter, end_rates),
		cmocka_unit_test_teardown(differences_may_be_below_zero, end_rates),
		cmocka_unit_test_teardown(idle_intervals_stand_above_those_below_zero,
					  end_rates),
		cmocka_unit_test_setup_teardown(rows_are_merged_in_order,
						start, end),
		cmocka_unit_test_setup_teardown(window_has_empty_rows_and_ends,
						start, end),
		cmocka_unit_test_setup_teardown(window_begins_with_the_first_record,
						start, end),
		cmocka_unit_test_setup_teardown(the_first_and_last_traffic_is_known,
						start, end),
		cmocka_unit_test_setup_teardown(rows_can_be_read_again,
						start, end),
		cmocka_unit_test_setup_teardown(sums_stop_at_the_largest_number,
						start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
