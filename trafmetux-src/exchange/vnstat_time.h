/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times of vnStat: in JSON local dates and times, mostly with the instant. */
#ifndef TRAFMETUX_VNSTAT_TIME_H
#define TRAFMETUX_VNSTAT_TIME_H

#include <jansson.h>

#include "time/calendar.h"
#include "exchange/import_vnstat.h"
#include "exchange/vnstat_zone.h"

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
