// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/calendar.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Further from UTC than any zone has been, and longer than any step of a
 * zone's clock: a whole day, in the Pacific, when the date line moved.
 */
#define REACH_SECONDS ZONE_APART

static int64_t day_before(int64_t instant)
{
	const int64_t rest = instant % DAY_SECONDS;

	return instant - rest - (rest < 0 ? DAY_SECONDS : 0);
}

/* The span in which the clock runs evenly from @start up to @end; or NULL. */
static const struct zone_span *even_span(struct calendar *calendar,
					 int64_t start, int64_t end)
{
	const struct zone_span *span = zone_span(&calendar->zone, start);

	return end <= span->end ? span : NULL;
}

struct calendar_time calendar_time(struct calendar *calendar, int64_t instant)
{
	const struct zone_span *span = zone_span(&calendar->zone, instant);
	const bool is_leap = zone_is_leap_second(&calendar->zone, instant);
	const int64_t offset = span->offset;
	/* A leap second is the 61st of the minute before. */
	const int64_t shown = instant + span->shift - is_leap;
	const int64_t midnight = day_before(shown);
	const int rest = (int)(shown - midnight);

	return (struct calendar_time){
		.day = (int32_t)(midnight / DAY_SECONDS),
		.hour = rest / HOUR_SECONDS, .minute = rest / 60 % 60,
		.second = rest % 60 + is_leap, .offset = offset,
	};
}

const char *calendar_format_time(struct calendar *calendar, int64_t instant,
				 enum calendar_precision precision,
				 char text[CALENDAR_TIME_SIZE])
{
	const struct calendar_time time = calendar_time(calendar, instant);
	const int offset = abs((int)time.offset / 60);
	size_t length = calendar_format_day(time.day, text, CALENDAR_TIME_SIZE);

	length += (size_t)snprintf(text + length, CALENDAR_TIME_SIZE - length,
				   " %02d:%02d", time.hour, time.minute);
	if (precision != CALENDAR_MINUTES)
		length += (size_t)snprintf(text + length,
					   CALENDAR_TIME_SIZE - length,
					   ":%02d", time.second);
	if (precision == CALENDAR_OFFSET)
		snprintf(text + length, CALENDAR_TIME_SIZE - length,
			 " %c%02d%02d", time.offset < 0 ? '-' : '+',
			 offset / 60, offset % 60);
	return text;
}

/* Near a change of the clock. */
static void find_hour(struct calendar *calendar, int64_t instant,
		      struct calendar_hour *hour)
{
	const struct calendar_time time = calendar_time(calendar, instant);

	hour->day = time.day;
	hour->hour = time.hour;
	hour->offset = time.offset;
	hour->nominal = instant - time.minute * 60 - time.second;
	hour->start = hour->nominal;
	hour->end = hour->nominal + HOUR_SECONDS;
	/* A leap second, in the zones that count them. */
	if (hour->end <= instant)
		hour->end = instant + 1;
	hour->start = zone_offset_start(&calendar->zone, instant, hour->start);
	hour->end = zone_offset_end(&calendar->zone, instant, hour->end);
}

/* The hour after @hour, if @instant is in it and the clock runs evenly up to it. */
static bool go_on(struct calendar *calendar, int64_t instant,
		  struct calendar_hour *hour)
{
	if (instant < hour->end || instant >= hour->end + HOUR_SECONDS ||
	    hour->end - hour->start != HOUR_SECONDS ||
	    !even_span(calendar, hour->start, hour->end + 2 * HOUR_SECONDS))
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
	const struct zone_span *span;
	int64_t shown;
	int64_t midnight;

	if ((instant >= hour->start && instant < hour->end) ||
	    go_on(calendar, instant, hour))
		return hour;
	span = even_span(calendar, instant - HOUR_SECONDS,
			 instant + HOUR_SECONDS);
	if (!span) {
		find_hour(calendar, instant, hour);
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
	const struct zone_span *span = zone_span(&calendar->zone, instant);
	const struct calendar_hour *hour;

	run->start = day_before(instant + span->shift) - span->shift;
	run->end = run->start + DAY_SECONDS;
	run->day = (int32_t)((run->start + span->shift) / DAY_SECONDS);
	if (run->start >= span->start && run->end <= span->end)
		return;
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

/* Where the clock is changed not far from the date: hour by hour. */
static bool search_day(struct calendar *calendar, int32_t day,
		       int64_t *start, int64_t *end)
{
	const int64_t utc = (int64_t)day * DAY_SECONDS;
	struct calendar_run date = { .day = day };
	int64_t at = utc - REACH_SECONDS;

	while (at < utc + DAY_SECONDS + REACH_SECONDS) {
		const struct calendar_hour *hour = calendar_hour(calendar, at);

		if (hour->day == date.day)
			add_piece(&date, hour->start, hour->end);
		at = hour->end;
	}
	*start = date.start;
	*end = date.end;
	return date.start < date.end;
}

bool calendar_day_bounds(struct calendar *calendar, int32_t day,
			 int64_t *start, int64_t *end)
{
	const int64_t utc = (int64_t)day * DAY_SECONDS;
	const struct zone_span *span = even_span(calendar, utc - REACH_SECONDS,
						 utc + DAY_SECONDS +
						 REACH_SECONDS);

	/* On nearly all days no clock is changed the day before or after. */
	if (!span)
		return search_day(calendar, day, start, end);
	*start = utc - span->shift;
	*end = *start + DAY_SECONDS;
	return true;
}

const char *calendar_show_day(struct calendar *calendar, int32_t day)
{
	if (!*calendar->shown || day != calendar->shown_day)
		calendar_format_day(day, calendar->shown,
				    sizeof(calendar->shown));
	calendar->shown_day = day;
	return calendar->shown;
}

void calendar_zone(struct calendar *calendar, int64_t instant,
		   char zone[CALENDAR_ZONE_SIZE])
{
	zone_name(&calendar->zone, instant, zone);
}
