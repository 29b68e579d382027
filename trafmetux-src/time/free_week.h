/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which minutes of the week do not count: an ISP's free nights and weekends. */
#ifndef TRAFMETUX_FREE_WEEK_H
#define TRAFMETUX_FREE_WEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "time/calendar.h"

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

#endif
