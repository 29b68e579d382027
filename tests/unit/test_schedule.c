// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "base/machine.h"
#include "time/schedule.h"
#include "zones.h"

/* The free minutes as "day HH:MM-HH:MM" runs, from Sunday on. */
static void expect_free(const char *first, const char *second, const char *runs)
{
	static const char *const days[] = { "sun", "mon", "tue", "wed", "thu",
					    "fri", "sat", "end" };
	struct free_week week = { .any = false };
	char found[2048] = "";
	bool was_free = false;

	assert_true(free_week_add(&week, first));
	if (second)
		assert_true(free_week_add(&week, second));
	for (int at = 0; at <= FREE_WEEK_MINUTES; at++) {
		const bool is_free = at < FREE_WEEK_MINUTES &&
				     free_week_holds(&week, at);

		if (is_free != was_free)
			sprintf(found + strlen(found), "%s%s %02d:%02d",
				is_free ? " " : "-", days[at / 1440],
				at / 60 % 24, at % 60);
		was_free = is_free;
	}
	assert_string_equal(found, runs);
}

static void windows_are_days_times_or_both(void **state)
{
	(void)state;
	expect_free("sat,sun", NULL, " sun 00:00-mon 00:00 sat 00:00-end 00:00");
	expect_free("Saturday , Sun", NULL, " sun 00:00-mon 00:00 sat 00:00-end 00:00");
	expect_free("sat-sun", NULL, " sun 00:00-mon 00:00 sat 00:00-end 00:00");
	expect_free("tue 08:15-08:16", NULL, " tue 08:15-tue 08:16");
	expect_free("mon 20:00-24:00", NULL, " mon 20:00-tue 00:00");
	expect_free("fri-mon", NULL, " sun 00:00-tue 00:00 fri 00:00-end 00:00");
	expect_free("00:00-24:00", NULL, " sun 00:00-end 00:00");
	expect_free("06:00-07:00", NULL, " sun 06:00-sun 07:00 mon 06:00-mon 07:00"
	       " tue 06:00-tue 07:00 wed 06:00-wed 07:00 thu 06:00-thu 07:00"
	       " fri 06:00-fri 07:00 sat 06:00-sat 07:00");
}

static void a_night_belongs_to_the_day_it_begins_on(void **state)
{
	(void)state;
	expect_free("fri 22:00-06:00", NULL, " fri 22:00-sat 06:00");
	expect_free("sat 22:00-06:00", NULL, " sun 00:00-sun 06:00 sat 22:00-end 00:00");
	expect_free("fri 22:00-06:00", "sat", " fri 22:00-end 00:00");
}

static void other_windows_are_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", ",", "sa", "foo", "sat-", "-sat", "24:00-06:00",
		"6:00-7:00", "06:00", "06:00-", "06:00-06:00", "06:60-07:00",
		"06:00-24:01", "06:00-25:00", "06:00-07:00 sat",
		"06:00-07:00,08:00-09:00", "sat foo", "sat 06:0a-07:00",
		"saturdayx", "mon-fri-sat", "06:00-07:00 ;",
	};

	(void)state;
	for (size_t at = 0; at < sizeof(texts) / sizeof(*texts); at++) {
		struct free_week week = { .any = false };

		if (free_week_add(&week, texts[at]))
			fail_msg("'%s' is taken", texts[at]);
	}
}

static struct free_week night;

/* Is it free, by the C library's local time? */
static bool is_free(int64_t instant)
{
	time_t time = instant;
	struct tm local;

	localtime_r(&time, &local);
	return free_week_holds(&night, local.tm_wday * 1440 +
				       local.tm_hour * 60 + local.tm_min);
}

/* Spans follow_spans each other, and each of their minutes is as the clock shows it. */
static void follow_spans(const char *zone, int64_t change)
{
	struct calendar calendar = { .first_weekday = 0 };
	struct plan_span span = { .start = 0 };
	int64_t at = change - 2 * 86400;

	while (at < change + 2 * 86400) {
		plan_span_find(&night, &calendar, at, &span);
		if (span.start > at || span.end <= at)
			fail_msg("%s: %lld is not in its span", zone,
				 (long long)at);
		for (; at < span.end; at += 30) {
			if (is_free(at) != span.is_free)
				fail_msg("%s: %lld is %sfree", zone,
					 (long long)at,
					 span.is_free ? "not " : "");
		}
		at = span.end;
	}
}

static void spans_are_as_the_clock_shows(void **state)
{
	(void)state;
	assert_true(free_week_add(&night, "01:30-06:17"));
	assert_true(free_week_add(&night, "fri 22:45-02:15"));
	assert_true(free_week_add(&night, "sun 00:00-00:20"));
	assert_true(zones_each_change(follow_spans) > 100);
}

static void without_windows_all_time_is_one(void **state)
{
	const struct free_week none = { .any = false };
	struct calendar calendar = { .first_weekday = 0 };
	struct plan_span span = { .start = 0 };

	(void)state;
	plan_span_find(&none, &calendar, 1614556860, &span);
	assert_false(span.is_free);
	assert_true(span.start == INT64_MIN && span.end == INT64_MAX);
}

/* The period of a local time, as its label. */
static void expect(const char *text, const char *time, const char *label)
{
	struct calendar calendar = { .first_weekday = 0 };
	struct schedule schedule = { .has_since = false };
	char found[SCHEDULE_LABEL_SIZE] = "none";
	struct schedule_period period;
	int64_t instant;

	if (!schedule_parse(text, &schedule))
		fail_msg("'%s' is refused", text);
	assert_int_equal(clock_parse(time, &instant), 0);
	if (schedule_find(&schedule, &calendar, instant, &period)) {
		schedule_label(&period, found);
		assert_true(instant >= period.start && instant < period.end);
	}
	assert_string_equal(found, label);
}

static void each_kind_has_its_days(void **state)
{
	(void)state;
	test_zone("Europe/Paris");
	expect("day", "2026-10-25 02:30", "2026-10-25");
	expect("week", "2026-10-24 23:59:59", "2026-10-18 - 2026-10-24");
	expect("Week From Monday", "2026-10-25 12:00", "2026-10-19 - 2026-10-25");
	expect("month", "2024-02-29 12:00", "2024-02-01 - 2024-02-29");
	expect("month from 15", "2026-01-14 23:59:59", "2025-12-15 - 2026-01-14");
	expect("month from 15", "2026-01-15 00:00", "2026-01-15 - 2026-02-14");
	expect("30 days from 2026-01-05", "2026-02-03 12:00", "2026-01-05 - 2026-02-03");
	expect("30 days from 2026-01-05", "2026-02-04 00:00", "2026-02-04 - 2026-03-05");
	expect("30 days from 2026-01-05", "2026-01-04 23:59", "none");
	expect("1 day from 2026-01-05", "2026-01-06 00:00", "2026-01-06");
	expect("prepaid from 2026-01-05", "2031-01-06 00:00", "2026-01-05 -");
	expect("prepaid from 2026-01-05 until 2026-02-05", "2026-02-05 23:59", "2026-01-05 - 2026-02-05");
	expect("prepaid from 2026-01-05 until 2026-02-05", "2026-02-06 00:00", "none");
	expect("prepaid from 2026-01-05", "2026-01-04 00:00", "none");
}

static void months_are_clamped(void **state)
{
	(void)state;
	test_zone("UTC");
	expect("month from 31", "2026-02-27 12:00", "2026-01-31 - 2026-02-27");
	expect("month from 31", "2026-02-28 00:00", "2026-02-28 - 2026-03-30");
	expect("month from 31", "2024-02-28 12:00", "2024-01-31 - 2024-02-28");
	expect("month from 31", "2024-02-29 12:00", "2024-02-29 - 2024-03-30");
	expect("month from 30", "2026-02-28 12:00", "2026-02-28 - 2026-03-29");
	expect("month from 31", "2026-04-30 00:00", "2026-04-30 - 2026-05-30");
}

static void nothing_is_before_since(void **state)
{
	struct calendar calendar = { .first_weekday = 0 };
	struct schedule schedule = { .has_since = true };
	struct schedule_period period;
	int64_t instant;

	(void)state;
	test_zone("UTC");
	assert_true(schedule_parse("month", &schedule));
	assert_true(calendar_parse_day("2026-10-20", &schedule.since));
	assert_int_equal(clock_parse("2026-10-20 00:00", &instant), 0);
	assert_false(schedule_find(&schedule, &calendar, instant - 1, &period));
	assert_true(schedule_find(&schedule, &calendar, instant, &period));
	assert_int_equal(period.start, instant);
	assert_int_equal(period.end, instant + 12 * 86400);
	assert_true(schedule_find(&schedule, &calendar, period.end, &period));
	assert_int_equal(period.end - period.start, 30 * 86400);
}

static void other_periods_are_refused(void **state)
{
	static const char *const texts[] = {
		"", "year", "days", "day 1", "week from", "week from xyz",
		"week on monday", "month from 0", "month from 32", "month from",
		"month from 15 on", "0 days from 2026-01-05", "30 days",
		"30 days from", "30 days from 2026-02-30", "4000 days from 2026-01-05",
		"30 weeks from 2026-01-05", "30 days from 2026-01-05x",
		"prepaid", "prepaid from", "prepaid from 2026-01-05 until",
		"prepaid from 2026-01-05 until 2026-01-04",
		"prepaid from 2026-01-05 until 2026-01-06 x",
	};

	(void)state;
	for (size_t at = 0; at < sizeof(texts) / sizeof(*texts); at++) {
		struct schedule schedule = { .has_since = false };

		if (schedule_parse(texts[at], &schedule))
			fail_msg("'%s' is taken", texts[at]);
	}
}

/* Around a change of the clock, periods follow each other without gap. */
static void follow(const char *zone, int64_t change)
{
	static const char *const texts[] = { "day", "week", "month from 31",
					     "3 days from 1970-01-01" };
	struct calendar calendar = { .first_weekday = 0 };

	for (size_t at = 0; at < sizeof(texts) / sizeof(*texts); at++) {
		struct schedule schedule = { .has_since = false };
		struct schedule_period before;
		struct schedule_period period;

		assert_true(schedule_parse(texts[at], &schedule));
		assert_true(schedule_find(&schedule, &calendar,
					  change - 3 * 86400, &before));
		while (before.end < change + 3 * 86400) {
			assert_true(schedule_find(&schedule, &calendar,
						  before.end, &period));
			if (period.start != before.end)
				fail_msg("%s: %s: a gap at %lld", zone,
					 texts[at], (long long)before.end);
			assert_true(schedule_find(&schedule, &calendar,
						  period.end - 1, &before));
			assert_int_equal(before.start, period.start);
			assert_int_equal(before.end, period.end);
		}
		/* A clock that goes back over midnight ends no period twice. */
		for (int64_t now = change - 7201; now < change + 7200; now += 300) {
			assert_true(schedule_find(&schedule, &calendar, now,
						  &period));
			if (now < period.start || now >= period.end)
				fail_msg("%s: %s: %lld is not in its period",
					 zone, texts[at], (long long)now);
		}
	}
}

static void no_instant_is_between_periods(void **state)
{
	(void)state;
	assert_true(zones_each_change(follow) > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_are_days_times_or_both),
		cmocka_unit_test(a_night_belongs_to_the_day_it_begins_on),
		cmocka_unit_test(other_windows_are_refused),
		cmocka_unit_test(spans_are_as_the_clock_shows),
		cmocka_unit_test(without_windows_all_time_is_one),
		cmocka_unit_test(each_kind_has_its_days),
		cmocka_unit_test(months_are_clamped),
		cmocka_unit_test(nothing_is_before_since),
		cmocka_unit_test(other_periods_are_refused),
		cmocka_unit_test(no_instant_is_between_periods),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
