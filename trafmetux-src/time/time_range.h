/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The range of a report, in words: "2026-10", "yesterday", "last 7 days". The
 * words are read first, and mean a time only with a calendar and a present.
 */
#ifndef TRAFMETUX_TIME_RANGE_H
#define TRAFMETUX_TIME_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "time/calendar.h"
#include "time/period.h"

/** In struct time_range: no bound. */
#define TIME_RANGE_START INT64_MIN
#define TIME_RANGE_END INT64_MAX

/** Instants from start up to, not including, end. */
struct time_range {
	int64_t start;
	int64_t end;
};

/** The range that holds all there is. */
#define TIME_RANGE_ALL { TIME_RANGE_START, TIME_RANGE_END }

/** time_range_holds - is @instant in the range? */
static inline bool time_range_holds(const struct time_range *range,
				    int64_t instant)
{
	return instant >= range->start && instant < range->end;
}

/** A time as it was asked for: words that were understood. */
struct time_words {
	enum {
		TIME_WORDS_NONE,	/* it was not asked for */
		TIME_WORDS_NOW,
		TIME_WORDS_INSTANT,
		TIME_WORDS_DATE,	/* a day, month or year of the calendar */
		TIME_WORDS_PERIODS,	/* some before the present one */
	} what;
	enum period_kind kind;		/* of DATE and PERIODS */
	int64_t key;			/* INSTANT: it; DATE: see period_key() */
	uint32_t oldest;		/* PERIODS: how far back, 0 the present */
	uint32_t newest;
};

#define TIME_WORDS_EXAMPLES \
	"words such as 'yesterday', 'last month', '3 days ago', 'last 7 days'"

/** What to say when time_words_parse() fails. */
#define TIME_WORDS_FORMS \
	"'YYYY[-MM[-DD [HH:MM[:SS]]]]', epoch seconds, or " \
	TIME_WORDS_EXAMPLES

/** What to say when it finds an instant, and a length of time is wanted. */
#define TIME_WORDS_PERIOD_FORMS "'YYYY[-MM[-DD]]', or " TIME_WORDS_EXAMPLES

/**
 * time_words_parse - understand a time
 *
 * Case and the number of blanks do not matter. Years have four digits, epoch
 * seconds at least nine (as from 1973), lest 20260202 be a day in 1970.
 *
 *	time   = date / date " " HH:MM [":" SS] [" " offset] / seconds / "now" / "today" /
 *		 "yesterday" / ("this" / "last") " " unit /
 *		 "last " N " " unit "s" / N " " unit ["s"] " ago"
 *	date   = YYYY / YYYY-MM / YYYY-MM-DD
 *	offset = "Z" / ("+" / "-") HH [":"] MM
 *	unit   = "minute" / "hour" / "day" / "week" / "month" / "year"
 *
 * Returns false when it is none, or a local time that never was.
 */
bool time_words_parse(const char *text, struct time_words *words);

/**
 * time_range_resolve - when the words begin and end
 * @from:	its begin is the range's, unless it is NONE
 * @to:		its end is the range's, unless it is NONE
 *
 * Weeks and months of PERIODS are the calendar's own, see period_key(). "now"
 * and instants begin and end at once. "last 7 days" are those up to and
 * including the present one. A date that never was is where it would have been.
 *
 * Returns false when the range does not hold an instant.
 */
bool time_range_resolve(struct calendar *calendar, int64_t present,
			const struct time_words *from,
			const struct time_words *to, struct time_range *range);

#endif
