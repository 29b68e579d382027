// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "base/quantity.h"

static void expect(const char *text, bool is_si, uint64_t bytes)
{
	uint64_t found;

	if (!quantity_parse(text, is_si, &found))
		fail_msg("'%s' is refused", text);
	assert_int_equal(found, bytes);
}

static void amounts_have_the_units_of_reports(void **state)
{
	(void)state;
	expect("0 B", false, 0);
	expect("18446744073709551615 B", false, UINT64_MAX);
	expect("17 B", false, 17);
	expect("3 GB", false, UINT64_C(3) << 30);
	expect("3GB", false, UINT64_C(3) << 30);
	expect(" 3\tgb ", false, UINT64_C(3) << 30);
	expect("1.5 GiB", false, UINT64_C(3) << 29);
	expect("3 GB", true, UINT64_C(3000000000));
	expect("3 GiB", true, UINT64_C(3) << 30);
	expect("0.0001 kb", true, 0);
	expect("0.0005 KB", true, 1);
	expect("16383.9999 PB", false, UINT64_C(18446743961119560932));
}

static void what_is_no_amount_is_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "GB", "-1 GB", "1,5 GB", "1.5", "1. GB", ".5 GB",
		"1.00001 GB", "1 XB", "1 GBs", "1 G B", "16384 PB", "1e3 GB",
		"99999999999999999999 B", "3 GB extra", "0x10 B",
		"0", "60", "18446744073709551615", "1 G", "60 %",
	};
	uint64_t bytes;

	(void)state;
	for (size_t at = 0; at < sizeof(texts) / sizeof(*texts); at++) {
		if (quantity_parse(texts[at], false, &bytes))
			fail_msg("'%s' is taken", texts[at]);
	}
}

static void assert_fault(const char *text, const char *begin)
{
	const char *fault = quantity_fault(text, false);
	uint64_t bytes;

	assert_false(quantity_parse(text, false, &bytes));
	assert_non_null(fault);
	assert_memory_equal(fault, begin, strlen(begin));
}

static void what_is_nearly_right_is_told_apart(void **state)
{
	uint64_t bytes;

	(void)state;
	assert_fault("60", "has no unit; ");
	assert_fault(" 1.5 ", "has no unit; ");
	assert_fault("0.00001 GB", "has more than four decimals; ");
	assert_fault("99999999 PB", "is more than can be counted; ");
	assert_fault("99999999999999999999999 B", "is more than can be counted; ");
	assert_fault("1.5 B", "is no whole number of bytes; ");
	assert_null(quantity_fault("", false));
	assert_null(quantity_fault("60 G", false));
	assert_null(quantity_fault("60. GB", false));
	assert_null(quantity_fault("1,5", false));
	assert_true(quantity_parse_figure("60", false, &bytes));
	assert_int_equal(bytes, 60);
	assert_true(quantity_parse_figure("3 GB", true, &bytes));
	assert_int_equal(bytes, 3000000000);
	assert_false(quantity_parse_figure("1.5", false, &bytes));
}

static void percentages_have_two_decimals(void **state)
{
	static const char *const wrong[] = { "", "%", "80%%", "80.123%", "-1%",
					     "1000.01%", "1001", "8 0%" };
	uint32_t share;

	(void)state;
	assert_true(quantity_parse_percent("80%", &share) && share == 8000);
	assert_true(quantity_parse_percent(" 80.5 % ", &share) && share == 8050);
	assert_true(quantity_parse_percent("0.01", &share) && share == 1);
	assert_true(quantity_parse_percent("1000%", &share) && share == 100000);
	for (size_t at = 0; at < sizeof(wrong) / sizeof(*wrong); at++)
		assert_false(quantity_parse_percent(wrong[at], &share));
}

static void shares_are_true_at_any_size(void **state)
{
	(void)state;
	assert_int_equal(quantity_percent(0, 0), 0);
	assert_int_equal(quantity_percent(1, 0), UINT32_MAX);
	assert_int_equal(quantity_percent(1, 3), 3333);
	assert_int_equal(quantity_percent(7999, 10000), 7999);
	assert_int_equal(quantity_percent(UINT64_MAX, UINT64_MAX), 10000);
	assert_int_equal(quantity_percent(UINT64_MAX, 1), UINT32_MAX);
	assert_int_equal(quantity_percent(UINT64_MAX / 2, UINT64_MAX), 4999);
	assert_int_equal(quantity_scale(1000, 1024, 1000), 1024);
	assert_int_equal(quantity_scale(1, 1499999, 1000000), 1);
	assert_int_equal(quantity_scale(1, 1500000, 1000000), 2);
	assert_int_equal(quantity_scale(UINT64_MAX, 1000000, 1000000), UINT64_MAX);
	assert_int_equal(quantity_scale(UINT64_MAX, 1000001, 1000000), UINT64_MAX);
	assert_int_equal(quantity_scale(UINT64_MAX, 0, 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(amounts_have_the_units_of_reports),
		cmocka_unit_test(what_is_no_amount_is_refused),
		cmocka_unit_test(what_is_nearly_right_is_told_apart),
		cmocka_unit_test(percentages_have_two_decimals),
		cmocka_unit_test(shares_are_true_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
