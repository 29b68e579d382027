// SPDX-License-Identifier: GPL-2.0-or-later
/* Dates, and the days between them, whatever the zone. */
#include <stdio.h>

#include "calendar.h"

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

size_t calendar_format_day(int32_t day, char *text, size_t size)
{
	struct calendar_date date = calendar_date_of(day);
	const int numbers[] = { date.year / 100, date.year % 100, date.month,
				date.day };
	size_t length = 0;

	if (date.year < 0 || date.year > 9999 || size <= 10)
		return (size_t)snprintf(text, size, "%04d-%02d-%02d", date.year,
					date.month, date.day);
	/* Written for each file and each row: printf() takes ten times as long. */
	for (size_t at = 0; at < sizeof(numbers) / sizeof(*numbers); at++) {
		if (at > 1)
			text[length++] = '-';
		text[length++] = (char)('0' + numbers[at] / 10);
		text[length++] = (char)('0' + numbers[at] % 10);
	}
	text[length] = '\0';
	return length;
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
