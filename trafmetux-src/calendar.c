// SPDX-License-Identifier: GPL-2.0-or-later
#include "calendar.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "number.h"

#define HOUR_SECONDS 3600
#define DAY_SECONDS 86400

/* YYYY-MM-DD */
#define CALENDAR_DAY_LENGTH 10

/*
 * Further from UTC than any zone has been, and longer than any step of a
 * zone's clock: a whole day, in the Pacific, when the date line moved.
 */
#define REACH_SECONDS (26 * HOUR_SECONDS)

/* Leap days before the first of January of @year, counted from year 0. */
static int64_t leap_days_before(int64_t year)
{
	int64_t last = year - 1;

	return last / 4 - last / 100 + last / 400;
}

static bool is_leap_year(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_before_month(int year, int month)
{
	static const int days[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243,
				    273, 304, 334, 365 };

	return days[month - 1] + (month > 2 && is_leap_year(year));
}

static int64_t day_of_new_year(int64_t year)
{
	return (year - 1970) * 365 + leap_days_before(year) -
	       leap_days_before(1970);
}

int32_t calendar_day_number(const struct calendar_date *date)
{
	return (int32_t)(day_of_new_year(date->year) +
			 days_before_month(date->year, date->month) +
			 date->day - 1);
}

struct calendar_date calendar_date_of(int32_t day)
{
	/* 400 years have 146097 days: right, or one year off either way. */
	int64_t year = 1970 + (int64_t)day * 400 / 146097;
	struct calendar_date date = { .month = 1 };
	int rest;

	while (day_of_new_year(year) > day)
		year--;
	while (day_of_new_year(year + 1) <= day)
		year++;
	rest = (int)(day - day_of_new_year(year));
	date.year = (int)year;
	while (rest >= days_before_month(date.year, date.month + 1))
		date.month++;
	date.day = rest - days_before_month(date.year, date.month) + 1;
	return date;
}

int calendar_weekday(int32_t day)
{
	/* 1970-01-01 was a Thursday. */
	return ((day + 4) % 7 + 7) % 7;
}

static void local_time(int64_t instant, struct tm *local)
{
	time_t time = (time_t)instant;

	if (time == instant && localtime_r(&time, local))
		return;
	/*
	 * A C library whose time_t ends in 2038 cannot tell. Days are counted
	 * by hand in UTC, so that nothing is lost.
	 */
	int64_t day = instant / DAY_SECONDS - (instant % DAY_SECONDS < 0);
	int rest = (int)(instant - day * DAY_SECONDS);
	struct calendar_date date = calendar_date_of((int32_t)day);

	*local = (struct tm){ .tm_year = date.year - 1900,
			      .tm_mon = date.month - 1, .tm_mday = date.day,
			      .tm_hour = rest / HOUR_SECONDS,
			      .tm_min = rest / 60 % 60, .tm_sec = rest % 60 };
}

static int64_t offset_at(int64_t instant)
{
	struct tm local;

	local_time(instant, &local);
	return local.tm_gmtoff;
}

/*
 * The first instant after @before that has the offset of @after. The clock is
 * taken to change once between the two, which are at most an hour apart.
 */
static int64_t find_change(int64_t before, int64_t after)
{
	const int64_t offset = offset_at(after);

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (offset_at(middle) == offset)
			after = middle;
		else
			before = middle;
	}
	return after;
}

static void find_hour(int64_t instant, struct calendar_hour *hour)
{
	struct tm local;
	struct calendar_date date;

	local_time(instant, &local);
	date.year = local.tm_year + 1900;
	date.month = local.tm_mon + 1;
	date.day = local.tm_mday;
	hour->day = calendar_day_number(&date);
	hour->hour = local.tm_hour;
	hour->offset = local.tm_gmtoff;
	hour->nominal = instant - local.tm_min * 60 - local.tm_sec;
	hour->start = hour->nominal;
	hour->end = hour->nominal + HOUR_SECONDS;
	/* A leap second, in the zones that count them. */
	if (hour->end <= instant)
		hour->end = instant + 1;
	if (offset_at(hour->start) != hour->offset)
		hour->start = find_change(hour->start, instant);
	if (offset_at(hour->end - 1) != hour->offset)
		hour->end = find_change(instant, hour->end - 1);
}

const struct calendar_hour *calendar_hour(struct calendar *calendar,
					  int64_t instant)
{
	struct calendar_hour *hour = &calendar->hour;

	if (instant < hour->start || instant >= hour->end)
		find_hour(instant, hour);
	return hour;
}

int32_t calendar_day(struct calendar *calendar, int64_t instant)
{
	return calendar_hour(calendar, instant)->day;
}

/* Looks at every hour that could bear the date. */
static bool search_day(struct calendar *calendar, int32_t day,
		       int64_t *start, int64_t *end)
{
	const int64_t utc = (int64_t)day * DAY_SECONDS;
	const int64_t last = utc + DAY_SECONDS + REACH_SECONDS;
	int64_t at = utc - REACH_SECONDS;
	bool found = false;

	while (at < last) {
		const struct calendar_hour *hour = calendar_hour(calendar, at);

		if (hour->day == day) {
			if (!found)
				*start = hour->start;
			*end = hour->end;
			found = true;
		}
		at = hour->end;
	}
	return found;
}

bool calendar_day_bounds(struct calendar *calendar, int32_t day,
			 int64_t *start, int64_t *end)
{
	const int64_t utc = (int64_t)day * DAY_SECONDS;
	const int64_t offset = offset_at(utc);

	/* On nearly all days no clock is changed the day before or after. */
	if (offset_at(utc - 2 * REACH_SECONDS) != offset ||
	    offset_at(utc + 2 * REACH_SECONDS) != offset ||
	    offset_at(utc - offset) != offset)
		return search_day(calendar, day, start, end);
	*start = utc - offset;
	*end = *start + DAY_SECONDS;
	return true;
}

size_t calendar_format_day(int32_t day, char *text, size_t size)
{
	struct calendar_date date = calendar_date_of(day);

	/* Every row of a report has one; years have four digits there. */
	if (date.year < 0 || date.year > 9999 || size <= CALENDAR_DAY_LENGTH)
		return (size_t)snprintf(text, size, "%04d-%02d-%02d",
					date.year, date.month, date.day);
	memcpy(text, "YYYY-MM-DD", CALENDAR_DAY_LENGTH + 1);
	number_format_pair(text, (unsigned int)date.year / 100);
	number_format_pair(text + 2, (unsigned int)date.year % 100);
	number_format_pair(text + 5, (unsigned int)date.month);
	number_format_pair(text + 8, (unsigned int)date.day);
	return CALENDAR_DAY_LENGTH;
}

static bool parse_digits(const char *text, int count, int *value)
{
	*value = 0;
	for (int at = 0; at < count; at++) {
		if (text[at] < '0' || text[at] > '9')
			return false;
		*value = *value * 10 + (text[at] - '0');
	}
	return true;
}

bool calendar_parse_day(const char *text, int32_t *day)
{
	struct calendar_date date;
	int length;

	if (!parse_digits(text, 4, &date.year) || text[4] != '-' ||
	    !parse_digits(text + 5, 2, &date.month) || text[7] != '-' ||
	    !parse_digits(text + 8, 2, &date.day))
		return false;
	if (date.year < 1 || date.month < 1 || date.month > 12)
		return false;
	length = days_before_month(date.year, date.month + 1) -
		 days_before_month(date.year, date.month);
	if (date.day < 1 || date.day > length)
		return false;
	*day = calendar_day_number(&date);
	return true;
}
