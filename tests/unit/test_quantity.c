// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "base/quantity.h"

static void expect_format(const char *word, uint64_t bytes, const char *expected)
{
	struct unit unit = { 0 };
	char text[UNIT_TEXT_SIZE];

	if (word)
		assert_true(unit_parse(word, &unit));
	unit_format(&unit, bytes, text);
	assert_string_equal(text, expected);
}

static void automatic_unit_starts_at_kilobytes(void **state)
{
	(void)state;
	expect_format(NULL, 0, "0.00 KB");
	expect_format(NULL, 1, "0.00 KB");
	expect_format(NULL, 500, "0.49 KB");
	expect_format(NULL, 1024, "1.00 KB");
	expect_format(NULL, 843377, "823.61 KB");
}

static void printed_number_stays_below_1024(void **state)
{
	(void)state;
	/* 1023.99 and 1023.995 KB and what is around them. */
	expect_format(NULL, 1048565, "1023.99 KB");
	expect_format(NULL, 1048570, "1023.99 KB");
	expect_format(NULL, 1048571, "1.00 MB");
	expect_format(NULL, 1048575, "1.00 MB");
	expect_format(NULL, 1048576, "1.00 MB");
	expect_format(NULL, (UINT64_C(1) << 30) - 1, "1.00 GB");
	expect_format(NULL, (UINT64_C(1) << 40) - 1, "1.00 TB");
	expect_format(NULL, (UINT64_C(1) << 50) - 1, "1.00 PB");
	expect_format(NULL, UINT64_C(1) << 60, "1024.00 PB");
	expect_format(NULL, UINT64_MAX, "16384.00 PB");
}

static void chosen_unit_is_kept(void **state)
{
	(void)state;
	expect_format("b", 1536, "1536 B");
	expect_format("B", UINT64_MAX, "18446744073709551615 B");
	expect_format("kb", 1536, "1.50 KB");
	expect_format("KiB", 1536, "1.50 KiB");
	expect_format("MIB", UINT64_C(3) << 30, "3072.00 MiB");
	expect_format("gb", 1, "0.00 GB");
	expect_format("tib", UINT64_C(1) << 40, "1.00 TiB");
	expect_format("PB", UINT64_C(1) << 50, "1.00 PB");
}

static void unknown_units_are_refused(void **state)
{
	static const char *const words[] = { "", "K", "kbit", "EB", "MB ", "%s" };
	struct unit unit;

	(void)state;
	for (size_t at = 0; at < sizeof(words) / sizeof(*words); at++)
		assert_false(unit_parse(words[at], &unit));
}

static void expect_si(const char *word, uint64_t bytes, const char *expected)
{
	struct unit unit = { 0 };
	char text[UNIT_TEXT_SIZE];

	if (word)
		assert_true(unit_parse(word, &unit));
	assert_true(unit_make_si(&unit));
	unit_format(&unit, bytes, text);
	assert_string_equal(text, expected);
}

static void si_counts_in_thousands(void **state)
{
	struct unit unit;

	(void)state;
	expect_si(NULL, 0, "0.00 kB");
	expect_si(NULL, 1000, "1.00 kB");
	expect_si(NULL, 1024, "1.02 kB");
	expect_si(NULL, 999994, "999.99 kB");
	expect_si(NULL, 999996, "1.00 MB");
	expect_si(NULL, 1000000, "1.00 MB");
	expect_si(NULL, 1500000000, "1.50 GB");
	expect_si(NULL, UINT64_MAX, "18446.74 PB");
	expect_si("KB", 1500, "1.50 kB");
	expect_si("b", 1500, "1500 B");
	expect_si("gb", 1500000000, "1.50 GB");
	assert_true(unit_parse("GiB", &unit));
	assert_false(unit_make_si(&unit));
}

static void amounts_below_zero_have_a_sign(void **state)
{
	const struct unit automatic = { 0 };
	struct unit bytes;
	char text[UNIT_TEXT_SIZE];

	(void)state;
	unit_format_amount(&automatic, amount_negated(amount_of(1536)), text);
	assert_string_equal(text, "-1.50 KB");
	unit_format_amount(&automatic, amount_of(1536), text);
	assert_string_equal(text, "1.50 KB");
	unit_format_amount(&automatic, amount_negated(amount_of(0)), text);
	assert_string_equal(text, "0.00 KB");
	assert_true(unit_parse("B", &bytes));
	unit_format_amount(&bytes, amount_negated(amount_of(UINT64_MAX)), text);
	assert_string_equal(text, "-18446744073709551615 B");
}

static void expect_rate(struct amount bits, const char *expected)
{
	char text[UNIT_TEXT_SIZE];

	unit_format_rate(bits, text);
	assert_string_equal(text, expected);
}

/* As printf() rounds, also halfway between two decimals. */
static void decimals_are_rounded_as_printf_does(void **state)
{
	static const char *const words[] = { "KB", "MB", "GB", "TB", "PB" };
	uint64_t random = 88172645463325252;
	char wanted[UNIT_TEXT_SIZE];

	(void)state;
	for (int round = 0; round < 50000; round++) {
		const int power = round % 5 + 1;
		double number;
		uint64_t bytes;

		/* xorshift; cut so that a double holds it, and ties come up. */
		random ^= random << 13;
		random ^= random >> 7;
		random ^= random << 17;
		bytes = random >> (11 + random % 50);
		if (round % 3 == 0)
			bytes &= ~UINT64_C(0x7f);
		number = (double)bytes;
		for (int at = 0; at < power; at++)
			number /= 1024;
		snprintf(wanted, sizeof(wanted), "%.2f %s", number,
			 words[power - 1]);
		expect_format(words[power - 1], bytes, wanted);
	}
}

static void rates_are_in_thousands_of_bits(void **state)
{
	(void)state;
	expect_rate(amount_of(0), "0 bit/s");
	expect_rate(amount_of(999), "999 bit/s");
	expect_rate(amount_of(1000), "1.00 kbit/s");
	expect_rate(amount_of(999994), "999.99 kbit/s");
	expect_rate(amount_of(999996), "1.00 Mbit/s");
	expect_rate(amount_of(1500000000), "1.50 Gbit/s");
	expect_rate(amount_of(UINT64_MAX), "18446.74 Pbit/s");
	expect_rate(amount_negated(amount_of(2500)), "-2.50 kbit/s");
}

static void expect_sum(struct amount left, struct amount right, uint64_t size,
		       bool is_negative)
{
	amount_add(&left, right);
	assert_int_equal(left.size, size);
	assert_int_equal(left.is_negative, is_negative);
}

/* From the middle to the even digit, as printf() has it; and at any size. */
static void rounding_is_exact(void **state)
{
	struct unit unit = { 0 };
	char text[UNIT_TEXT_SIZE];

	(void)state;
	/* 0.125, 0.375 and 0.875 KB */
	expect_format("KB", 128, "0.12 KB");
	expect_format("KB", 384, "0.38 KB");
	expect_format("KB", 896, "0.88 KB");
	expect_format("KB", 129, "0.13 KB");
	/* 2^53 - 1 bytes, and one that no floating point number is. */
	expect_format("B", UINT64_C(9007199254740993), "9007199254740993 B");
	expect_format("KB", UINT64_C(9007199254740991), "8796093022208.00 KB");
	expect_format("KB", UINT64_C(18446744073709551482), "18014398509481983.87 KB");
	assert_true(unit_parse("KB", &unit) && unit_make_si(&unit));
	unit_format(&unit, 161985, text);
	assert_string_equal(text, "161.98 kB");
	unit_format(&unit, 161995, text);
	assert_string_equal(text, "162.00 kB");
}

static void amounts_add_up(void **state)
{
	const struct amount five = amount_of(5);
	const struct amount seven = amount_of(7);
	const struct amount most = amount_of(UINT64_MAX);

	(void)state;
	expect_sum(five, seven, 12, false);
	expect_sum(five, amount_negated(seven), 2, true);
	expect_sum(seven, amount_negated(five), 2, false);
	expect_sum(amount_negated(seven), five, 2, true);
	expect_sum(amount_negated(five), amount_negated(seven), 12, true);
	expect_sum(amount_negated(five), five, 0, false);
	expect_sum(most, five, UINT64_MAX, false);
	expect_sum(amount_negated(most), most, 0, false);
	assert_true(amount_compare(five, seven) < 0);
	assert_true(amount_compare(amount_negated(five),
				   amount_negated(seven)) > 0);
	assert_true(amount_compare(amount_negated(five), five) < 0);
	assert_int_equal(amount_compare(five, five), 0);
}

static void rates_are_rounded(void **state)
{
	(void)state;
	assert_int_equal(amount_rate(amount_of(1000), 60).size, 133);
	assert_int_equal(amount_rate(amount_of(1), 16).size, 1);
	assert_int_equal(amount_rate(amount_of(1), 17).size, 0);
	assert_int_equal(amount_rate(amount_of(UINT64_MAX), 1).size,
			 UINT64_MAX);
	assert_int_equal(amount_rate(amount_of(UINT64_MAX), 8).size,
			 UINT64_MAX);
	assert_int_equal(amount_rate(amount_of(UINT64_C(1) << 63), 16).size,
			 UINT64_C(1) << 62);
}

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
		cmocka_unit_test(automatic_unit_starts_at_kilobytes),
		cmocka_unit_test(printed_number_stays_below_1024),
		cmocka_unit_test(chosen_unit_is_kept),
		cmocka_unit_test(unknown_units_are_refused),
		cmocka_unit_test(si_counts_in_thousands),
		cmocka_unit_test(amounts_below_zero_have_a_sign),
		cmocka_unit_test(decimals_are_rounded_as_printf_does),
		cmocka_unit_test(rates_are_in_thousands_of_bits),
		cmocka_unit_test(rounding_is_exact),
		cmocka_unit_test(amounts_add_up),
		cmocka_unit_test(rates_are_rounded),
		cmocka_unit_test(amounts_have_the_units_of_reports),
		cmocka_unit_test(what_is_no_amount_is_refused),
		cmocka_unit_test(what_is_nearly_right_is_told_apart),
		cmocka_unit_test(percentages_have_two_decimals),
		cmocka_unit_test(shares_are_true_at_any_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
