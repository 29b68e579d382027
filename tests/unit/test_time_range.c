// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "time/time_range.h"

/* Wednesday. */
#define PRESENT "2026-11-18 15:30:20"

static struct calendar calendar;

static int64_t seconds(const char *text)
{
	struct time_words words;

	if (!time_words_parse(text, &words) ||
	    words.what != TIME_WORDS_INSTANT)
		fail_msg("'%s' is no instant", text);
	return words.key;
}

/* @from and @to may be NULL; the bounds are in local time. */
static void expect(const char *from, const char *to, const char *start,
		   const char *end)
{
	struct time_words words[2] = { { 0 }, { 0 } };
	struct time_range range;

	if (from && !time_words_parse(from, &words[0]))
		fail_msg("'%s' is not understood", from);
	if (to && !time_words_parse(to, &words[1]))
		fail_msg("'%s' is not understood", to);
	assert_true(time_range_resolve(&calendar, seconds(PRESENT), &words[0],
				       &words[1], &range));
	if (range.start != (start ? seconds(start) : TIME_RANGE_START))
		fail_msg("'%s' is from %lld", from, (long long)range.start);
	if (range.end != (end ? seconds(end) : TIME_RANGE_END))
		fail_msg("'%s' is to %lld", to, (long long)range.end);
}

static int start(void **state)
{
	(void)state;
	test_zone("Europe/Paris");
	calendar = (struct calendar){ 0 };
	return 0;
}

static void dates_are_whole(void **state)
{
	(void)state;
	expect("2026", "2026", "2026-01-01 00:00", "2027-01-01 00:00");
	expect("2026-10", "2026-10", "2026-10-01 00:00", "2026-11-01 00:00");
	expect("2026-12", "2026-12", "2026-12-01 00:00", "2027-01-01 00:00");
	expect("2026-10-31", "2026-10-31", "2026-10-31 00:00",
	       "2026-11-01 00:00");
	expect("2026-10-25 02:00", "2026-10-25 12:30:05", "2026-10-25 02:00",
	       "2026-10-25 12:30:05");
	expect(" 2026-10-25   12:30 ", NULL, "2026-10-25 12:30", NULL);
	expect("1225148399", "1225148400", "2008-10-27 23:59:59",
	       "2008-10-28 00:00");
	expect(NULL, NULL, NULL, NULL);
	expect(NULL, "2026-10", NULL, "2026-11-01 00:00");
}

static void words_are_periods(void **state)
{
	(void)state;
	expect("today", "today", "2026-11-18 00:00", "2026-11-19 00:00");
	expect("Yesterday", "YESTERDAY", "2026-11-17 00:00",
	       "2026-11-18 00:00");
	expect("now", NULL, PRESENT, NULL);
	expect(NULL, "now", NULL, PRESENT);
	expect("this hour", "this minute", "2026-11-18 15:00",
	       "2026-11-18 15:31");
	expect("last hour", "last minute", "2026-11-18 14:00",
	       "2026-11-18 15:30");
	expect("this week", "this week", "2026-11-15 00:00",
	       "2026-11-22 00:00");
	expect("last week", "last week", "2026-11-08 00:00",
	       "2026-11-15 00:00");
	expect("this month", "this month", "2026-11-01 00:00",
	       "2026-12-01 00:00");
	expect("last month", "last month", "2026-10-01 00:00",
	       "2026-11-01 00:00");
	expect("last year", "last year", "2025-01-01 00:00",
	       "2026-01-01 00:00");
}

static void words_may_count(void **state)
{
	(void)state;
	expect("7 days ago", "1 day ago", "2026-11-11 00:00",
	       "2026-11-18 00:00");
	expect("last 7 days", "last 7 days", "2026-11-12 00:00",
	       "2026-11-19 00:00");
	expect("last 1 day", "last 1 days", "2026-11-18 00:00",
	       "2026-11-19 00:00");
	expect("LAST 2 Weeks", NULL, "2026-11-08 00:00", NULL);
	expect("13 months ago", "1 years ago", "2025-10-01 00:00",
	       "2026-01-01 00:00");
	expect("48 hours ago", NULL, "2026-11-16 15:00", NULL);
	/* Over a change of the clock: 24 hours before, not the same time. */
	expect("600 hours ago", NULL, "2026-10-24 16:00", NULL);
}

static void weeks_and_months_are_the_readers(void **state)
{
	(void)state;
	calendar.first_weekday = 1;
	expect("this week", "this week", "2026-11-16 00:00",
	       "2026-11-23 00:00");
	calendar.first_month_day = 20;
	expect("this month", "this month", "2026-10-20 00:00",
	       "2026-11-20 00:00");
	expect("2 months ago", "last month", "2026-08-20 00:00",
	       "2026-10-20 00:00");
	/* A date is a date. */
	expect("2026-10", "2026-10", "2026-10-01 00:00", "2026-11-01 00:00");
	expect("this year", "this year", "2026-01-01 00:00",
	       "2027-01-01 00:00");
}

static void days_that_never_were_are_empty(void **state)
{
	struct time_words words;
	struct time_range range;

	(void)state;
	test_zone("Pacific/Apia");
	expect("2011-12-30", "2011-12-31", "2011-12-31 00:00",
	       "2012-01-01 00:00");
	assert_true(time_words_parse("2011-12-30", &words));
	assert_false(time_range_resolve(&calendar, 0, &words, &words, &range));
}

static void days_have_their_hours(void **state)
{
	struct time_words words;
	struct time_range range;

	(void)state;
	assert_true(time_words_parse("2026-10-25", &words));
	assert_true(time_range_resolve(&calendar, 0, &words, &words, &range));
	assert_int_equal(range.end - range.start, 25 * 3600);
}

static void empty_ranges_are_told(void **state)
{
	static const struct time_words none;
	struct time_words today;
	struct time_words yesterday;
	struct time_words now;
	struct time_range range;

	(void)state;
	assert_true(time_words_parse("today", &today));
	assert_true(time_words_parse("yesterday", &yesterday));
	assert_true(time_words_parse("now", &now));
	assert_false(time_range_resolve(&calendar, 1000000, &today, &yesterday,
					&range));
	assert_false(time_range_resolve(&calendar, 1000000, &now, &now,
					&range));
	assert_true(time_range_resolve(&calendar, 1000000, &none, &none,
				       &range));
}

static void other_words_are_refused(void **state)
{
	static const char *const words[] = {
		"", " ", "tomorrow", "last", "last days", "days ago",
		"20260202", "12345", "0 days ago", "-1 days ago", "1000001 days ago", "2 days",
		"last 7", "this", "this 2 days", "last 2 fortnights", "202",
		"2026-13", "2026-1", "2026-02-30", "2026-10-25T12:00",
		"2026-10-25 25:00", "2026-03-29 02:30", "2026-10 12:00",
		"2026-10-25 12:00 UTC", "now now", "a b c d e f",
		"99999999999999999999", "s", "ss ago",
		"0000000000000000000000000000000000000000000000000000000000000001",
	};
	struct time_words found;

	(void)state;
	for (size_t at = 0; at < sizeof(words) / sizeof(*words); at++) {
		if (time_words_parse(words[at], &found))
			fail_msg("'%s' is taken", words[at]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(dates_are_whole, start),
		cmocka_unit_test_setup(words_are_periods, start),
		cmocka_unit_test_setup(words_may_count, start),
		cmocka_unit_test_setup(weeks_and_months_are_the_readers, start),
		cmocka_unit_test_setup(days_that_never_were_are_empty, start),
		cmocka_unit_test_setup(days_have_their_hours, start),
		cmocka_unit_test_setup(empty_ranges_are_told, start),
		cmocka_unit_test_setup(other_words_are_refused, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
