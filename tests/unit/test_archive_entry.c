// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "archive/archive_entry.h"

static void many_series_are_kept_apart(void **state)
{
	struct series_table table = { 0 };

	(void)state;
	assert_int_equal(series_table_find(&table, 0), 0);
	for (uint64_t series = 0; series < 5000; series++)
		assert_int_equal(series_table_set(&table, series,
						  (size_t)series + 1), 0);
	assert_int_equal(table.count, 5000);
	for (uint64_t series = 0; series < 5000; series++)
		assert_int_equal(series_table_find(&table, series), series + 1);
	assert_int_equal(series_table_find(&table, 5000), 0);
	assert_int_equal(series_table_set(&table, 4999, 7), 0);
	assert_int_equal(series_table_find(&table, 4999), 7);
	assert_int_equal(table.count, 5000);
	series_table_free(&table);
}

static void merging_keeps_the_highest(void **state)
{
	struct series_state known = { 0 };
	const struct series_state none = { .counters = { 9, 9 } };
	const struct series_state low = { .found = true, .time = 120,
					  .counters = { 1, 100 } };
	const struct series_state mark = { .found = true, .left = true,
					   .counters = { 2, 200 } };
	const struct series_state high = { .found = true, .time = 60,
					   .counters = { 2, 200 } };

	(void)state;
	series_state_merge(&known, &none);
	assert_false(known.found);
	series_state_merge(&known, &mark);
	assert_true(known.found);
	assert_int_equal(known.time, 0);
	/* The same state, and when it was reached. */
	series_state_merge(&known, &high);
	assert_int_equal(known.time, 60);
	series_state_merge(&known, &low);
	assert_int_equal(known.counters.bytes, 200);
	assert_int_equal(known.time, 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_series_are_kept_apart),
		cmocka_unit_test(merging_keeps_the_highest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
