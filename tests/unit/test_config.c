// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "plan/config.h"

/* What a text makes: names of right plans, then faults as "line:key". */
struct outcome {
	char plans[512];
	char faults[2048];
};

static void note(void *context, const struct plan_fault *fault)
{
	struct outcome *outcome = context;
	const size_t length = strlen(outcome->faults);

	snprintf(outcome->faults + length, sizeof(outcome->faults) - length,
		 " %d:%s", (int)fault->line, fault->key ? fault->key : "");
	assert_true(strlen(fault->words) > 10);
}

static void parse(const char *text, size_t length, struct outcome *outcome)
{
	/* Of just that length, so that reading further is noticed. */
	char *copy = malloc(length + !length);
	struct config config;

	assert_non_null(copy);
	memcpy(copy, text, length);
	*outcome = (struct outcome){ .plans = "" };
	assert_int_equal(config_parse(copy, length, &config, note, outcome), 0);
	free(copy);
	for (size_t at = 0; at < config.count; at++) {
		if (config.plans[at].is_right)
			sprintf(outcome->plans + strlen(outcome->plans), " %s",
				config.plans[at].name);
	}
	config_free(&config);
}

static void expect(const char *text, const char *plans, const char *faults)
{
	struct outcome outcome;

	parse(text, strlen(text), &outcome);
	assert_string_equal(outcome.plans, plans);
	assert_string_equal(outcome.faults, faults);
}

#define NEEDED "monitors = a\namount = 1 GB\nperiod = day\n"

static void sections_are_plans(void **state)
{
	(void)state;
	expect("", "", "");
	expect("\n# nothing\n ; here\n", "", "");
	expect("[plan home]\n" NEEDED, " home", "");
	expect("\xef\xbb\xbf[plan home]\r\nmonitors=a\r\namount:1 GB\r\nperiod=day\n",
	       " home", "");
	expect("[plan home] # ours\n\tmonitors = a ; both\n\tamount = 1 GB\n  period = day\n",
	       " home", "");
	expect("[plan home]\n" NEEDED "[plan  road]\n" NEEDED, " home road", "");
}

static void faults_name_their_line(void **state)
{
	(void)state;
	expect("amount = 1 B\n", "", " 1:amount");
	expect("\n[plan home]\n" NEEDED "warn = x\n", "", " 6:warn");
	expect("[plan home]\n" NEEDED "amount = 2 GB\n", "", " 5:amount");
	expect("[plan home]\nmonitors = a\n", "", " 1: 1:");
	expect("[plan home]\n" NEEDED "[plan home]\n" NEEDED, "", " 5:");
	expect("[plan home]\n" NEEDED "nonsense\n", "", " 5:");
	expect("[plan home\n" NEEDED, "", " 1:");
	expect("[plan a/b]\n" NEEDED, "", " 1:");
	expect("[home]\n" NEEDED "[plan road]\n" NEEDED, " road", " 1:");
	expect("[plan home]\n" NEEDED "= 3\n", "", " 5:");
	/* All blanks mean nothing: no line goes on with the one before. */
	expect("[plan home]\n" NEEDED "free = sat\n\v\fsun\n", "", " 6:");
	/* One plan's faults are not another's. */
	expect("[plan a]\n" NEEDED "x = 1\n[plan b]\n" NEEDED "[plan c]\ny = 1\n",
	       " b", " 5:x 11:y");
}

/* Each is in a plan of its own; the plan beside it is served. */
static void a_line_not_understood_leaves_its_plan_out(void **state)
{
	static const char *const lines[] = {
		"stop yes", "stop", "stop = maybe", "stop =", "stop = yes # all",
		"  + output", "\t, sun", "stop = yes\\", "Stop = yes",
		"stop ; = yes", "= yes", "free 00:00-06:00", "[stop = yes",
		"[stop = yes]", "\xc2\xa0stop = yes", "stop\xc2\xa0= yes",
		"zone =", "warn = 80%,", "amount = 2 GB", "stop = yes\rno = 1",
		"# a comment\rstop = yes", "# a comment\r\r",
		"top-up = 2026-10-25 5", "rollover = 5",
	};

	(void)state;
	for (size_t at = 0; at < sizeof(lines) / sizeof(*lines); at++) {
		struct outcome outcome;
		char text[512];

		snprintf(text, sizeof(text),
			 "[plan a]\n" NEEDED "%s\n[plan b]\n" NEEDED,
			 lines[at]);
		parse(text, strlen(text), &outcome);
		if (strcmp(outcome.plans, " b") != 0 ||
		    strncmp(outcome.faults, " 5:", 3) != 0 ||
		    strchr(outcome.faults + 3, ':'))
			fail_msg("'%s': plans%s, faults%s", lines[at],
				 outcome.plans, outcome.faults);
	}
}

/* What follows a section that is wrong is no plan's, and is looked at all the same. */
static void sections_that_are_wrong_hide_no_fault(void **state)
{
	(void)state;
	expect("[plan a]\n" NEEDED "[plan b\n" NEEDED "stop yes\nx = 1\n",
	       " a", " 5: 9: 10:x");
	expect("[plan a]\n" NEEDED "[plan b] stop = yes\n" NEEDED, " a", " 5:");
	expect("[plan a]\n" NEEDED "[PLAN b]\n" NEEDED "stop\n", " a",
	       " 5: 9:");
	expect("[plan a]\n" NEEDED "[plan]\nmonitors = b\n", " a",
	       " 5:");
	expect("[plan a]\n" NEEDED "[network]\nx = 1\nmore\n", " a",
	       " 5: 7:");
	expect("[plan a]\n" NEEDED "[network\nx = 1\n", "", " 5: 6:x");
	expect("[plan a]\n" NEEDED "plan b]\nstop = yes\n", "", " 5:");
	expect("[plan a]\n" NEEDED "stop = x\n[plan b]\n" NEEDED
	       "[plan a]\n" NEEDED "stop = y\n", " b",
	       " 5:stop 10: 14:stop");
	expect("stop = yes\nnonsense\n[plan a]\n" NEEDED, " a", " 1:stop 2:");
}

static void line_ends_of_other_systems(void **state)
{
	static const char wide[] = "\xff\xfe[\0p\0l\0a\0n\0";
	struct outcome outcome;

	(void)state;
	expect("[plan a]\r\n\r\n# x\r\nmonitors = a\r\namount = 1 GB\r\nperiod = day\r\n",
	       " a", "");
	expect("[plan a]\n" NEEDED "stop = yes\r", "", " 5:");
	expect("[plan a]\n" NEEDED "stop = yes", "", " 5:");
	expect("[plan a]\n" NEEDED "# stop", "", " 5:");
	expect("[plan a]\n" NEEDED "[plan b", " a", " 5:");
	expect("# a", "", " 1:");
	expect("[plan a]\rmonitors = a\ramount = 1 GB\rperiod = day\r", "",
	       " 1:");
	expect("[plan a]\n" NEEDED "\xef\xbb\xbf[plan b]\n" NEEDED, " a b", "");
	parse(wide, sizeof(wide) - 1, &outcome);
	assert_string_equal(outcome.faults, " 1:");
}

static void long_lines_and_nuls_are_refused(void **state)
{
	char text[1024] = "[plan home]\n" NEEDED "hook = /";
	static const char nul[] = "[plan home]\n" NEEDED "hook = /\0\n"
		"[plan road\0]\namount = 2 GB\n";
	struct outcome outcome;

	(void)state;
	memset(text + strlen(text), 'a', 500);
	expect(text, "", " 5:");
	/* The last length that there may be, without what stands before it. */
	memset(text, 0, sizeof(text));
	strcpy(text, "[plan home]\r\n" NEEDED "warn = 80%\n \t hook = /");
	memset(text + strlen(text), 'a', 198 - strlen("hook = /"));
	strcat(text, "\r\n");
	expect(text, " home", "");
	text[strlen(text) - 2] = 'a';
	strcat(text, "\n");
	expect(text, "", " 6:");
	/* A comment may be longer, and a section not. */
	memset(text, '#', 300);
	strcpy(text + 300, "\n[plan home]\n" NEEDED);
	expect(text, " home", "");
	strcpy(text, "[plan home]\n" NEEDED "[plan road] #");
	memset(text + strlen(text), 'a', 300);
	strcat(text, "\nstop = yes\n");
	expect(text, " home", " 5:");
	parse(nul, sizeof(nul) - 1, &outcome);
	assert_string_equal(outcome.plans, "");
	/* What follows a section that is refused is none of the one before. */
	assert_string_equal(outcome.faults, " 5: 6:");
}

/* Whatever is in the file, reading it ends, and touches nothing else. */
static void any_bytes_can_be_parsed(void **state)
{
	static const char text[] = "# x\n[plan home]\n" NEEDED
		"free = sat 22:00-06:00\ntop-up = 2026-10-25 1 GB\n"
		"warn = 80%, 90%\nhook = /bin/x 'a b'\ncalibration = 1.02\n"
		"[plan b]\nmonitors = larger of a and b\nperiod = 30 days from 2026-01-05\n";
	uint64_t random = 88172645463325252;
	struct outcome outcome;

	(void)state;
	for (size_t length = 0; length < sizeof(text); length++)
		parse(text, length, &outcome);
	for (int round = 0; round < 20000; round++) {
		char copy[sizeof(text)];
		size_t length = sizeof(text) - 1;

		memcpy(copy, text, sizeof(text));
		for (int change = 0; change < 3; change++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			copy[random % length] = random >> 60 ?
				text[(random >> 20) % length] :
				(char)(random >> 32);
		}
		parse(copy, length, &outcome);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_are_plans),
		cmocka_unit_test(faults_name_their_line),
		cmocka_unit_test(a_line_not_understood_leaves_its_plan_out),
		cmocka_unit_test(sections_that_are_wrong_hide_no_fault),
		cmocka_unit_test(line_ends_of_other_systems),
		cmocka_unit_test(long_lines_and_nuls_are_refused),
		cmocka_unit_test(any_bytes_can_be_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
