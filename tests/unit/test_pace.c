// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "plan/pace.h"
#include "time/schedule.h"

#define HOUR 3600
#define DAY 86400
/* A Sunday, 00:00 UTC. */
#define SUNDAY INT64_C(1614470400)

static struct calendar calendar;
static struct pace_log record;

static void expect_near(double found, double wanted)
{
	if (found < wanted * 0.999 || found > wanted * 1.001)
		fail_msg("%f is not %f", found, wanted);
}

/* So many days up to Sunday in which each hour brings its number, times level. */
static void fill(int days, double level)
{
	assert_int_equal(pace_log_begin(&record, &calendar,
					SUNDAY - days * DAY, SUNDAY), days >= 14);
	for (int64_t at = 0; at < record.count; at++)
		record.bytes[at] = level *
			(pace_slot(&calendar, record.start + at * HOUR) + 1);
}

static void too_little_is_not_spoken_of(void **state)
{
	struct pace_past past = { .start = SUNDAY, .end = SUNDAY + 30 * DAY,
				  .used = 1000 };
	struct pace pace;

	(void)state;
	past.present = SUNDAY + DAY;
	pace_find(&pace, &calendar, &past);
	assert_int_equal(pace.basis, PACE_NONE);
	past.first = SUNDAY;
	past.present = SUNDAY + DAY - 1;
	pace_find(&pace, &calendar, &past);
	assert_int_equal(pace.basis, PACE_NONE);
	past.present = SUNDAY + DAY;
	pace_find(&pace, &calendar, &past);
	assert_int_equal(pace.basis, PACE_LINEAR);
	expect_near(pace_expect(&pace, &calendar, past.present, past.end),
		    29000);
	/* The archive began in the period: the time before it does not count. */
	past.first = SUNDAY + 2 * DAY;
	past.present = SUNDAY + 4 * DAY;
	pace_find(&pace, &calendar, &past);
	expect_near(pace.hours[0], 1000.0 / 48);
	/* A tenth of a short period is enough. */
	past.first = SUNDAY;
	past.end = SUNDAY + DAY;
	past.present = SUNDAY + DAY / 10;
	pace_find(&pace, &calendar, &past);
	assert_int_equal(pace.basis, PACE_LINEAR);
}

static void hours_of_the_week_are_told_apart(void **state)
{
	struct pace_past past = { .first = SUNDAY - 28 * DAY, .start = SUNDAY,
				  .end = SUNDAY + 7 * DAY, .present = SUNDAY,
				  .log = &record };
	struct pace pace;

	(void)state;
	fill(28, 1);
	pace_find(&pace, &calendar, &past);
	assert_int_equal(pace.basis, PACE_PROFILE);
	expect_near(pace.hours[0], 1);
	expect_near(pace.hours[167], 168);
	expect_near(pace_expect(&pace, &calendar, SUNDAY, SUNDAY + 7 * DAY),
		    168 * 169 / 2);
	expect_near(pace_expect(&pace, &calendar, SUNDAY + HOUR / 2,
				SUNDAY + HOUR + HOUR / 4), 0.5 + 0.5);
	/* 1 + 2 + 3 in three hours, and 2 of the 4 that come next. */
	assert_int_equal(pace_reach(&pace, &calendar, SUNDAY,
				    SUNDAY + 7 * DAY, 8),
			 SUNDAY + 3 * HOUR + HOUR / 2);
	assert_int_equal(pace_reach(&pace, &calendar, SUNDAY,
				    SUNDAY + 3 * HOUR, 8), 0);
}

static void habits_that_change_are_followed(void **state)
{
	struct pace_past past = { .first = SUNDAY - 28 * DAY, .start = SUNDAY,
				  .end = SUNDAY + 7 * DAY, .present = SUNDAY,
				  .log = &record };
	struct pace pace;

	(void)state;
	fill(28, 1);
	/* Twice as much in the last two weeks. */
	for (int64_t at = record.count - 14 * 24; at < record.count; at++)
		record.bytes[at] *= 2;
	pace_find(&pace, &calendar, &past);
	assert_true(pace.hours[100] > 101 * 1.9 && pace.hours[100] < 101 * 2.1);
}

static void logs_are_of_whole_hours(void **state)
{
	(void)state;
	assert_false(pace_log_begin(&record, &calendar, 0, SUNDAY));
	assert_false(pace_log_begin(&record, &calendar, SUNDAY + 5, SUNDAY));
	assert_int_equal(record.count, 0);
	assert_true(pace_log_begin(&record, &calendar, SUNDAY - 100 * DAY,
				   SUNDAY + 1800));
	assert_int_equal(record.count, PACE_LOG_HOURS);
	assert_int_equal(pace_log_hour(&record, SUNDAY - 1),
			 PACE_LOG_HOURS - 1);
	assert_int_equal(pace_log_hour(&record, SUNDAY), -1);
	assert_int_equal(pace_log_hour(&record, record.start - 1), -1);
	/* The first hour that is whole. */
	pace_log_begin(&record, &calendar, SUNDAY - 20 * DAY + 1, SUNDAY);
	assert_int_equal(record.start, SUNDAY - 20 * DAY + HOUR);
}

/* With nothing counted nothing is expected, and nothing divided by it. */
static void silence_stays_silence(void **state)
{
	struct pace_past past = { .first = SUNDAY - 28 * DAY, .start = SUNDAY,
				  .end = SCHEDULE_OPEN_END, .present = SUNDAY,
				  .log = &record };
	struct pace pace;

	(void)state;
	fill(28, 0);
	pace_find(&pace, &calendar, &past);
	assert_int_equal(pace_reach(&pace, &calendar, SUNDAY,
				    SCHEDULE_OPEN_END, 1), 0);
	fill(28, -1);
	pace_find(&pace, &calendar, &past);
	assert_true(pace_expect(&pace, &calendar, SUNDAY, SUNDAY + DAY) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(too_little_is_not_spoken_of),
		cmocka_unit_test(hours_of_the_week_are_told_apart),
		cmocka_unit_test(habits_that_change_are_followed),
		cmocka_unit_test(logs_are_of_whole_hours),
		cmocka_unit_test(silence_stays_silence),
	};

	test_zone("UTC");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
