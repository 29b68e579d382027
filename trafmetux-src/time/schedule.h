/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a plan's periods begin and end. */
#ifndef TRAFMETUX_SCHEDULE_H
#define TRAFMETUX_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "time/calendar.h"

/** In struct schedule_period: there is no end. */
#define SCHEDULE_OPEN_DAY INT32_MAX
#define SCHEDULE_OPEN_END INT64_MAX

/** Room for a period's label. */
#define SCHEDULE_LABEL_SIZE 32

/** What to say when schedule_parse() fails. */
#define SCHEDULE_FORMS \
	"'day', 'week [from DAY]', 'month [from 1 to 31]', 'N days from YYYY-MM-DD' or 'prepaid from YYYY-MM-DD [until YYYY-MM-DD]'"

/** Dates are in days since 1970-01-01. */
struct schedule {
	enum schedule_kind {
		SCHEDULE_DAY,
		SCHEDULE_WEEK,
		SCHEDULE_MONTH,
		SCHEDULE_DAYS,
		SCHEDULE_PREPAID,
	} kind;
	int first_weekday;	/* WEEK: 0 Sunday to 6 Saturday */
	int first_month_day;	/* MONTH: 1 to 31 */
	int32_t length;		/* DAYS: 1 to 3660 */
	int32_t first_day;	/* DAYS and PREPAID: the date it begins on */
	int32_t end_day;	/* PREPAID: after the last one, or SCHEDULE_OPEN_DAY */
	bool has_since;		/* there is nothing before this date: */
	int32_t since;
};

/** A period of a plan, of whole days; but see plan_ledger.h for edited plans. */
struct schedule_period {
	int32_t first_day;
	int32_t end_day;	/* after the last one, or SCHEDULE_OPEN_DAY */
	int64_t start;		/* first instant */
	int64_t end;		/* first instant after it, or SCHEDULE_OPEN_END */
};

/**
 * schedule_parse - read a period as SCHEDULE_FORMS has it, in any case
 *
 * Weeks begin on Sunday, months on the first, unless told otherwise. The last
 * date of "until" is one of the bucket's. has_since is left alone.
 *
 * Returns false for anything else.
 */
bool schedule_parse(const char *text, struct schedule *schedule);

/**
 * schedule_find - the period that holds an instant, in the calendar's zone
 *
 * Returns false when none does: before the first one, and after a bucket's end.
 */
bool schedule_find(const struct schedule *schedule, struct calendar *calendar,
		   int64_t instant, struct schedule_period *period);

/** schedule_first_instant - when a date began; or, if it never was, the next */
int64_t schedule_first_instant(struct calendar *calendar, int32_t day);

/** schedule_label - "2026-10-01", or "2026-10-15 - 2026-11-14" */
void schedule_label(const struct schedule_period *period,
		    char label[SCHEDULE_LABEL_SIZE]);

#endif
