// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "plan/plan_span.h"
#include "zones.h"

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
		cmocka_unit_test(spans_are_as_the_clock_shows),
		cmocka_unit_test(without_windows_all_time_is_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
