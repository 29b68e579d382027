// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>

#include "plan/plan.h"

/* The faults of a plan: the first one, and the keys of all. */
struct faults {
	struct plan_fault first;
	char key[32];
	char keys[256];
};

static void note(void *context, const struct plan_fault *fault)
{
	struct faults *faults = context;
	const size_t length = strlen(faults->keys);

	if (!length) {
		faults->first = *fault;
		snprintf(faults->key, sizeof(faults->key), "%s",
			 fault->key ? fault->key : "");
		faults->first.key = fault->key ? faults->key : NULL;
	}
	snprintf(faults->keys + length, sizeof(faults->keys) - length, " %s",
		 fault->key ? fault->key : "-");
	assert_true(strlen(fault->words) > 10);
}

/* Settings "key=value" that end in NULL. */
static int make_all(const char *const *lines, struct plan *plan,
		    struct faults *faults)
{
	struct plan_settings settings = { .count = 0 };
	int error;

	*faults = (struct faults){ .keys = "" };
	for (; *lines; lines++)
		assert_int_equal(plan_settings_change(&settings, *lines, false),
				 0);
	error = plan_make("home", &settings, plan, note, faults);
	plan_settings_free(&settings);
	return error;
}

/* The fault's key lasts to the next call. */
static int make(const char *const *lines, struct plan *plan,
		struct plan_fault *fault)
{
	static struct faults faults;
	int error = make_all(lines, plan, &faults);

	*fault = faults.first;
	return error;
}

static void settings_make_a_plan(void **state)
{
	static const char *const lines[] = {
		"warn=95%, 80 %,100,80", "amount=3 GB", "rollover=1.5 GB",
		"monitors=larger of in + lo and out", "period=month from 31",
		"top-up=2026-11-02 500 MB", "top-up=2026-10-25\t1 GB",
		"free=00:00-06:00", "free=sun", "zone=Europe/Paris",
		"calibration=1.024", "overhead=14", "steps=1000",
		"hook=/bin/mail -s 'too much'", "since=2026-10-20", NULL,
	};
	struct plan_fault fault;
	struct plan plan;

	(void)state;
	if (make(lines, &plan, &fault))
		fail_msg("%s: %s", fault.key, fault.words);
	assert_int_equal(plan.column_count, 2);
	assert_string_equal(plan.columns[0], "in + lo");
	assert_string_equal(plan.columns[1], "out");
	/* "steps" holds for what stands above it as well. */
	assert_int_equal(plan.amount, 3000000000);
	assert_int_equal(plan.rollover_cap, 1500000000);
	assert_int_equal(plan.schedule.first_month_day, 31);
	assert_int_equal(plan.warning_count, 3);
	assert_int_equal(plan.warnings[0], 8000);
	assert_int_equal(plan.warnings[2], 10000);
	assert_int_equal(plan.top_up_count, 2);
	assert_int_equal(plan.top_ups[0].bytes, 1000000000);
	assert_int_equal(plan.top_ups[1].bytes, 500000000);
	assert_true(free_week_holds(&plan.free, 1440 + 359));
	assert_false(free_week_holds(&plan.free, 1440 + 360));
	assert_int_equal(plan.calibration, 1024000);
	assert_int_equal(plan_billed(&plan, 10, 860), 1024);
	assert_string_equal(plan.zone, "Europe/Paris");
	assert_true(plan.schedule.has_since);
	plan_free(&plan);
}

static void the_larger_of_two_is_written_in_two_ways(void **state)
{
	static const struct {
		const char *text;
		const char *first, *second;
	} cases[] = {
		{ "monitors=max(in,out)", "in", "out" },
		{ "monitors=MAX( in + a ,  out )", "in + a", "out" },
		{ "monitors=Larger of in\tAND out", "in", "out" },
		{ "monitors=larger of sand and land", "sand", "land" },
	};

	(void)state;
	for (size_t at = 0; at < sizeof(cases) / sizeof(*cases); at++) {
		const char *const lines[] = { cases[at].text, "amount=1 B",
					      "period=day", NULL };
		struct plan_fault fault;
		struct plan plan;

		if (make(lines, &plan, &fault))
			fail_msg("%s: %s", cases[at].text, fault.words);
		assert_int_equal(plan.column_count, 2);
		assert_string_equal(plan.columns[0], cases[at].first);
		if (strcmp(plan.columns[1], cases[at].second) != 0 &&
		    strcmp(plan.columns[1], "out ") != 0)
			fail_msg("'%s'", plan.columns[1]);
		plan_free(&plan);
	}
}

/* A plan with one line more; the fault names its key. */
static void expect_fault(const char *line, const char *key)
{
	const char *const lines[] = { "monitors=a", "amount=1 GB",
				      "period=month", line, NULL };
	const char *const without[] = { line, "amount=1 GB", "period=month",
					NULL };
	const bool is_monitors = strncmp(line, "monitors=", 9) == 0;
	struct plan_fault fault;
	struct plan plan;

	if (make(is_monitors ? without : lines, &plan, &fault) != -EINVAL)
		fail_msg("'%s' is taken", line);
	if (key)
		assert_string_equal(fault.key, key);
	else
		assert_null(fault.key);
	assert_true(strlen(fault.words) > 10);
}

static void nonsense_is_refused_by_its_key(void **state)
{
	(void)state;
	expect_fault("amout=1 GB", "amout");
	expect_fault("amount=2 GB", "amount");
	expect_fault("monitors=a/b", "monitors");
	expect_fault("monitors=a +", "monitors");
	expect_fault("monitors=a/b-c", "monitors");
	expect_fault("monitors=max(a,b/c+d)", "monitors");
	expect_fault("monitors=larger of a", "monitors");
	expect_fault("monitors=larger of and b", "monitors");
	expect_fault("monitors=max(a)", "monitors");
	expect_fault("monitors=max(a,b", "monitors");
	expect_fault("warn=0%", "warn");
	expect_fault("warn=80%,", "warn");
	expect_fault("warn=many", "warn");
	expect_fault("warn=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17", "warn");
	expect_fault("free=always", "free");
	expect_fault("rollover=some", "rollover");
	expect_fault("top-up=2026-10-25", "top-up");
	expect_fault("top-up=2026-10-25 ", "top-up");
	expect_fault("top-up=2026-02-30 1 GB", "top-up");
	expect_fault("top-up=1 GB", "top-up");
	expect_fault("calibration=0", "calibration");
	expect_fault("calibration=10.000001", "calibration");
	expect_fault("calibration=-1", "calibration");
	expect_fault("calibration=1.0000001", "calibration");
	expect_fault("overhead=101", "overhead");
	expect_fault("steps=1e3", "steps");
	expect_fault("zone=Middle/Earth", "zone");
	expect_fault("since=yesterday", "since");
	expect_fault("hook=mail root", "hook");
	expect_fault("hook=/bin/mail 'root", "hook");
	expect_fault("stop=maybe", "stop");
	expect_fault("rollover=5", "rollover");
	expect_fault("top-up=2026-10-25 500", "top-up");
	/* They need each other. */
	expect_fault("hook=/bin/mail root", NULL);
}

static void an_amount_without_a_unit_is_refused(void **state)
{
	static const char *const texts[] = { "amount=60", "amount=0",
					     "amount=1.5",
					     "amount=10000000000" };

	(void)state;
	for (size_t at = 0; at < sizeof(texts) / sizeof(*texts); at++) {
		const char *const lines[] = { texts[at], "monitors=a",
					      "period=month", NULL };
		struct plan_fault fault;
		struct plan plan;

		assert_int_equal(make(lines, &plan, &fault), -EINVAL);
		assert_string_equal(fault.key, "amount");
		assert_non_null(strstr(fault.words, "has no unit"));
	}
}

static void all_faults_are_told(void **state)
{
	static const char *const lines[] = {
		"monitors=a/b-c", "amount=60", "amount=1 GB", "frob=1",
		"stop=yes", "warn=x", "hook=/bin/true", "free=never",
		"rollover=all", "top-up=2026-10-25 5", "top-up=1 GB", NULL,
	};
	struct faults faults;
	struct plan plan;

	(void)state;
	assert_int_equal(make_all(lines, &plan, &faults), -EINVAL);
	assert_string_equal(faults.keys,
			    " amount frob monitors amount warn free top-up top-up");
	/* What lacks is told where no line may be meant for it. */
	assert_int_equal(make_all(&lines[4], &plan, &faults), -EINVAL);
	assert_string_equal(faults.keys,
			    " - - - warn free top-up top-up");
}

static void what_a_plan_needs_is_asked_for(void **state)
{
	static const char *const needed[] = { "monitors=a", "amount=1 GB",
					      "period=day" };

	(void)state;
	for (size_t left_out = 0; left_out < 3; left_out++) {
		const char *lines[3] = { NULL };
		struct plan_fault fault;
		struct plan plan;
		size_t count = 0;

		for (size_t at = 0; at < 3; at++) {
			if (at != left_out)
				lines[count++] = needed[at];
		}
		assert_int_equal(make(lines, &plan, &fault), -EINVAL);
		assert_null(fault.key);
		assert_non_null(strstr(fault.words, "the plan has no '"));
	}
}

static void settings_can_be_replaced(void **state)
{
	struct plan_settings settings = { .count = 0 };

	(void)state;
	assert_int_equal(plan_settings_add(&settings, "free", "sat", 3), 0);
	assert_int_equal(plan_settings_add(&settings, "amount", "1", 4), 0);
	assert_int_equal(plan_settings_add(&settings, "free", "sun", 5), 0);
	assert_int_equal(plan_settings_change(&settings, "free=mon", true), 0);
	assert_int_equal(plan_settings_change(&settings, "free=tue=", false), 0);
	assert_int_equal(settings.count, 3);
	assert_string_equal(settings.list[0].key, "amount");
	assert_string_equal(settings.list[2].value, "tue=");
	assert_int_equal(plan_settings_change(&settings, "free=", true), 0);
	assert_int_equal(settings.count, 1);
	assert_int_equal(plan_settings_change(&settings, "free", true), -EINVAL);
	assert_int_equal(plan_settings_change(&settings, "=1", true), -EINVAL);
	plan_settings_free(&settings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_make_a_plan),
		cmocka_unit_test(the_larger_of_two_is_written_in_two_ways),
		cmocka_unit_test(nonsense_is_refused_by_its_key),
		cmocka_unit_test(an_amount_without_a_unit_is_refused),
		cmocka_unit_test(all_faults_are_told),
		cmocka_unit_test(what_a_plan_needs_is_asked_for),
		cmocka_unit_test(settings_can_be_replaced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
