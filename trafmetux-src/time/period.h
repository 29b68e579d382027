/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The periods of reports. Every instant lies in exactly one period of each
 * kind, and each day, week, month and year is made of whole hours and days:
 * what was counted adds up to the same total whatever the report.
 */
#ifndef TRAFMETUX_PERIOD_H
#define TRAFMETUX_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "time/calendar.h"

enum period_kind {
	PERIOD_MINUTE,
	PERIOD_HOUR,
	PERIOD_DAY,
	PERIOD_WEEK,
	PERIOD_MONTH,
	PERIOD_YEAR,
	PERIOD_TOTAL,
};

/** Room for a period's label. */
#define PERIOD_LABEL_SIZE 40

/** A period in words and in time. */
struct period {
	char label[PERIOD_LABEL_SIZE];
	bool bounded;		/* false for the total: no start and end */
	int64_t start;		/* first instant, epoch seconds */
	int64_t end;		/* first instant after the last one */
};

/**
 * period_key - the period of @kind that holds @instant
 *
 * Months begin on calendar.first_month_day, or on the last day of a month that
 * is shorter; years are always those of the calendar.
 *
 * Keys sort as reports do. A minute or hour is keyed by its first instant, so
 * that an hour the clock runs through twice is two; a day or week by its (first)
 * date, a month by the count of the one it begins in, a year by its count.
 */
int64_t period_key(struct calendar *calendar, enum period_kind kind,
		   int64_t instant);

/**
 * period_run - instants around @instant that are in the same period
 * @run:	perhaps not all of them; its day has no meaning
 *
 * Of the total all instants are.
 *
 * Returns the period's key.
 */
int64_t period_run(struct calendar *calendar, enum period_kind kind,
		   int64_t instant, struct calendar_run *run);

/**
 * period_month_start - the date on which a month begins
 * @first_day:	the day of months, 0 or 1 to 31; see period_key()
 * @month:	year * 12 + month - 1
 */
int32_t period_month_start(int first_day, int64_t month);

/** period_previous - the key of the period before @key; the total has none */
int64_t period_previous(struct calendar *calendar, enum period_kind kind,
			int64_t key);

/** period_describe - label and bounds of the period @key */
void period_describe(struct calendar *calendar, enum period_kind kind,
		     int64_t key, struct period *period);

#endif
