/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On which day the months of vnStat begin. It is a setting (MonthRotate, 1 unless it
 * was changed) that what vnStat 2 writes does not tell: an entry of "2026-08" may be
 * the month from August 15 on. But days are kept for 62 days, and a month all of
 * whose days are there has to be their sum.
 *
 * vnStat 2 reckons the month by the time (MonthRotate - 1) * 24 hours ago; vnStat 1
 * begins another one at its first look on that day or after it, and notes when.
 */
#ifndef TRAFMETUX_VNSTAT_MONTHS_H
#define TRAFMETUX_VNSTAT_MONTHS_H

#include "exchange/vnstat.h"
#include "time/time_range.h"

/** Instead of a day from 1 to 31: as vnStat 1 has noted. */
#define VNSTAT_AS_NOTED 0

#define VNSTAT_MONTH_DAYS 32

/** What speaks for each day, and against it, in all of a file; all 0 at first. */
struct vnstat_months {
	unsigned int agree[VNSTAT_MONTH_DAYS];	/* months that are their days' sum: 2 */
	unsigned int refute[VNSTAT_MONTH_DAYS];	/* that would not have begun yet */
};

/** vnstat_months_weigh - add what an interface's months tell */
void vnstat_months_weigh(const struct vnstat *vnstat,
			 struct vnstat_months *months);

/**
 * vnstat_months_choose - the day on which they begin
 * @day:	1 to 31, or VNSTAT_AS_NOTED
 *
 * The one that was asked for, unless @months rules it out; else the one that fits.
 * Where several fit, and it makes a difference, it has to be asked for; and where the
 * setting was changed on the way, the day of before: then months that have any days
 * tell less than these.
 *
 * Returns 0 or IMPORT_REPORTED.
 */
int vnstat_months_choose(struct vnstat *vnstat,
			 const struct vnstat_months *months, int *day);

/** vnstat_month_range - when a month was, if it began on @day */
struct time_range vnstat_month_range(const struct vnstat *vnstat,
				     const struct vnstat_span *month, int day);

/**
 * vnstat_cover - the time all of whose entries of a view are there
 *
 * Ranges that end in the future or begin before vnStat did are within it as far as
 * it goes; see vnstat_covers().
 */
struct time_range vnstat_cover(const struct vnstat *vnstat,
			       enum vnstat_view view, int day);

/** vnstat_covers - is all that vnStat counted in @range told by entries of @cover? */
bool vnstat_covers(const struct vnstat *vnstat, const struct time_range *cover,
		   const struct time_range *range);

/** The bytes of entries in a range, and with those that lie across its bounds. */
struct vnstat_parts {
	uint64_t least[VNSTAT_DIRECTIONS];
	uint64_t most[VNSTAT_DIRECTIONS];
};

/** vnstat_parts_of - the entries of @view that are in a range; of days no top ones */
struct vnstat_parts vnstat_parts_of(const struct vnstat *vnstat,
				    enum vnstat_view view, int day,
				    const struct time_range *range);

/** vnstat_agrees - can an entry be the sum of these parts? */
bool vnstat_agrees(const struct vnstat_span *span,
		   const struct vnstat_parts *parts);

#endif
