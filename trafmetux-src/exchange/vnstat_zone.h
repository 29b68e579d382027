/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which time zone a file of vnStat's was written in, by what it tells of its times. */
#ifndef TRAFMETUX_VNSTAT_ZONE_H
#define TRAFMETUX_VNSTAT_ZONE_H

#include <stddef.h>
#include <stdint.h>

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

#endif
