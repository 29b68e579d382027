// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/zone.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "time/date.h"

/*
 * The clock is looked at so often. No zone of the database has changed its clock and
 * changed it back within less than seven days (Recife did in October 2000, within
 * seven but for an hour).
 */
#define STEP_SECONDS (6 * INT64_C(86400))

/* Nobody asks of an instant and not of those around it: so far either way it is known. */
#define REACH_SECONDS (50 * INT64_C(86400))

/* No table is longer, for want of room. */
#define LONGEST_SECONDS (140 * 365 * INT64_C(86400))

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

/*
 * Adds to the last of @count spans what follows, until @last is in one. Returns how many
 * there are then, or 0 for want of room.
 */
static size_t go_on(struct zone_span spans[ZONE_SPANS], size_t count, int64_t last)
{
	struct zone_span *span = &spans[count - 1];

	while (span->end <= last) {
		const int64_t left = last - span->end + 1;
		const int64_t next = span->end - 1 + (left < STEP_SECONDS ? left : STEP_SECONDS);
		struct zone_span seen = look(next);

		/* Two changes in one step, if they are of different kinds. */
		while (!is_same(&seen, span)) {
			if (count == ZONE_SPANS)
				return 0;
			span->end = find_change(span, next);
			span[1] = look(span->end);
			span++;
			count++;
		}
		span->end = next + 1;
	}
	return count;
}

/* Puts what was before the table in front of it, from @first on. */
static bool go_back(struct zone *zone, int64_t first)
{
	struct zone_span earlier[ZONE_SPANS];
	size_t count;

	earlier[0] = look(first);
	count = go_on(earlier, 1, zone->spans[0].start);
	if (!count || count - 1 + zone->count > ZONE_SPANS)
		return false;
	/* The last one reaches into the table: it is the table's first. */
	zone->spans[0].start = earlier[count - 1].start;
	memmove(&zone->spans[count - 1], zone->spans, zone->count * sizeof(*earlier));
	memcpy(zone->spans, earlier, (count - 1) * sizeof(*earlier));
	zone->count += count - 1;
	return true;
}

/* Makes the table longer, so that it holds the instant; false for want of room. */
static bool reach(struct zone *zone, int64_t instant)
{
	const int64_t first = zone->spans[0].start;
	const int64_t end = zone->spans[zone->count - 1].end;
	size_t count;

	if (instant < first)
		return end - instant < LONGEST_SECONDS &&
		       go_back(zone, instant - REACH_SECONDS);
	if (instant - first > LONGEST_SECONDS)
		return false;
	count = go_on(zone->spans, zone->count, instant + REACH_SECONDS);
	if (count)
		zone->count = count;
	return count;
}

/* What is known of years far from each other takes turns. */
static void learn(struct zone *zone, int64_t instant)
{
	char *before;
	const bool entered = enter(zone->name, &before);

	zone->recent = 0;
	if (!zone->count || !reach(zone, instant)) {
		zone->spans[0] = look(instant - REACH_SECONDS);
		zone->count = go_on(zone->spans, 1, instant + REACH_SECONDS);
	}
	/* A file that changes the clock more often than any zone does. */
	if (!zone->count) {
		zone->spans[0] = look(instant);
		zone->count = 1;
	}
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
		learn(zone, instant);
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
