// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <stdbool.h>

#include "base/machine.h"
#include "counting/rules.h"

static char found[8192];

static int take(void *context, const char *monitor, const char *command)
{
	assert_ptr_equal(context, found);
	sprintf(found + strlen(found), "%s: %s\n", monitor, command);
	return 0;
}

static int parse(const char *text)
{
	*found = '\0';
	return rules_parse("iptables", text, strlen(text), take, found);
}

static void expect(const char *rules, const char *wanted)
{
	char text[8192];

	snprintf(text, sizeof(text), "# Generated\n*filter\n:INPUT DROP [0:0]\n%sCOMMIT\n",
		 rules);
	assert_int_equal(parse(text), 0);
	assert_string_equal(found, wanted);
}

#define IN "-j TRAFMETUX --monitor in\n"
#define OUT "-j TRAFMETUX --monitor out\n"

static void a_rule_goes_to_its_place(void **state)
{
	(void)state;
	expect("", "");
	expect("-A INPUT -j ACCEPT\n", "");
	expect("-A INPUT " IN, "in: iptables -t filter -A INPUT " IN);
	expect("-A INPUT -j ACCEPT\n-A INPUT " IN, "in: iptables -t filter -A INPUT " IN);
	expect("-A INPUT " IN "-A INPUT -j ACCEPT\n",
	       "in: iptables -t filter -I INPUT 1 " IN);
	expect("-A INPUT -i lo -j ACCEPT\n-A INPUT " IN "-A INPUT " OUT "-A INPUT -j DROP\n"
	       "-A INPUT " IN "-A INPUT " OUT,
	       "in: iptables -t filter -I INPUT 2 " IN
	       "out: iptables -t filter -I INPUT 3 " OUT
	       "in: iptables -t filter -A INPUT " IN
	       "out: iptables -t filter -A INPUT " OUT);
	/* Numbers are those of the chain. */
	expect("-A FORWARD -j ACCEPT\n-A FORWARD -j ACCEPT\n"
	       "-A INPUT " IN "-A INPUT -j ACCEPT\n-A OUTPUT " OUT "-A OUTPUT -j ACCEPT\n",
	       "in: iptables -t filter -I INPUT 1 " IN
	       "out: iptables -t filter -I OUTPUT 1 " OUT);
}

static void each_table_has_its_own(void **state)
{
	(void)state;
	assert_int_equal(parse("*raw\n-A OUTPUT " IN "COMMIT\n# x\n*mangle\n-A OUTPUT " OUT
			       "COMMIT\n"), 0);
	assert_string_equal(found, "in: iptables -t raw -A OUTPUT " IN
			    "out: iptables -t mangle -A OUTPUT " OUT);
}

static void words_are_quoted_for_a_shell(void **state)
{
	(void)state;
	expect("-A INPUT -m comment --comment \"a $HOME `id` \\\"b\\\" \\\\ it's\" " IN,
	       "in: iptables -t filter -A INPUT -m comment --comment "
	       "'a $HOME `id` \"b\" \\ it'\\''s' " IN);
	expect("-A INPUT ! -s 10.0.0.0/8 --comment \"\" " IN,
	       "in: iptables -t filter -A INPUT '!' -s 10.0.0.0/8 --comment '' " IN);
	expect("-A a;b -j ACCEPT\n-A a;b " IN, "in: iptables -t filter -A 'a;b' " IN);
	expect("-A INPUT --comment \"a\x1b[2J\" " IN, "");
}

static void other_rules_are_none(void **state)
{
	(void)state;
	expect("-A INPUT --comment \"-j TRAFMETUX --monitor in\" -j ACCEPT\n", "");
	expect("-A INPUT -m trafmetux --over-limit in -j DROP\n", "");
	expect("-A INPUT -j TRAFMETUX\n-A INPUT -j TRAFMETUX --monitor\n", "");
	expect("-A INPUT -j TRAFMETUX --monitor .in\n", "");
	expect("-A INPUT -j TRAFMETUX [unsupported revision]\n", "");
	expect("-A INPUT -j TRAFMETUXX --monitor in\n", "");
	expect("-A\n-A \n-A  \n-\n \n", "");
}

static void what_is_cut_off_is_told(void **state)
{
	static const char text[] = "*filter\n-A INPUT " IN "-A INPUT -j ACCEPT\nCOMMIT\n";

	(void)state;
	for (size_t length = 0; length < strlen(text); length++) {
		*found = '\0';
		assert_int_equal(rules_parse("iptables", text, length, take, found),
				 length ? -EBADMSG : 0);
	}
}

static void long_rules_are_left_out(void **state)
{
	char text[6000] = "-A INPUT --comment \"";

	(void)state;
	memset(text + strlen(text), 'x', 4000);
	strcat(text, "\" " IN "-A INPUT -j ACCEPT\n-A INPUT " OUT "-A INPUT -j DROP\n");
	expect(text, "out: iptables -t filter -I INPUT 3 " OUT);
}

static int run(const char *script, int seconds, size_t *length)
{
	char shell[] = "/bin/sh";
	char option[] = "-c";
	char *copy = strdup(script);
	char *const words[] = { shell, option, copy, NULL };
	char *text;
	int error = rules_run(words, clock_monotonic() + seconds * INT64_C(1000000000),
			      &text, length);

	free(text);
	free(copy);
	return error;
}

static void programs_are_run_for_a_while(void **state)
{
	size_t length;

	(void)state;
	assert_int_equal(run("echo x; echo y >&2", 60, &length), 0);
	assert_int_equal(length, 2);
	assert_int_equal(run("head -c 1000000 /dev/zero", 60, &length), 0);
	assert_int_equal(length, 1000000);
	assert_int_equal(run("cat", 60, &length), 0);
	assert_int_equal(run("echo x; exit 3", 60, &length), -EIO);
	assert_int_equal(run("kill -9 $$", 60, &length), -EIO);
	assert_int_equal(run("sleep 1000", 0, &length), -ETIME);
	assert_int_equal(run("sleep 1000 & echo x", 1, &length), -ETIME);
	assert_int_equal(run("exec >&-; sleep 1000", 1, &length), -ETIME);
	assert_int_equal(run("cat /dev/zero", 60, &length), -E2BIG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_goes_to_its_place),
		cmocka_unit_test(each_table_has_its_own),
		cmocka_unit_test(words_are_quoted_for_a_shell),
		cmocka_unit_test(other_rules_are_none),
		cmocka_unit_test(what_is_cut_off_is_told),
		cmocka_unit_test(long_rules_are_left_out),
		cmocka_unit_test(programs_are_run_for_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
