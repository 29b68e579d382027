// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/schedule.h"

#include <stdio.h>

#include "time/period.h"

static int32_t later(int32_t left, int32_t right)
{
	return left > right ? left : right;
}

/* Days from @first, in steps of @length, up to @day; also before @first. */
static int32_t step_down(int32_t day, int32_t first, int32_t length)
{
	return day - ((day - first) % length + length) % length;
}

static void find_month(int first_day, int32_t day, int32_t *first, int32_t *end)
{
	const struct calendar_date date = calendar_date_of(day);
	int64_t month = (int64_t)date.year * 12 + date.month - 1;

	if (day < period_month_start(first_day, month))
		month--;
	*first = period_month_start(first_day, month);
	*end = period_month_start(first_day, month + 1);
}

/* The dates of the period that holds a date; false when there is none. */
static bool find_days(const struct schedule *schedule, int32_t day,
		      int32_t *first, int32_t *end)
{
	*first = day;
	*end = day + 1;
	switch (schedule->kind) {
	case SCHEDULE_DAY:
		break;
	case SCHEDULE_WEEK:
		*first = day - (calendar_weekday(day) -
				schedule->first_weekday + 7) % 7;
		*end = *first + 7;
		break;
	case SCHEDULE_MONTH:
		find_month(schedule->first_month_day, day, first, end);
		break;
	case SCHEDULE_DAYS:
		*first = step_down(day, schedule->first_day, schedule->length);
		*end = *first + schedule->length;
		break;
	case SCHEDULE_PREPAID:
		*first = schedule->first_day;
		*end = schedule->end_day;
		break;
	}
	if (schedule->kind >= SCHEDULE_DAYS && day < schedule->first_day)
		return false;
	if (schedule->has_since) {
		if (day < schedule->since)
			return false;
		*first = later(*first, schedule->since);
	}
	return day < *end;
}

int64_t schedule_first_instant(struct calendar *calendar, int32_t day)
{
	int64_t start = 0;
	int64_t end;

	/* A zone that moved over the date line has left out a day, no more. */
	if (!calendar_day_bounds(calendar, day, &start, &end))
		calendar_day_bounds(calendar, day + 1, &start, &end);
	return start;
}

bool schedule_find(const struct schedule *schedule, struct calendar *calendar,
		   int64_t instant, struct schedule_period *period)
{
	int32_t day = calendar_day(calendar, instant);

	/*
	 * A clock that was set back over midnight shows the old date again; the
	 * period that began stays.
	 */
	if (instant >= schedule_first_instant(calendar, day + 1))
		day++;
	if (!find_days(schedule, day, &period->first_day, &period->end_day))
		return false;
	period->start = schedule_first_instant(calendar, period->first_day);
	period->end = period->end_day == SCHEDULE_OPEN_DAY ?
		SCHEDULE_OPEN_END :
		schedule_first_instant(calendar, period->end_day);
	return true;
}

void schedule_label(const struct schedule_period *period,
		    char label[SCHEDULE_LABEL_SIZE])
{
	size_t length = calendar_format_day(period->first_day, label,
					    SCHEDULE_LABEL_SIZE);

	if (period->end_day == period->first_day + 1)
		return;
	length += (size_t)snprintf(label + length,
				   SCHEDULE_LABEL_SIZE - length, " -");
	if (period->end_day == SCHEDULE_OPEN_DAY)
		return;
	label[length++] = ' ';
	calendar_format_day(period->end_day - 1, label + length,
			    SCHEDULE_LABEL_SIZE - length);
}
