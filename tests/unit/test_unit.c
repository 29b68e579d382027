// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "unit.h"

static void expect(const char *word, uint64_t bytes, const char *expected)
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
	expect(NULL, 0, "0.00 KB");
	expect(NULL, 1, "0.00 KB");
	expect(NULL, 500, "0.49 KB");
	expect(NULL, 1024, "1.00 KB");
	expect(NULL, 843377, "823.61 KB");
}

static void printed_number_stays_below_1024(void **state)
{
	(void)state;
	/* 1023.99 and 1023.995 KB and what is around them. */
	expect(NULL, 1048565, "1023.99 KB");
	expect(NULL, 1048570, "1023.99 KB");
	expect(NULL, 1048571, "1.00 MB");
	expect(NULL, 1048575, "1.00 MB");
	expect(NULL, 1048576, "1.00 MB");
	expect(NULL, (UINT64_C(1) << 30) - 1, "1.00 GB");
	expect(NULL, (UINT64_C(1) << 40) - 1, "1.00 TB");
	expect(NULL, (UINT64_C(1) << 50) - 1, "1.00 PB");
	expect(NULL, UINT64_C(1) << 60, "1024.00 PB");
	expect(NULL, UINT64_MAX, "16384.00 PB");
}

static void chosen_unit_is_kept(void **state)
{
	(void)state;
	expect("b", 1536, "1536 B");
	expect("B", UINT64_MAX, "18446744073709551615 B");
	expect("kb", 1536, "1.50 KB");
	expect("KiB", 1536, "1.50 KiB");
	expect("MIB", UINT64_C(3) << 30, "3072.00 MiB");
	expect("gb", 1, "0.00 GB");
	expect("tib", UINT64_C(1) << 40, "1.00 TiB");
	expect("PB", UINT64_C(1) << 50, "1.00 PB");
}

static void unknown_units_are_refused(void **state)
{
	static const char *const words[] = { "", "K", "kbit", "EB", "MB ", "%s" };
	struct unit unit;

	(void)state;
	for (size_t at = 0; at < sizeof(words) / sizeof(*words); at++)
		assert_false(unit_parse(words[at], &unit));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(automatic_unit_starts_at_kilobytes),
		cmocka_unit_test(printed_number_stays_below_1024),
		cmocka_unit_test(chosen_unit_is_kept),
		cmocka_unit_test(unknown_units_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
