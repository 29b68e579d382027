// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/period.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

/* The start of the minute that holds @instant, and its end. */
static int64_t minute_bounds(struct calendar *calendar, int64_t instant,
			     int64_t *end)
{
	const struct calendar_hour *hour = calendar_hour(calendar, instant);
	int64_t start = instant - (instant - hour->nominal) % 60;

	*end = start + 60 < hour->end ? start + 60 : hour->end;
	return start > hour->start ? start : hour->start;
}

static int32_t first_of_month(int64_t month)
{
	struct calendar_date date = { .year = (int)(month / 12),
				      .month = (int)(month % 12) + 1,
				      .day = 1 };

	return calendar_day_number(&date);
}

int32_t period_month_start(int first_day, int64_t month)
{
	const int32_t first = first_of_month(month);
	const int32_t length = first_of_month(month + 1) - first;

	if (first_day <= 1)
		return first;
	return first + (first_day < length ? first_day : length) - 1;
}

static int32_t month_start(const struct calendar *calendar, int64_t month)
{
	return period_month_start(calendar->first_month_day, month);
}

/* The period of a kind that is made of days. */
static int64_t key_of_day(const struct calendar *calendar,
			  enum period_kind kind, int32_t day)
{
	struct calendar_date date;
	int64_t month;

	switch (kind) {
	case PERIOD_WEEK:
		return day - (calendar_weekday(day) -
			      calendar->first_weekday + 7) % 7;
	case PERIOD_MONTH:
		date = calendar_date_of(day);
		month = (int64_t)date.year * 12 + date.month - 1;
		if (date.day >= calendar->first_month_day)
			return month;
		return month - (day < month_start(calendar, month));
	case PERIOD_YEAR:
		return calendar_date_of(day).year;
	default:
		return day;
	}
}

int64_t period_run(struct calendar *calendar, enum period_kind kind,
		   int64_t instant, struct calendar_run *run)
{
	const struct calendar_hour *hour;

	switch (kind) {
	case PERIOD_MINUTE:
		run->start = minute_bounds(calendar, instant, &run->end);
		return run->start;
	case PERIOD_HOUR:
		hour = calendar_hour(calendar, instant);
		run->start = hour->start;
		run->end = hour->end;
		return hour->start;
	case PERIOD_TOTAL:
		run->start = INT64_MIN;
		run->end = INT64_MAX;
		return 0;
	default:
		calendar_day_run(calendar, instant, run);
		return key_of_day(calendar, kind, run->day);
	}
}

int64_t period_key(struct calendar *calendar, enum period_kind kind,
		   int64_t instant)
{
	struct calendar_run run;

	return period_run(calendar, kind, instant, &run);
}

int64_t period_previous(struct calendar *calendar, enum period_kind kind,
			int64_t key)
{
	int64_t start;
	int64_t end;

	switch (kind) {
	case PERIOD_MINUTE:
	case PERIOD_HOUR:
		return period_key(calendar, kind, key - 1);
	case PERIOD_DAY:
		/* Some zones left a day out. */
		do {
			key--;
		} while (!calendar_day_bounds(calendar, (int32_t)key, &start,
					      &end));
		return key;
	case PERIOD_WEEK:
		return key - 7;
	default:
		return key - 1;
	}
}

/* The dates from @first up to, not including, @last; some may never have been. */
static void describe_days(struct calendar *calendar, int32_t first,
			  int32_t last, struct period *period)
{
	int64_t start;
	int64_t end;

	while (first < last &&
	       !calendar_day_bounds(calendar, first, &period->start, &end))
		first++;
	while (last > first &&
	       !calendar_day_bounds(calendar, last - 1, &start, &period->end))
		last--;
}

/* "YYYY-MM-DD HH:MM-HH:MM": both ends by the clock that the period ran on. */
static void describe_times(struct calendar *calendar, struct period *period)
{
	const struct calendar_hour *hour = calendar_hour(calendar,
							 period->start);
	int from = hour->hour * 60 + (int)((period->start - hour->nominal) / 60);
	int to = hour->hour * 60 + (int)((period->end - hour->nominal) / 60);
	char *text = stpcpy(period->label,
			    calendar_show_day(calendar, hour->day));

	memcpy(text, " HH:MM-HH:MM", sizeof(" HH:MM-HH:MM"));
	number_format_pair(text + 1, (unsigned int)(from / 60));
	number_format_pair(text + 4, (unsigned int)(from % 60));
	number_format_pair(text + 7, (unsigned int)(to / 60 % 24));
	number_format_pair(text + 10, (unsigned int)(to % 60));
}

/* "YYYY-MM-DD - YYYY-MM-DD" for the dates from @first up to before @end. */
static void describe_dates(int32_t first, int32_t end, struct period *period)
{
	size_t length = calendar_format_day(first, period->label,
					    sizeof(period->label));

	length += (size_t)snprintf(period->label + length,
				   sizeof(period->label) - length, " - ");
	calendar_format_day(end - 1, period->label + length,
			    sizeof(period->label) - length);
}

static void describe_month(struct calendar *calendar, int64_t month,
			   struct period *period)
{
	const int32_t first = month_start(calendar, month);
	const int32_t end = month_start(calendar, month + 1);

	describe_days(calendar, first, end, period);
	if (calendar->first_month_day > 1)
		describe_dates(first, end, period);
	else
		snprintf(period->label, sizeof(period->label),
			 "%04" PRId64 "-%02" PRId64, month / 12,
			 month % 12 + 1);
}

void period_describe(struct calendar *calendar, enum period_kind kind,
		     int64_t key, struct period *period)
{
	const int32_t day = (int32_t)key;

	*period = (struct period){ .bounded = kind != PERIOD_TOTAL };
	switch (kind) {
	case PERIOD_MINUTE:
		period->start = minute_bounds(calendar, key, &period->end);
		describe_times(calendar, period);
		break;
	case PERIOD_HOUR:
		period->start = key;
		period->end = calendar_hour(calendar, key)->end;
		describe_times(calendar, period);
		break;
	case PERIOD_DAY:
		describe_days(calendar, day, day + 1, period);
		calendar_format_day(day, period->label, sizeof(period->label));
		break;
	case PERIOD_WEEK:
		describe_days(calendar, day, day + 7, period);
		describe_dates(day, day + 7, period);
		break;
	case PERIOD_MONTH:
		describe_month(calendar, key, period);
		break;
	case PERIOD_YEAR:
		describe_days(calendar, first_of_month(key * 12),
			      first_of_month(key * 12 + 12), period);
		snprintf(period->label, sizeof(period->label), "%04" PRId64,
			 key);
		break;
	case PERIOD_TOTAL:
		strcpy(period->label, "total");
		break;
	}
}
