// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "time/free_week.h"
#include "zones.h"

/* The free minutes as "day HH:MM-HH:MM" runs, from Sunday on. */
static void expect(const char *first, const char *second, const char *runs)
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
	expect("sat,sun", NULL, " sun 00:00-mon 00:00 sat 00:00-end 00:00");
	expect("Saturday , Sun", NULL, " sun 00:00-mon 00:00 sat 00:00-end 00:00");
	expect("sat-sun", NULL, " sun 00:00-mon 00:00 sat 00:00-end 00:00");
	expect("tue 08:15-08:16", NULL, " tue 08:15-tue 08:16");
	expect("mon 20:00-24:00", NULL, " mon 20:00-tue 00:00");
	expect("fri-mon", NULL, " sun 00:00-tue 00:00 fri 00:00-end 00:00");
	expect("00:00-24:00", NULL, " sun 00:00-end 00:00");
	expect("06:00-07:00", NULL, " sun 06:00-sun 07:00 mon 06:00-mon 07:00"
	       " tue 06:00-tue 07:00 wed 06:00-wed 07:00 thu 06:00-thu 07:00"
	       " fri 06:00-fri 07:00 sat 06:00-sat 07:00");
}

static void a_night_belongs_to_the_day_it_begins_on(void **state)
{
	(void)state;
	expect("fri 22:00-06:00", NULL, " fri 22:00-sat 06:00");
	expect("sat 22:00-06:00", NULL, " sun 00:00-sun 06:00 sat 22:00-end 00:00");
	expect("fri 22:00-06:00", "sat", " fri 22:00-end 00:00");
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

/* Spans follow each other, and each of their minutes is as the clock shows it. */
static void follow(const char *zone, int64_t change)
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
	assert_true(zones_each_change(follow) > 100);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(windows_are_days_times_or_both),
		cmocka_unit_test(a_night_belongs_to_the_day_it_begins_on),
		cmocka_unit_test(other_windows_are_refused),
		cmocka_unit_test(spans_are_as_the_clock_shows),
		cmocka_unit_test(without_windows_all_time_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
