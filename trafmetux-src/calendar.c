// SPDX-License-Identifier: GPL-2.0-or-later
#include "calendar.h"

#include <time.h>

#define HOUR_SECONDS 3600
#define DAY_SECONDS 86400

/*
 * Further from UTC than any zone has been, and longer than any step of a
 * zone's clock: a whole day, in the Pacific, when the date line moved.
 */
#define REACH_SECONDS (26 * HOUR_SECONDS)

static void local_time(int64_t instant, struct tm *local)
{
	time_t time = (time_t)instant;

	if (time == instant && localtime_r(&time, local))
		return;
	/*
	 * A C library whose time_t ends in 2038 cannot tell. Days are counted
	 * by hand in UTC, so that nothing is lost.
	 */
	int64_t day = instant / DAY_SECONDS - (instant % DAY_SECONDS < 0);
	int rest = (int)(instant - day * DAY_SECONDS);
	struct calendar_date date = calendar_date_of((int32_t)day);

	*local = (struct tm){ .tm_year = date.year - 1900,
			      .tm_mon = date.month - 1, .tm_mday = date.day,
			      .tm_hour = rest / HOUR_SECONDS,
			      .tm_min = rest / 60 % 60, .tm_sec = rest % 60 };
}

static int64_t offset_at(int64_t instant)
{
	struct tm local;

	local_time(instant, &local);
	return local.tm_gmtoff;
}

/*
 * The first instant after @before that has the offset of @after. The clock is
 * taken to change once between the two, which are at most an hour apart.
 */
static int64_t find_change(int64_t before, int64_t after)
{
	const int64_t offset = offset_at(after);

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (offset_at(middle) == offset)
			after = middle;
		else
			before = middle;
	}
	return after;
}

static int32_t day_of(const struct tm *local)
{
	const struct calendar_date date = {
		.year = local->tm_year + 1900,
		.month = local->tm_mon + 1,
		.day = local->tm_mday,
	};

	return calendar_day_number(&date);
}

static void find_hour(int64_t instant, struct calendar_hour *hour)
{
	struct tm local;

	local_time(instant, &local);
	hour->day = day_of(&local);
	hour->hour = local.tm_hour;
	hour->offset = local.tm_gmtoff;
	hour->nominal = instant - local.tm_min * 60 - local.tm_sec;
	hour->start = hour->nominal;
	hour->end = hour->nominal + HOUR_SECONDS;
	/* A leap second, in the zones that count them. */
	if (hour->end <= instant)
		hour->end = instant + 1;
	if (offset_at(hour->start) != hour->offset)
		hour->start = find_change(hour->start, instant);
	if (offset_at(hour->end - 1) != hour->offset)
		hour->end = find_change(instant, hour->end - 1);
}

/* What the clock shows, in seconds since it would have shown 1970-01-01 00:00. */
static int64_t clock_at(int64_t instant, int64_t *offset)
{
	struct tm local;

	local_time(instant, &local);
	*offset = local.tm_gmtoff;
	return (int64_t)day_of(&local) * DAY_SECONDS +
	       local.tm_hour * HOUR_SECONDS + local.tm_min * 60 + local.tm_sec;
}

static int64_t day_before(int64_t instant)
{
	const int64_t rest = instant % DAY_SECONDS;

	return instant - rest - (rest < 0 ? DAY_SECONDS : 0);
}

/* Is the clock at @instant, a day from the span's end, as it is in the span? */
static bool continues(const struct calendar_span *span, int64_t instant)
{
	int64_t offset;

	return clock_at(instant, &offset) - instant == span->shift &&
	       offset == span->offset;
}

static bool holds(const struct calendar_span *span, int64_t start, int64_t end)
{
	return start >= span->start && end <= span->end;
}

/* A span that holds the instants or is at most a day away from them, or a new one. */
static struct calendar_span *find_span(struct calendar *calendar, int64_t start,
				       int64_t end)
{
	struct calendar_span *span;
	size_t near = CALENDAR_SPANS;

	for (size_t at = 0; at < calendar->span_count; at++) {
		span = &calendar->spans[at];
		if (start >= span->end + DAY_SECONDS ||
		    end <= span->start - DAY_SECONDS)
			continue;
		near = at;
		if (holds(span, start, end))
			break;
	}
	if (near < CALENDAR_SPANS) {
		calendar->recent = near;
		return &calendar->spans[near];
	}
	if (calendar->span_count < CALENDAR_SPANS)
		calendar->recent = calendar->span_count++;
	else
		calendar->recent = (calendar->recent + 1) % CALENDAR_SPANS;
	span = &calendar->spans[calendar->recent];
	span->start = day_before(start);
	span->end = span->start;
	span->shift = clock_at(span->start, &span->offset) - span->start;
	return span;
}

/*
 * The span in which the clock runs evenly from @start to @end, or NULL if it does
 * not. It is asked once a day: no zone has changed its clock and changed it back
 * within a day. Where it was changed, the answer is no for the whole day.
 */
static const struct calendar_span *find_even(struct calendar *calendar,
					     int64_t start, int64_t end)
{
	struct calendar_span *span = &calendar->spans[calendar->recent];

	/* Of no span yet, start and end are 0. */
	if (holds(span, start, end) && span->start < span->end)
		return span;
	span = find_span(calendar, start, end);
	while (span->end < end) {
		if (!continues(span, span->end + DAY_SECONDS))
			return NULL;
		span->end += DAY_SECONDS;
	}
	while (span->start > start) {
		if (!continues(span, span->start - DAY_SECONDS))
			return NULL;
		span->start -= DAY_SECONDS;
	}
	return span;
}

/* The hour after @hour, if @instant is in it and the clock runs evenly up to it. */
static bool go_on(const struct calendar *calendar, int64_t instant,
		  struct calendar_hour *hour)
{
	const struct calendar_span *span = &calendar->spans[calendar->recent];

	if (instant < hour->end || instant >= hour->end + HOUR_SECONDS ||
	    hour->end - hour->start != HOUR_SECONDS ||
	    !holds(span, hour->start - HOUR_SECONDS,
		   hour->end + 2 * HOUR_SECONDS))
		return false;
	hour->start += HOUR_SECONDS;
	hour->end += HOUR_SECONDS;
	hour->nominal += HOUR_SECONDS;
	hour->hour++;
	if (hour->hour == 24) {
		hour->hour = 0;
		hour->day++;
	}
	return true;
}

const struct calendar_hour *calendar_hour(struct calendar *calendar,
					  int64_t instant)
{
	struct calendar_hour *hour = &calendar->hour;
	const struct calendar_span *span;
	int64_t shown;
	int64_t midnight;

	if ((instant >= hour->start && instant < hour->end) ||
	    go_on(calendar, instant, hour))
		return hour;
	span = find_even(calendar, instant - HOUR_SECONDS,
			 instant + HOUR_SECONDS);
	if (!span) {
		find_hour(instant, hour);
		return hour;
	}
	shown = instant + span->shift;
	midnight = day_before(shown);
	hour->day = (int32_t)(midnight / DAY_SECONDS);
	hour->hour = (int32_t)((shown - midnight) / HOUR_SECONDS);
	hour->offset = span->offset;
	hour->nominal = instant - (shown - midnight) % HOUR_SECONDS;
	hour->start = hour->nominal;
	hour->end = hour->nominal + HOUR_SECONDS;
	return hour;
}

int32_t calendar_day(struct calendar *calendar, int64_t instant)
{
	return calendar_hour(calendar, instant)->day;
}

void calendar_day_run(struct calendar *calendar, int64_t instant,
		      struct calendar_run *run)
{
	const struct calendar_span *span = find_even(calendar, instant, instant);
	const struct calendar_hour *hour;

	if (span) {
		run->start = day_before(instant + span->shift) - span->shift;
		run->end = run->start + DAY_SECONDS;
		run->day = (int32_t)((run->start + span->shift) / DAY_SECONDS);
		if (find_even(calendar, run->start, run->end))
			return;
	}
	hour = calendar_hour(calendar, instant);
	*run = (struct calendar_run){ .start = hour->start, .end = hour->end,
				      .day = hour->day };
}

/* Looks at every hour that could bear the date. */
static bool search_day(struct calendar *calendar, int32_t day,
		       int64_t *start, int64_t *end)
{
	const int64_t utc = (int64_t)day * DAY_SECONDS;
	const int64_t last = utc + DAY_SECONDS + REACH_SECONDS;
	int64_t at = utc - REACH_SECONDS;
	bool found = false;

	while (at < last) {
		const struct calendar_hour *hour = calendar_hour(calendar, at);

		if (hour->day == day) {
			if (!found)
				*start = hour->start;
			*end = hour->end;
			found = true;
		}
		at = hour->end;
	}
	return found;
}

bool calendar_day_bounds(struct calendar *calendar, int32_t day,
			 int64_t *start, int64_t *end)
{
	const int64_t utc = (int64_t)day * DAY_SECONDS;
	const struct calendar_span *span =
		find_even(calendar, utc - 2 * REACH_SECONDS,
			  utc + 2 * REACH_SECONDS);

	/* On nearly all days no clock is changed the day before or after. */
	if (!span)
		return search_day(calendar, day, start, end);
	*start = utc - span->shift;
	*end = *start + DAY_SECONDS;
	return true;
}
