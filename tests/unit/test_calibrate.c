// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "plan/calibrate.h"

#define PACKETS 4000000
#define BYTES UINT64_C(3221225472)

/* The words of the nearest cause that fits @text, or "". */
static const char *nearest(const char *text, bool is_si)
{
	struct calibrate_cause causes[CALIBRATE_CAUSES_MAX];
	struct calibrate_figure figure;
	uint64_t least = UINT64_MAX;
	const char *words = "";
	size_t count;

	if (!calibrate_parse_figure(text, is_si, &figure))
		fail_msg("'%s' is refused", text);
	count = calibrate_causes(PACKETS, BYTES, &figure, is_si, causes);
	assert_true(count <= CALIBRATE_CAUSES_MAX);
	for (size_t at = 0; at < count; at++) {
		const uint64_t other = causes[at].figure;
		const uint64_t difference = other > figure.bytes ?
			other - figure.bytes : figure.bytes - other;

		if (calibrate_fits(&figure, other) && difference < least) {
			least = difference;
			words = causes[at].words;
		}
	}
	return words;
}

static void expect(const char *text, bool is_si, const char *start)
{
	const char *words = nearest(text, is_si);

	if (strncmp(words, start, strlen(start)) != 0 || !*start != !*words)
		fail_msg("%s: '%s', not '%s'", text, words, start);
}

static void figures_are_rounded_to_their_last_digit(void **state)
{
	struct calibrate_figure figure;

	(void)state;
	assert_true(calibrate_parse_figure("3.46 GB", false, &figure));
	assert_int_equal(figure.power, 3);
	assert_int_equal(figure.rounding, (1 << 30) / 100 / 2);
	assert_false(figure.is_named_binary);
	assert_true(calibrate_parse_figure("3.46 GB", true, &figure));
	assert_int_equal(figure.rounding, 5000000);
	assert_true(calibrate_parse_figure("3GiB", true, &figure));
	assert_int_equal(figure.rounding, 1 << 29);
	assert_true(figure.is_named_binary);
	assert_true(calibrate_parse_figure("3221225472", false, &figure));
	assert_int_equal(figure.rounding, 1);
	assert_int_equal(figure.power, 0);
	assert_false(calibrate_parse_figure("a lot", false, &figure));
}

static void usual_causes_are_found(void **state)
{
	(void)state;
	/* 3221225472 bytes and 4000000 packets, as others would tell them. */
	expect("3221225472", false, "none: both");
	expect("3.00 GB", false, "none: both");
	expect("3.22 GB", false, "units: the ISP's steps are of 1000");
	expect("3.00 GB", true, "units: the ISP's steps are of 1024");
	expect("3277225472", false, "Ethernet headers, 14");
	expect("3293225472", false, "Ethernet headers and check");
	expect("3309225472", false, "Ethernet and PPPoE headers, 22");
	expect("3325225472", false, "Ethernet and PPPoE headers and");
	expect("3373225472", false, "Ethernet frames with preamble");
	expect("3253225472", false, "PPPoE headers, 8");
	expect("3556769792", false, "ATM cells");
	expect("6.0 GB", false, "it counts twice");
	expect("1.50 GB", false, "it counts half");
}

static void what_fits_nothing_has_no_cause(void **state)
{
	(void)state;
	expect("4.20 GB", false, "");
	expect("2.00 GB", false, "");
	expect("1", false, "");
	/* These units can't be meant otherwise. */
	expect("3.22 GiB", false, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_are_rounded_to_their_last_digit),
		cmocka_unit_test(usual_causes_are_found),
		cmocka_unit_test(what_fits_nothing_has_no_cause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
