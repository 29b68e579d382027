/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a plan's periods begin and end, and which minutes do not count in them. */
#ifndef TRAFMETUX_SCHEDULE_H
#define TRAFMETUX_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "time/calendar.h"

/* Which minutes of the week do not count: an ISP's free nights and weekends. */

#define FREE_WEEK_MINUTES (7 * 24 * 60)

/** All zero: every minute counts. */
struct free_week {
	bool any;				/* some minute is free */
	uint8_t bits[FREE_WEEK_MINUTES / 8];	/* from Sunday 00:00 on */
};

/** What to say when free_week_add() fails. */
#define FREE_WEEK_FORMS \
	"days, times or both, such as 'sat,sun', '00:00-06:00' or 'mon-fri 22:00-06:00'"

/**
 * free_week_add - make a window free
 *
 *	window = [days] [from "-" to]
 *	days   = day [ "-" day ] *( "," day [ "-" day ] )
 *	from, to = HH:MM		00:00 to 24:00
 *
 * Without days it is every day, without times all day. A window that ends
 * before the time it begins reaches into the next day; it can't end at that time.
 *
 * Returns false for anything else; @week may have changed then.
 */
bool free_week_add(struct free_week *week, const char *window);

/** free_week_holds - is a minute free? 0 is the first one of Sunday */
static inline bool free_week_holds(const struct free_week *week, int minute)
{
	return week->bits[minute / 8] >> minute % 8 & 1;
}

/* Instants that are all free or all count. */

struct plan_span {
	int64_t start;
	int64_t end;		/* first instant after it */
	bool is_free;
};

/**
 * plan_span_find - the span that holds an instant
 * @span:	all zero, or the last answer, which is kept if it still holds
 *
 * Without free windows it is all of time; else it ends with the local hour at
 * the latest.
 */
void plan_span_find(const struct free_week *week, struct calendar *calendar,
		    int64_t instant, struct plan_span *span);

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
