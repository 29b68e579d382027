// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>

#include "report/selection.h"

/* The context is a list of names that ends in NULL. */
static bool is_in(const void *context, const char *monitor)
{
	for (const char *const *name = context; *name; name++) {
		if (strcmp(*name, monitor) == 0)
			return true;
	}
	return false;
}

static const char *const usual[] = { "wan", "lan", "wan-lan0", "a", "b", "c",
				     "a-b", "input", "output", NULL };

/* @terms as "+input +output" */
static void expect(const char *operand, const char *label, const char *terms)
{
	struct expression expression;
	char found[256] = "";

	if (expression_parse(operand, is_in, usual, &expression))
		fail_msg("'%s' is refused", operand);
	for (size_t at = 0; at < expression.count; at++) {
		const struct expression_term *term = &expression.terms[at];

		strcat(found, at ? " " : "");
		strcat(found, term->is_subtracted ? "-" : "+");
		strcat(found, term->monitor);
	}
	assert_string_equal(found, terms);
	assert_string_equal(expression.label, label);
	expression_free(&expression);
}

static void expect_fault(const char *operand, int error)
{
	struct expression expression;

	if (expression_parse(operand, is_in, usual, &expression) != error)
		fail_msg("'%s' is taken, or refused otherwise", operand);
}

static void a_name_is_taken_as_it_stands(void **state)
{
	(void)state;
	expect("wan", "wan", "+wan");
	expect("unheard", "unheard", "+unheard");
	expect("wan-lan0", "wan-lan0", "+wan-lan0");
	expect("both=wan", "both", "+wan");
	expect("a-", "a-", "+a-");
}

static void names_are_split_where_monitors_are(void **state)
{
	(void)state;
	expect("wan-lan", "wan-lan", "+wan -lan");
	expect("input+output", "input+output", "+input +output");
	expect("wan-input+output-lan", "wan-input+output-lan",
	       "+wan -input +output -lan");
	expect("wan-lan0-lan", "wan-lan0-lan", "+wan-lan0 -lan");
	expect("wan+wan", "wan+wan", "+wan +wan");
	expect("diff=wan-lan", "diff", "+wan -lan");
	/* a-b is there. */
	expect("a-b", "a-b", "+a-b");
	expect_fault("wan-foo", -ENOENT);
	expect_fault("wan--lan", -ENOENT);
	expect("wan+", "wan+", "+wan+");
}

static void what_can_be_read_in_two_ways_is_refused(void **state)
{
	(void)state;
	expect_fault("a-b-c", -ENOTUNIQ);
	expect("a-b - c", "a-b - c", "+a-b -c");
	expect("a - b - c", "a - b - c", "+a -b -c");
}

static void blanks_make_it_plain(void **state)
{
	(void)state;
	expect("wan - lan", "wan - lan", "+wan -lan");
	expect("  wan   +  lan ", "wan + lan", "+wan +lan");
	expect("both=input + output", "both", "+input +output");
	expect("unheard - of", "unheard - of", "+unheard -of");
	expect_fault("wan -", -EINVAL);
	expect_fault("- wan", -EINVAL);
	expect_fault("wan lan", -EINVAL);
	expect_fault("wan + - lan", -EINVAL);
	expect_fault("wan +- lan", -EINVAL);
	expect_fault("wan * lan", -EINVAL);
	expect_fault(" ", -EINVAL);
}

static void malformed_names_are_refused(void **state)
{
	char line[2048] = "";

	(void)state;
	expect_fault("", -EINVAL);
	expect_fault("=wan", -EINVAL);
	expect_fault("x=", -EINVAL);
	expect_fault("x=y=z", -EINVAL);
	expect_fault("a,b=wan", -EINVAL);
	expect_fault("a/b", -EINVAL);
	expect_fault("a/b+wan", -ENOENT);
	expect_fault("0123456789012345678901234567890123", -EINVAL);
	expect_fault("0123456789012345678901234567890123=wan", -EINVAL);
	for (int at = 0; at < EXPRESSION_TERMS_MAX; at++)
		strcat(line, at ? "+wan" : "wan");
	expect(line, line, "+wan +wan +wan +wan +wan +wan +wan +wan +wan +wan +wan +wan +wan +wan +wan +wan");
	strcat(line, "+wan");
	expect_fault(line, -EINVAL);
	for (int at = 0; at < 100; at++)
		strcat(line, "+a");
	expect_fault(line, -EINVAL);
	memset(line, 'a', sizeof(line) - 1);
	expect_fault(line, -EINVAL);
}

static void candidates_are_all_it_could_mean(void **state)
{
	struct monitor_names names = { 0 };

	(void)state;
	assert_int_equal(expression_candidates("a-b+c", &names), 0);
	monitor_names_sort(&names);
	assert_int_equal(names.count, 6);
	assert_true(monitor_names_hold(&names, "a-b"));
	assert_true(monitor_names_hold(&names, "b+c"));
	assert_true(monitor_names_hold(&names, "a-b+c"));
	monitor_names_free(&names);
	assert_int_equal(expression_candidates("x=a-b - c", &names), 0);
	assert_int_equal(names.count, 2);
	monitor_names_free(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_name_is_taken_as_it_stands),
		cmocka_unit_test(names_are_split_where_monitors_are),
		cmocka_unit_test(what_can_be_read_in_two_ways_is_refused),
		cmocka_unit_test(blanks_make_it_plain),
		cmocka_unit_test(malformed_names_are_refused),
		cmocka_unit_test(candidates_are_all_it_could_mean),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
