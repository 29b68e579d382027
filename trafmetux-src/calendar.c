// SPDX-License-Identifier: GPL-2.0-or-later
#include "calendar.h"

#include "calendar_span.h"

/*
 * Further from UTC than any zone has been, and longer than any step of a
 * zone's clock: a whole day, in the Pacific, when the date line moved.
 */
#define REACH_SECONDS (26 * HOUR_SECONDS)

static int64_t offset_at(int64_t instant)
{
	struct tm local;

	calendar_local_time(instant, &local);
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

static void find_hour(int64_t instant, struct calendar_hour *hour)
{
	struct tm local;

	calendar_local_time(instant, &local);
	hour->day = calendar_local_day(&local);
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

static int64_t day_before(int64_t instant)
{
	const int64_t rest = instant % DAY_SECONDS;

	return instant - rest - (rest < 0 ? DAY_SECONDS : 0);
}

/* The hour after @hour, if @instant is in it and the clock runs evenly up to it. */
static bool go_on(const struct calendar *calendar, int64_t instant,
		  struct calendar_hour *hour)
{
	const struct calendar_span *span = &calendar->spans[calendar->recent];

	if (instant < hour->end || instant >= hour->end + HOUR_SECONDS ||
	    hour->end - hour->start != HOUR_SECONDS ||
	    !calendar_span_holds(span, hour->start - HOUR_SECONDS,
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
	span = calendar_even(calendar, instant - HOUR_SECONDS,
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
	const struct calendar_span *span = calendar_even(calendar, instant,
						     instant + 1);
	const struct calendar_hour *hour;

	if (span) {
		run->start = day_before(instant + span->shift) - span->shift;
		run->end = run->start + DAY_SECONDS;
		run->day = (int32_t)((run->start + span->shift) / DAY_SECONDS);
		if (calendar_even(calendar, run->start, run->end))
			return;
	}
	hour = calendar_hour(calendar, instant);
	*run = (struct calendar_run){ .start = hour->start, .end = hour->end,
				      .day = hour->day };
}

/* A piece of a date, later than those before. */
static void add_piece(struct calendar_run *date, int64_t start, int64_t end)
{
	if (date->start == date->end)
		date->start = start;
	date->end = end;
}

/* Looks at every hour that could bear the date, from @at up to @last. */
static void search_hours(struct calendar *calendar, struct calendar_run *date,
			 int64_t at, int64_t last)
{
	while (at < last) {
		const struct calendar_hour *hour = calendar_hour(calendar, at);

		if (hour->day == date->day)
			add_piece(date, hour->start, hour->end);
		at = hour->end;
	}
}

/*
 * Looks at the spans that could bear the date: where the clock goes on from a change
 * for an hour at least. (Among leap seconds, in the zones that count them, it does
 * not: then at the hours, from the first on.)
 */
static void search_spans(struct calendar *calendar, struct calendar_run *date,
			 int64_t at, int64_t last)
{
	while (at < last) {
		const struct calendar_span *span =
			calendar_even_up_to(calendar, at, last);
		int64_t first;
		int64_t next;

		if (!span || span->end - span->start < HOUR_SECONDS) {
			*date = (struct calendar_run){ .day = date->day };
			search_hours(calendar, date, last - DAY_SECONDS -
				     2 * REACH_SECONDS, last);
			return;
		}
		first = (int64_t)date->day * DAY_SECONDS - span->shift;
		next = first + DAY_SECONDS;
		first = first > at ? first : at;
		next = next < span->end ? next : span->end;
		if (first < next)
			add_piece(date, first, next);
		at = span->end;
	}
}

/* Where the clock is changed not far from the date. */
static bool search_day(struct calendar *calendar, int32_t day,
		       int64_t *start, int64_t *end)
{
	const int64_t utc = (int64_t)day * DAY_SECONDS;
	struct calendar_run date = { .day = day };

	search_spans(calendar, &date, utc - REACH_SECONDS,
		     utc + DAY_SECONDS + REACH_SECONDS);
	*start = date.start;
	*end = date.end;
	return date.start < date.end;
}

bool calendar_day_bounds(struct calendar *calendar, int32_t day,
			 int64_t *start, int64_t *end)
{
	const int64_t utc = (int64_t)day * DAY_SECONDS;
	const struct calendar_span *span =
		calendar_even(calendar, utc - 2 * REACH_SECONDS,
			  utc + 2 * REACH_SECONDS);

	/* On nearly all days no clock is changed the day before or after. */
	if (!span)
		return search_day(calendar, day, start, end);
	*start = utc - span->shift;
	*end = *start + DAY_SECONDS;
	return true;
}
