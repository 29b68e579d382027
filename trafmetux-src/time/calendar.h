/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Local time: which hour and which day an instant lies in, and when a day
 * begins and ends. It is always asked what the clock shows at an instant, never when it
 * shows something: an instant has one local time, while a local time may have no
 * instant, or two.
 */
#ifndef TRAFMETUX_CALENDAR_H
#define TRAFMETUX_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "time/date.h"
#include "time/zone.h"

/** Room for a zone's name. */
#define CALENDAR_ZONE_SIZE ZONE_NAME_SIZE

/**
 * A maximal run of instants with the same local date, hour and UTC offset:
 * an hour, or where the clock was changed the piece of an hour there was.
 */
struct calendar_hour {
	int64_t start;		/* first instant */
	int64_t end;		/* first instant after it */
	int64_t nominal;	/* when the clock would have shown :00:00 */
	int32_t day;		/* local date, in days since 1970-01-01 */
	int32_t hour;		/* 0 to 23 */
	int64_t offset;		/* local time minus UTC, seconds */
};

/** What the clock shows at an instant. */
struct calendar_time {
	int32_t day;		/* in days since 1970-01-01 */
	int hour, minute;
	int second;		/* 60 in a leap second */
	int64_t offset;		/* local time minus UTC, seconds */
};

/** A run of instants with the same local date. */
struct calendar_run {
	int64_t start;
	int64_t end;			/* first instant after it */
	int32_t day;			/* in days since 1970-01-01 */
};

/** The reader's calendar. Start from { .first_weekday = ... }, in the zone in force. */
struct calendar {
	int first_weekday;		/* of weeks: 0 Sunday to 6 Saturday */
	int first_month_day;		/* of months: 0 or 1 to 31, see period.h */
	struct zone zone;	/* { .name = ... } for another than that in force */
	struct calendar_hour hour;	/* the hour asked for last */
	int32_t shown_day;		/* the date that was written last, */
	char shown[16];			/* as YYYY-MM-DD; empty: none was */
};

/**
 * calendar_hour - the local hour that holds @instant
 *
 * The answer is kept: asking again for an instant in the same hour is cheap.
 * It is valid until the next call.
 */
const struct calendar_hour *calendar_hour(struct calendar *calendar,
					  int64_t instant);

/** calendar_time - what the clock shows at @instant */
struct calendar_time calendar_time(struct calendar *calendar, int64_t instant);

/** Room for a time as calendar_format_time() writes it, and its NUL. */
#define CALENDAR_TIME_SIZE 40

/** How much of a time is written. */
enum calendar_precision {
	CALENDAR_MINUTES,	/* 2026-10-25 19:03 */
	CALENDAR_SECONDS,	/* 2026-10-25 19:03:07 */
	CALENDAR_OFFSET,	/* 2026-10-25 19:03:07 +0100 */
};

/** calendar_format_time - write the local time of @instant; returns @text */
const char *calendar_format_time(struct calendar *calendar, int64_t instant,
				 enum calendar_precision precision,
				 char text[CALENDAR_TIME_SIZE]);

/** calendar_day - the local date of @instant, in days since 1970-01-01 */
int32_t calendar_day(struct calendar *calendar, int64_t instant);

/**
 * calendar_day_run - instants around @instant that have the same local date
 *
 * Nearly always they are the whole day. Where the clock was changed they may be
 * less, but none has another date.
 */
void calendar_day_run(struct calendar *calendar, int64_t instant,
		      struct calendar_run *run);

/**
 * calendar_day_bounds - when a local date was
 * @start:	its first instant
 * @end:	the first instant after its last one
 *
 * Where the clock stepped back over midnight, instants of the neighbouring
 * date may lie between the two.
 *
 * Returns false for a date that never was in this zone.
 */
bool calendar_day_bounds(struct calendar *calendar, int32_t day,
			 int64_t *start, int64_t *end);

/**
 * calendar_show_day - a date as YYYY-MM-DD
 *
 * The answer is kept, as many rows are of one date. It is valid until the next call.
 */
const char *calendar_show_day(struct calendar *calendar, int32_t day);

/**
 * calendar_zone - the name of the local zone
 * @instant:	decides the offset where only that is known
 *
 * From TZ, the link /etc/localtime or /etc/timezone; else as "UTC+01:00".
 * Holds no spaces or control characters.
 */
void calendar_zone(struct calendar *calendar, int64_t instant,
		   char zone[CALENDAR_ZONE_SIZE]);

#endif
