/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside the calendar: spans over which the local clock runs evenly. */
#ifndef TRAFMETUX_CALENDAR_SPAN_H
#define TRAFMETUX_CALENDAR_SPAN_H

#include <time.h>

#include "calendar.h"

#define HOUR_SECONDS 3600
#define DAY_SECONDS 86400

/** calendar_span_holds - does the clock run as in @span from @start up to @end? */
static inline bool calendar_span_holds(const struct calendar_span *span,
				       int64_t start, int64_t end)
{
	return start >= span->start && end <= span->end;
}

/** calendar_local_time - localtime_r(), and UTC where that can't tell */
void calendar_local_time(int64_t instant, struct tm *local);

/** calendar_local_day - the date of a local time, in days since 1970-01-01 */
int32_t calendar_local_day(const struct tm *local);

/**
 * calendar_even - the span in which the clock runs evenly from @start up to @end
 *
 * Returns NULL if it does not, or now and then if that is not easily told: the
 * caller looks at the hours then. What is found is kept: asking again is cheap. It is
 * taken that no zone has changed its clock and changed it back within a day. The
 * answer is valid until the next call.
 */
const struct calendar_span *calendar_even(struct calendar *calendar,
					  int64_t start, int64_t end);

/**
 * calendar_even_up_to - the span of one instant, as far as it goes, or up to @last
 *
 * Returns NULL where the clock is changed within that very second.
 */
const struct calendar_span *calendar_even_up_to(struct calendar *calendar,
						int64_t instant, int64_t last);

#endif
