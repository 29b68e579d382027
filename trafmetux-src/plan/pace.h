/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How fast a plan is used up: what each hour of the week has brought so far. From
 * that, how much the rest of a period will bring, and when nothing will be left.
 * tests/bench/projection measures how far off it is; docs/PROJECTION.md has that.
 */
#ifndef TRAFMETUX_PACE_H
#define TRAFMETUX_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "time/calendar.h"

#define PACE_HOURS (7 * 24)

/** How far back the archive is looked at, in seconds. */
#define PACE_WINDOW (8 * 7 * DAY_SECONDS)

/** Less than this of the archive tells nothing of weekdays. */
#define PACE_PROFILE_LEAST (14 * DAY_SECONDS)

/** The most hours that a log has. */
#define PACE_LOG_HOURS (PACE_WINDOW / HOUR_SECONDS)

/** What was counted, hour by hour. */
struct pace_log {
	int64_t start;			/* of the first hour */
	int64_t count;			/* of hours, up to PACE_LOG_HOURS */
	double bytes[PACE_LOG_HOURS];	/* below zero: of a difference */
};

/** Bytes that an hour brings. */
struct pace {
	enum {
		PACE_NONE,	/* too little is known to say anything */
		PACE_LINEAR,	/* the average of the period so far */
		PACE_PROFILE,	/* the same weekdays and hours before */
	} basis;
	double hours[PACE_HOURS];
};

/** What a pace is found from; times are epoch seconds. */
struct pace_past {
	int64_t first;		/* the first traffic there was */
	int64_t start;		/* of the period */
	int64_t end;		/* of it, or SCHEDULE_OPEN_END */
	int64_t present;
	uint64_t used;		/* in the period so far */
	const struct pace_log *log;	/* NULL: there is none */
};

/** pace_slot - which hour of the week an instant is in */
int pace_slot(struct calendar *calendar, int64_t instant);

/**
 * pace_log_begin - prepare a log of the whole hours up to the present one
 * @first:	the first traffic there was
 *
 * Returns false when they are too few to tell weekdays apart.
 */
bool pace_log_begin(struct pace_log *log, struct calendar *calendar,
		    int64_t first, int64_t present);

/** pace_log_hour - which hour of the log holds an instant; -1: none */
static inline int64_t pace_log_hour(const struct pace_log *log, int64_t instant)
{
	const int64_t hour = (instant - log->start) / HOUR_SECONDS;

	return instant < log->start || hour >= log->count ? -1 : hour;
}

/** pace_find - find the pace */
void pace_find(struct pace *pace, struct calendar *calendar,
	       const struct pace_past *past);

/** pace_expect - the bytes that are to be expected in [from, to) */
double pace_expect(const struct pace *pace, struct calendar *calendar,
		   int64_t from, int64_t to);

/**
 * pace_reach - when so many bytes will have come
 * @limit:	where to stop looking; at most 400 days are looked at
 *
 * Returns the time, or 0 when it is not reached until then.
 */
int64_t pace_reach(const struct pace *pace, struct calendar *calendar,
		   int64_t from, int64_t limit, double bytes);

#endif
