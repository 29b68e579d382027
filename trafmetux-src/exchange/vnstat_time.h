/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times of vnStat: in JSON local dates and times, mostly with the instant. */
#ifndef TRAFMETUX_VNSTAT_TIME_H
#define TRAFMETUX_VNSTAT_TIME_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "exchange/vnstat.h"
#include "time/calendar.h"

/* Which time zone a file of vnStat's was written in, by what it tells of its times. */

/** In struct vnstat_clock: not told. */
#define VNSTAT_CLOCK_UNKNOWN (-1)

/** What a clock showed at an instant. */
struct vnstat_clock {
	int64_t instant;
	int32_t day;		/* local date, in days since 1970, or unknown */
	int hour;
	int minute;		/* or unknown */
};

/** Clocks in an array that grows; vnstat_clocks_free() releases it. */
struct vnstat_clocks {
	struct vnstat_clock *list;
	size_t count;
	size_t capacity;
};

/** vnstat_clocks_add - append a copy of @clock, unless there are enough; 0 or -ENOMEM */
int vnstat_clocks_add(struct vnstat_clocks *clocks,
		      const struct vnstat_clock *clock);

/**
 * vnstat_zone_words - say which values of --tz go with all of the clocks
 * @words:	"--tz Asia/Tokyo fits", or that none is known
 *
 * Zones are those of the zone database's own list. TZ is changed, and put back.
 */
void vnstat_zone_words(const struct vnstat_clocks *clocks, char *words,
		       size_t size);

void vnstat_clocks_free(struct vnstat_clocks *clocks);

/**
 * vnstat_time_instant - the instant that an object with "date", perhaps "time"
 * and perhaps "timestamp" tells
 *
 * Returns 0, -EXDEV when date and time are not those of the timestamp in the
 * local zone, or -EINVAL.
 */
int vnstat_time_instant(struct calendar *calendar, const json_t *object,
			int64_t *instant);

/**
 * vnstat_time_bounds - begin and end of an entry of @span's view
 *
 * Days, months and years are those of the local calendar; a month's date is that of
 * its first day. Returns as
 * vnstat_time_instant() does.
 */
int vnstat_time_bounds(struct calendar *calendar, const json_t *entry,
		       struct vnstat_span *span);

/**
 * vnstat_time_clock - append what an entry tells of the clock of who wrote it
 *
 * A date without a time is its midnight. Returns 0, also when it tells nothing, or
 * -ENOMEM.
 */
int vnstat_time_clock(const json_t *object, struct vnstat_clocks *clocks);

/**
 * vnstat_time_around - begin and end of the hour, day, month or year that holds
 * an instant, as @span's view has it
 *
 * Returns 0 or -EINVAL.
 */
int vnstat_time_around(struct calendar *calendar, int64_t instant,
		       struct vnstat_span *span);

#endif
