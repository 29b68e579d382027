// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "time/calendar.h"

/*
 * The clock is looked at so often. No zone of the database has changed its clock and
 * changed it back within less than seven days (Recife did in October 2000).
 */
#define STEP_SECONDS (5 * INT64_C(86400))

/* The years of nearly all traffic: from 2000, and until 2038. */
#define FIRST_INSTANT INT64_C(946512000)
#define LAST_INSTANT INT64_C(2145916800)

#define YEAR_SECONDS (365 * INT64_C(86400))

/* Where more is asked for, so much more is put in; and no table is longer. */
#define REACH_SECONDS (30 * YEAR_SECONDS)
#define LONGEST_SECONDS (140 * YEAR_SECONDS)

int zone_use(const char *name)
{
	if (setenv("TZ", name, 1))
		return -ENOMEM;
	tzset();
	return 0;
}

/*
 * Puts a zone in force; what was is kept in @before, which is NULL where TZ was not
 * set. Returns false where it is in force anyway, or can't be.
 */
static bool enter(const char *name, char **before)
{
	const char *present = getenv("TZ");

	*before = NULL;
	if (!name || (present && strcmp(present, name) == 0))
		return false;
	if (present) {
		*before = strdup(present);
		if (!*before)
			return false;
	}
	if (zone_use(name) == 0)
		return true;
	free(*before);
	return false;
}

static void leave(char *before)
{
	if (before)
		setenv("TZ", before, 1);
	else
		unsetenv("TZ");
	tzset();
	free(before);
}

/* What the clock shows minus the instant, in a span of its own. */
static struct zone_span look(int64_t instant)
{
	struct zone_span span = { .start = instant, .end = instant + 1 };
	const time_t time = (time_t)instant;
	struct calendar_date date;
	struct tm local;

	/* A C library whose time_t ends in 2038 cannot tell: it is UTC then. */
	if (time != instant || !localtime_r(&time, &local))
		return span;
	date = (struct calendar_date){ .year = local.tm_year + 1900,
				       .month = local.tm_mon + 1,
				       .day = local.tm_mday };
	span.offset = local.tm_gmtoff;
	span.shift = (int64_t)calendar_day_number(&date) * 86400 +
		     local.tm_hour * INT64_C(3600) + local.tm_min * 60 +
		     local.tm_sec - instant;
	return span;
}

static bool is_same(const struct zone_span *left, const struct zone_span *right)
{
	return left->shift == right->shift && left->offset == right->offset;
}

/* The first instant after the change that lies between the two. */
static int64_t find_change(const struct zone_span *before, int64_t after)
{
	int64_t low = before->end - 1;

	while (after - low > 1) {
		int64_t middle = low + (after - low) / 2;
		struct zone_span seen;

		/* Nearly all changes are at a full hour of UTC. */
		if (after - low > 3600 && middle % 3600)
			middle += 3600 - middle % 3600;
		if (middle >= after)
			middle = low + (after - low) / 2;
		seen = look(middle);
		if (is_same(&seen, before))
			low = middle;
		else
			after = middle;
	}
	return after;
}

/* The table from one instant to another, as far as there is room. */
static void make(struct zone *zone, int64_t first, int64_t last)
{
	struct zone_span *span = zone->spans;

	*span = look(first);
	zone->count = 1;
	zone->recent = 0;
	for (int64_t at = first; at < last; at += STEP_SECONDS) {
		const int64_t next = at + STEP_SECONDS;
		struct zone_span seen = look(next);

		/* Two changes in one step, if they are of different kinds. */
		while (!is_same(&seen, span)) {
			if (zone->count == ZONE_SPANS)
				return;
			span->end = find_change(span, next);
			span[1] = look(span->end);
			span++;
			zone->count++;
		}
		span->end = next + 1;
	}
}

/*
 * Makes a table that holds the instant, and what the one before held. Those of years
 * far from each other take turns.
 */
static void make_around(struct zone *zone, int64_t instant)
{
	int64_t first = FIRST_INSTANT;
	int64_t last = LAST_INSTANT;
	char *before;
	bool entered = enter(zone->name, &before);

	if (zone->count) {
		first = zone->spans[0].start;
		last = zone->spans[zone->count - 1].end;
	}
	if (instant < first)
		first = instant - REACH_SECONDS;
	if (instant >= last)
		last = instant + REACH_SECONDS;
	if (last - first > LONGEST_SECONDS) {
		first = instant - REACH_SECONDS;
		last = instant + REACH_SECONDS;
	}
	make(zone, first, last);
	if (instant >= zone->spans[zone->count - 1].end)
		make(zone, instant - STEP_SECONDS, instant + REACH_SECONDS);
	if (entered)
		leave(before);
}

const struct zone_span *zone_span(struct zone *zone, int64_t instant)
{
	const struct zone_span *spans = zone->spans;
	size_t low = 0;
	size_t high;

	if (!zone->count || instant < spans[0].start ||
	    instant >= spans[zone->count - 1].end)
		make_around(zone, instant);
	high = zone->count - 1;
	if (instant >= spans[zone->recent].start &&
	    instant < spans[zone->recent].end)
		return &spans[zone->recent];
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (instant < spans[middle].end)
			high = middle;
		else
			low = middle + 1;
	}
	zone->recent = low;
	return &spans[low];
}

int64_t zone_offset_start(struct zone *zone, int64_t instant, int64_t least)
{
	const struct zone_span *span = zone_span(zone, instant);
	const int64_t offset = span->offset;
	int64_t start = span->start;

	while (start > least) {
		span = zone_span(zone, start - 1);
		if (span->offset != offset)
			break;
		start = span->start;
	}
	return start > least ? start : least;
}

int64_t zone_offset_end(struct zone *zone, int64_t instant, int64_t most)
{
	const struct zone_span *span = zone_span(zone, instant);
	const int64_t offset = span->offset;
	int64_t end = span->end;

	while (end < most) {
		span = zone_span(zone, end);
		if (span->offset != offset)
			break;
		end = span->end;
	}
	return end < most ? end : most;
}

bool zone_is_leap_second(struct zone *zone, int64_t instant)
{
	const struct zone_span span = *zone_span(zone, instant);
	const struct zone_span *next;

	if (span.end != instant + 1)
		return false;
	next = zone_span(zone, span.end);
	return next->offset == span.offset && next->shift == span.shift - 1;
}
