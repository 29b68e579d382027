// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "report/rate.h"

#define INTERVAL INT64_C(300)
/* 8000 bit/s over an interval. */
#define BYTES UINT64_C(300000)

static struct rate_log log;
static struct rate_log merged;

static int end(void **state)
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
static void fill(int count)
{
	for (int at = 0; at < count; at++)
		assert_int_equal(rate_log_add(&log, at * INTERVAL + 299,
					      (uint64_t)(at + 1) * BYTES), 0);
}

static void five_percent_are_left_out(void **state)
{
	(void)state;
	fill(100);
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
	fill(10);
	assert_int_equal(percentile(0, 100 * INTERVAL), 5 * 8000);
	assert_int_equal(percentile(0, 180 * INTERVAL), 1 * 8000);
	assert_int_equal(percentile(0, 200 * INTERVAL), 0);
	assert_int_equal(percentile(50 * INTERVAL, 200 * INTERVAL), 0);
}

static void only_whole_intervals_count(void **state)
{
	(void)state;
	fill(3);
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
	fill(39);
	rate_log_merge(&merged, &log, true, 0, 40 * INTERVAL);
	assert_true(rate_percentile(&merged, 0, 40 * INTERVAL, &rate));
	assert_int_equal(rate.size, 2 * 8000);
	assert_true(rate.is_negative);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(five_percent_are_left_out, end),
		cmocka_unit_test_teardown(idle_intervals_count, end),
		cmocka_unit_test_teardown(only_whole_intervals_count, end),
		cmocka_unit_test_teardown(order_does_not_matter, end),
		cmocka_unit_test_teardown(differences_may_be_below_zero, end),
		cmocka_unit_test_teardown(idle_intervals_stand_above_those_below_zero,
					  end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
