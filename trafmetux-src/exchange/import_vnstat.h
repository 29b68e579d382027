/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The overlapping views that vnStat keeps of the same traffic: pieces of five
 * minutes, hours, days, months, years and the total.
 */
#ifndef TRAFMETUX_IMPORT_VNSTAT_H
#define TRAFMETUX_IMPORT_VNSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The views, the finest first. */
enum vnstat_view {
	VNSTAT_FIVE_MINUTES,
	VNSTAT_HOUR,
	VNSTAT_DAY,
	VNSTAT_MONTH,
	VNSTAT_YEAR,
	VNSTAT_TOTAL,
	VNSTAT_VIEWS,
};

enum { VNSTAT_RX, VNSTAT_TX, VNSTAT_DIRECTIONS };

/** An entry: the bytes of each direction from start up to, not including, end. */
struct vnstat_span {
	enum vnstat_view view;
	int64_t start;
	int64_t end;
	uint64_t bytes[VNSTAT_DIRECTIONS];
	bool is_top;		/* a day of those with most traffic */
	bool is_unused;		/* vnStat 1 says that it is not in use */
	bool is_gone;		/* see vnstat_remove() */
	int32_t date;		/* of a month: see vnstat_months.h */
	int64_t latest;		/* 0, or when a rest was at the latest */
	/* found by vnstat_settle(): what no finer entry holds, and when it was */
	uint64_t rest[VNSTAT_DIRECTIONS];
	int64_t rest_since;
	int64_t rest_time;
	/* while it looks for that */
	int64_t reached;	/* the end of the last finer entry */
	bool has_gap;
	bool is_closed;		/* after it, there was a finer entry that is no top day */
};

/** vnstat_view_name - its name in vnStat's JSON */
const char *vnstat_view_name(enum vnstat_view view);

/**
 * vnstat_settle - leave each byte to the finest entry that has it
 * @spans:	in any order; one of them is the total, around all others
 *
 * What an entry has more than the finer ones in it was where there are none: before
 * the first of these, which vnStat has not kept; or, if they begin with the entry, in
 * the first gap between or after them; or, if there is no gap, at its end. Top days
 * are kept for longer than what is around them, so gaps that nothing but top days
 * parts are one, and the rest is at its end. Afterwards the spans are in the order of
 * rest_time.
 *
 * Returns 0, or -EBADMSG when an entry has less than the finer ones in it, or
 * two overlap; @bad is a copy of it.
 */
int vnstat_settle(struct vnstat_span *spans, size_t count,
		  struct vnstat_span *bad);

#endif
