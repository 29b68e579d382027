/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dates of the Gregorian calendar, and the days between them, whatever the zone. */
#ifndef TRAFMETUX_DATE_H
#define TRAFMETUX_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Seconds of an hour, and of a day in which no clock is changed. */
#define HOUR_SECONDS INT64_C(3600)
#define DAY_SECONDS INT64_C(86400)

/** A date of the Gregorian calendar; month and day count from 1. */
struct calendar_date {
	int year;
	int month;
	int day;
};

/** calendar_day_number - days from 1970-01-01 to a date, negative before it */
int32_t calendar_day_number(const struct calendar_date *date);

/** calendar_date_of - the date that is @day days after 1970-01-01 */
struct calendar_date calendar_date_of(int32_t day);

/** calendar_weekday - 0 Sunday to 6 Saturday */
int calendar_weekday(int32_t day);

/**
 * weekday_parse - read a day's name, or at least three letters of it
 * @word:	its first @length bytes, in any case
 *
 * Returns 0 Sunday to 6 Saturday, or -EINVAL.
 */
int weekday_parse(const char *word, size_t length);

/** calendar_format_day - write YYYY-MM-DD into @text; returns its length */
size_t calendar_format_day(int32_t day, char *text, size_t size);

/**
 * calendar_parse_day - read a valid YYYY-MM-DD of exactly ten bytes
 *
 * Returns false when it is anything else.
 */
bool calendar_parse_day(const char *text, int32_t *day);

/**
 * calendar_parse_month - read a valid YYYY-MM of exactly seven bytes
 * @day:	its first day
 *
 * Returns false when it is anything else.
 */
bool calendar_parse_month(const char *text, int32_t *day);

/** calendar_month_begin - the first day of the month that @day is in */
int32_t calendar_month_begin(int32_t day);

/** calendar_month_end - the last day of the month that @day is in */
int32_t calendar_month_end(int32_t day);

#endif
