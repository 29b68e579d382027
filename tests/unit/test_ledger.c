// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "plan/ledger.h"

static const char right[] =
	"2026-10-01 2026-11-01 1790812800 1793491200 3221225472 0 5 18446744073709551615 7 1793491500";

static void a_record_is_read_as_it_was_written(void **state)
{
	struct ledger_row row;
	char text[512];
	int64_t written;

	(void)state;
	assert_true(ledger_record_parse(right, &row, &written));
	assert_int_equal(row.period.end - row.period.start, 31 * 86400);
	assert_int_equal(row.period.end_day - row.period.first_day, 31);
	assert_int_equal(row.base, UINT64_C(3) << 30);
	assert_int_equal(row.topped_up, 5);
	assert_int_equal(row.used, UINT64_MAX);
	assert_int_equal(row.free, 7);
	assert_int_equal(written, 1793491500);
	assert_true(row.is_recorded);
	assert_int_equal(ledger_record_format(&row, written, text,
					      sizeof(text)),
			 sizeof(right));
	text[strlen(text) - 1] = '\0';
	assert_string_equal(text, right);
}

/* Cut off anywhere, or with a byte changed to what no field may hold. */
static void damaged_records_are_refused(void **state)
{
	struct ledger_row row;
	int64_t written;

	(void)state;
	for (size_t length = 0; length < sizeof(right) - 1; length++) {
		char *copy = strndup(right, length);
		const bool is_whole = length > strlen(right) - 10;

		assert_non_null(copy);
		/* The last number may be shorter, and still be one. */
		if (!is_whole)
			assert_false(ledger_record_parse(copy, &row, &written));
		free(copy);
	}
	for (size_t at = 0; at < sizeof(right) - 1; at++) {
		char *copy = strdup(right);

		assert_non_null(copy);
		copy[at] = 'x';
		assert_false(ledger_record_parse(copy, &row, &written));
		free(copy);
	}
	assert_false(ledger_record_parse("2026-11-01 2026-10-01 1790812800 1793491200 1 0 0 0 0 1", &row, &written));
	assert_false(ledger_record_parse("2026-10-01 2026-11-01 1793491200 1790812800 1 0 0 0 0 1", &row, &written));
	assert_false(ledger_record_parse("2026-10-01 2026-11-01 1790812800 1793491200 1 0 0 0 0 1 ", &row, &written));
}

static void what_is_left_may_be_below_zero(void **state)
{
	struct ledger_row row = { .base = 5, .carried = 3, .topped_up = 2,
				  .used = 12 };

	(void)state;
	assert_int_equal(ledger_available(&row), 10);
	assert_int_equal(ledger_left(&row).size, 2);
	assert_true(ledger_left(&row).is_negative);
	row.base = UINT64_MAX;
	assert_int_equal(ledger_available(&row), UINT64_MAX);
	assert_int_equal(ledger_left(&row).size, UINT64_MAX - 12);
	assert_false(ledger_left(&row).is_negative);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_record_is_read_as_it_was_written),
		cmocka_unit_test(damaged_records_are_refused),
		cmocka_unit_test(what_is_left_may_be_below_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
