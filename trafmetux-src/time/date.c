// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/date.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"

/* Of 400 years. */
#define ERA_DAYS 146097

/* From the first of March of the year 0 to 1970. */
#define DAYS_TO_1970 719468

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
	/*
	 * Days are counted from the first of March of a year that 400 divides, so
	 * that a leap day is the last of its year, of its four years, of its 400.
	 */
	const int64_t days = (int64_t)day + DAYS_TO_1970;
	const int64_t era = days / ERA_DAYS - (days % ERA_DAYS < 0);
	const int32_t rest = (int32_t)(days - era * ERA_DAYS);
	const int32_t year = (rest - rest / 1460 + rest / 36524 -
			      rest / (ERA_DAYS - 1)) / 365;
	const int32_t in_year = rest - (year * 365 + year / 4 - year / 100);
	/* From March on, five months have 153 days, again and again. */
	const int32_t month = (in_year * 5 + 2) / 153;

	return (struct calendar_date){
		.year = (int)(era * 400) + year + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = in_year - (month * 153 + 2) / 5 + 1,
	};
}

int calendar_weekday(int32_t day)
{
	/* 1970-01-01 was a Thursday. */
	return ((day + 4) % 7 + 7) % 7;
}

int weekday_parse(const char *word, size_t length)
{
	static const char *const names[] = {
		"sunday", "monday", "tuesday", "wednesday", "thursday",
		"friday", "saturday",
	};

	for (int day = 0; length >= 3 && day < 7; day++) {
		if (length <= strlen(names[day]) &&
		    strncasecmp(word, names[day], length) == 0)
			return day;
	}
	return -EINVAL;
}

size_t calendar_format_day(int32_t day, char *text, size_t size)
{
	struct calendar_date date = calendar_date_of(day);

	if (date.year < 0 || date.year > 9999 || size <= 10)
		return (size_t)snprintf(text, size, "%04d-%02d-%02d", date.year,
					date.month, date.day);
	/* Written for each file and each row: printf() takes ten times as long. */
	number_format_pair(text, (unsigned int)date.year / 100);
	number_format_pair(text + 2, (unsigned int)date.year % 100);
	text[4] = '-';
	number_format_pair(text + 5, (unsigned int)date.month);
	text[7] = '-';
	number_format_pair(text + 8, (unsigned int)date.day);
	text[10] = '\0';
	return 10;
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

static bool parse_month(const char *text, struct calendar_date *date)
{
	return parse_digits(text, 4, &date->year) && text[4] == '-' &&
	       parse_digits(text + 5, 2, &date->month) &&
	       date->year >= 1 && date->month >= 1 && date->month <= 12;
}

static int month_length(const struct calendar_date *date)
{
	return days_before_month(date->year, date->month + 1) -
	       days_before_month(date->year, date->month);
}

bool calendar_parse_day(const char *text, int32_t *day)
{
	struct calendar_date date;

	if (!parse_month(text, &date) || text[7] != '-' ||
	    !parse_digits(text + 8, 2, &date.day) ||
	    date.day < 1 || date.day > month_length(&date))
		return false;
	*day = calendar_day_number(&date);
	return true;
}

bool calendar_parse_month(const char *text, int32_t *day)
{
	struct calendar_date date = { .day = 1 };

	if (!parse_month(text, &date))
		return false;
	*day = calendar_day_number(&date);
	return true;
}

int32_t calendar_month_begin(int32_t day)
{
	return day - calendar_date_of(day).day + 1;
}

int32_t calendar_month_end(int32_t day)
{
	const struct calendar_date date = calendar_date_of(day);

	return day - date.day + month_length(&date);
}
