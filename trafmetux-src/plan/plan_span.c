// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_span.h"

#define MINUTE 60

static bool is_free(const struct free_week *week,
		    const struct calendar_hour *hour, int64_t minute)
{
	return free_week_holds(week, calendar_weekday(hour->day) * 24 * 60 +
				     hour->hour * 60 + (int)minute);
}

void plan_span_find(const struct free_week *week, struct calendar *calendar,
		    int64_t instant, struct plan_span *span)
{
	const struct calendar_hour *hour;
	int64_t first;
	int64_t last;

	if (instant >= span->start && instant < span->end)
		return;
	if (!week->any) {
		*span = (struct plan_span){ INT64_MIN, INT64_MAX, false };
		return;
	}
	hour = calendar_hour(calendar, instant);
	first = (instant - hour->nominal) / MINUTE;
	/* A leap second, in the zones that count them. */
	if (first > 59)
		first = 59;
	last = first;
	span->is_free = is_free(week, hour, first);
	while (first > 0 && is_free(week, hour, first - 1) == span->is_free)
		first--;
	while (last < 59 && is_free(week, hour, last + 1) == span->is_free)
		last++;
	span->start = hour->nominal + first * MINUTE;
	span->end = last == 59 ? hour->end :
				 hour->nominal + (last + 1) * MINUTE;
	if (span->start < hour->start)
		span->start = hour->start;
	if (span->end > hour->end)
		span->end = hour->end;
}
