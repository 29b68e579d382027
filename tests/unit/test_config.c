// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "config.h"

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
	expect("\xef\xbb\xbf[plan home]\r\nmonitors=a\r\namount:1 GB\r\nperiod=day",
	       " home", "");
	expect("[plan home] # ours\n\tmonitors = a ; both\n\tamount = 1 GB\n  period = day\n",
	       " home", "");
	expect("[plan home]\n" NEEDED "[plan  road]\n" NEEDED, " home road", "");
}

static void faults_name_their_line(void **state)
{
	(void)state;
	expect("amount = 1\n", "", " 1:amount");
	expect("\n[plan home]\n" NEEDED "warn = x\n", "", " 6:warn");
	expect("[plan home]\n" NEEDED "amount = 2 GB\n", "", " 5:amount");
	expect("[plan home]\nmonitors = a\n", "", " 1:");
	expect("[plan home]\n" NEEDED "[plan home]\n" NEEDED, " home", " 5:");
	expect("[plan home]\n" NEEDED "nonsense\n", " home", " 5:");
	expect("[plan home\n" NEEDED, "", " 1:");
	expect("[plan a/b]\n" NEEDED, "", " 1:");
	expect("[home]\n" NEEDED "[plan road]\n" NEEDED, " road", " 1:");
	expect("[plan home]\n" NEEDED "= 3\n", " home", " 5:");
	/* All blanks mean nothing: no line goes on with the one before. */
	expect("[plan home]\n" NEEDED "free = sat\n\v\fsun\n", " home", " 6:");
	/* One plan's faults are not another's. */
	expect("[plan a]\n" NEEDED "x = 1\n[plan b]\n" NEEDED "[plan c]\ny = 1\n",
	       " b", " 5:x 11:y");
}

static void long_lines_and_nuls_are_refused(void **state)
{
	char text[1024] = "[plan home]\n" NEEDED "hook = /";
	static const char nul[] = "[plan home]\n" NEEDED "hook = /\0\n"
		"[plan road\0]\namount = 2 GB\n";
	struct outcome outcome;

	(void)state;
	memset(text + strlen(text), 'a', 500);
	expect(text, " home", " 5:");
	parse(nul, sizeof(nul) - 1, &outcome);
	assert_string_equal(outcome.plans, " home");
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
		cmocka_unit_test(long_lines_and_nuls_are_refused),
		cmocka_unit_test(any_bytes_can_be_parsed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
