// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "report/table.h"

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
