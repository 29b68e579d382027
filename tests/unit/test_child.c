// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <signal.h>

#include "base/child.h"

/* The words, each in brackets. */
static void expect(const char *line, const char *wanted)
{
	char *words[CHILD_WORDS_MAX + 1];
	char *text = child_split(line, words);
	char found[512] = "";

	if (!text)
		fail_msg("<%s> is refused", line);
	for (char **word = words; *word; word++)
		sprintf(found + strlen(found), "[%s]", *word);
	assert_string_equal(found, wanted);
	free(text);
}

static void lines_are_split_at_blanks_and_quotes(void **state)
{
	(void)state;
	expect("/bin/mail", "[/bin/mail]");
	expect("  /bin/mail \t -s  root ", "[/bin/mail][-s][root]");
	expect("/bin/mail -s 'too much' \"it's\"", "[/bin/mail][-s][too much][it's]");
	expect("/bin/x '' a\"b c\"d", "[/bin/x][][ab cd]");
	expect("/bin/x $HOME `id` a;b \\n *", "[/bin/x][$HOME][`id`][a;b][\\n][*]");
}

static void what_can_not_be_split_is_refused(void **state)
{
	char *words[CHILD_WORDS_MAX + 1];
	char line[2 * CHILD_WORDS_MAX + 8] = "";

	(void)state;
	assert_null(child_split("", words));
	assert_null(child_split("  \t", words));
	assert_null(child_split("/bin/x 'a", words));
	assert_null(child_split("/bin/x \"a'", words));
	for (int at = 0; at < CHILD_WORDS_MAX; at++)
		strcat(line, "a ");
	expect(line, "[a][a][a][a][a][a][a][a][a][a][a][a][a][a][a][a]"
	       "[a][a][a][a][a][a][a][a][a][a][a][a][a][a][a][a]");
	strcat(line, "a");
	assert_null(child_split(line, words));
}

static int run(const char *script)
{
	char text[] = "/bin/sh";
	char option[] = "-c";
	char *copy = strdup(script);
	char *const words[] = { text, option, copy, NULL };
	char variable[] = "VALUE=a b";
	char *const environment[] = { variable, NULL };
	int status = child_run(words, environment, 30);

	free(copy);
	return status;
}

static void a_program_is_run_with_its_environment(void **state)
{
	int input = test_file("line\n", 5);

	(void)state;
	assert_int_equal(run("exit 0"), 0);
	assert_int_equal(run("exit 7"), 7);
	assert_int_equal(run("kill -TERM $$"), 128 + 15);
	assert_int_equal(run("[ \"$VALUE\" = 'a b' ]"), 0);
	/* Ours has something to read. */
	assert_true(dup2(input, STDIN_FILENO) == STDIN_FILENO);
	assert_int_equal(run("! read -r line"), 0);
	close(input);
	/* A pipe whose reader is gone ends it, as everywhere else. */
	assert_int_equal(run("(kill -PIPE 0) ; exit 3"), 128 + 13);
}

static void who_ignores_children_is_told_all_the_same(void **state)
{
	struct sigaction after;

	(void)state;
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(run("exit 7"), 7);
	assert_int_equal(run("exit 0"), 0);
	sigaction(SIGCHLD, NULL, &after);
	assert_true(after.sa_handler == SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

static void what_can_not_be_run_is_an_error(void **state)
{
	char path[] = "/nowhere/at/all";
	char *const words[] = { path, NULL };
	char *const environment[] = { NULL };

	(void)state;
	assert_int_equal(child_run(words, environment, 30), -ENOENT);
}

/* With all that it has started: whoever holds the pipe's end is alive. */
static void what_takes_too_long_is_killed(void **state)
{
	char text[] = "/bin/sh";
	char option[] = "-c";
	char script[] = "sleep 1000 & sleep 1000";
	char *const words[] = { text, option, script, NULL };
	char *const environment[] = { NULL };
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(child_run(words, environment, 1), -ETIME);
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 0);
	close(ends[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_split_at_blanks_and_quotes),
		cmocka_unit_test(what_can_not_be_split_is_refused),
		cmocka_unit_test(a_program_is_run_with_its_environment),
		cmocka_unit_test(who_ignores_children_is_told_all_the_same),
		cmocka_unit_test(what_can_not_be_run_is_an_error),
		cmocka_unit_test(what_takes_too_long_is_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
