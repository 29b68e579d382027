// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/zone.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "time/date.h"

/* Which values of TZ mean a zone: names of files, and POSIX's rules. */

#define DATABASE "/usr/share/zoneinfo"

/* A zone's file begins with four letters, RFC 8536 says. */
static bool is_zone_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char magic[4];
	bool found;

	if (!file)
		return false;
	found = fread(magic, sizeof(magic), 1, file) == 1 &&
		memcmp(magic, "TZif", sizeof(magic)) == 0;
	fclose(file);
	return found;
}

static bool is_in_database(const char *name)
{
	const char *database = getenv("TZDIR");
	char path[PATH_MAX];
	int length;

	if (*name == '/')
		return is_zone_file(name);
	length = snprintf(path, sizeof(path), "%s/%s",
			  database ? database : DATABASE, name);
	return length < (int)sizeof(path) && is_zone_file(path);
}

/* Three letters or more, or anything of letters, digits and signs in <>. */
static bool skip_name(const char **cursor)
{
	const char *at = *cursor;
	size_t length = 0;
	bool quoted = *at == '<';

	if (quoted)
		at++;
	while (isalpha((unsigned char)at[length]) ||
	       (quoted && (isdigit((unsigned char)at[length]) ||
			   at[length] == '+' || at[length] == '-')))
		length++;
	if (length < 3 || (quoted && at[length] != '>'))
		return false;
	*cursor = at + length + quoted;
	return true;
}

static bool skip_number(const char **cursor, int least, int most)
{
	int number = 0;
	int digits = 0;

	for (; digits < 3 && isdigit((unsigned char)**cursor); digits++)
		number = number * 10 + (*(*cursor)++ - '0');
	return digits && number >= least && number <= most;
}

/* [+-]hh[:mm[:ss]] */
static bool skip_time(const char **cursor, int most_hours)
{
	if (**cursor == '+' || **cursor == '-')
		++*cursor;
	if (!skip_number(cursor, 0, most_hours))
		return false;
	for (int part = 0; part < 2 && **cursor == ':'; part++) {
		++*cursor;
		if (!skip_number(cursor, 0, 59))
			return false;
	}
	return true;
}

/* ",Mm.w.d", ",Jn" or ",n", then perhaps "/time". */
static bool skip_change(const char **cursor)
{
	bool is_right;

	if (*(*cursor)++ != ',')
		return false;
	if (**cursor == 'M') {
		++*cursor;
		is_right = skip_number(cursor, 1, 12) &&
			   *(*cursor)++ == '.' && skip_number(cursor, 1, 5) &&
			   *(*cursor)++ == '.' && skip_number(cursor, 0, 6);
	} else if (**cursor == 'J') {
		++*cursor;
		is_right = skip_number(cursor, 1, 365);
	} else {
		is_right = skip_number(cursor, 0, 365);
	}
	if (!is_right || **cursor != '/')
		return is_right;
	++*cursor;
	/* Up to a week either way, as RFC 8536 allows. */
	return skip_time(cursor, 167);
}

/* As in EST5, EST5EDT and EST5EDT,M3.2.0,M11.1.0. */
static bool is_rule(const char *text)
{
	if (!skip_name(&text) || !skip_time(&text, 24))
		return false;
	if (*text == '\0')
		return true;
	if (!skip_name(&text))
		return false;
	if (*text != '\0' && *text != ',' && !skip_time(&text, 24))
		return false;
	return *text == '\0' ||
	       (skip_change(&text) && skip_change(&text) && *text == '\0');
}

bool zone_is_valid(const char *zone)
{
	if (*zone == ':')
		zone++;
	/* What UTC is needs no database. */
	return *zone == '\0' || strcmp(zone, "UTC") == 0 ||
	       is_in_database(zone) || is_rule(zone);
}

/* A zone's name, for people. */

/* Copies a name of printable characters; false when it is empty or is not one. */
static bool copy_name(const char *name, char zone[ZONE_NAME_SIZE])
{
	size_t length = strcspn(name, "\n");

	if (length == 0 || length >= ZONE_NAME_SIZE)
		return false;
	for (size_t at = 0; at < length; at++) {
		if (name[at] <= ' ' || name[at] >= 0x7f)
			return false;
	}
	memcpy(zone, name, length);
	zone[length] = '\0';
	return true;
}

/* A path into the zone database stands for the name of the zone. */
static const char *strip_database(const char *path)
{
	static const char database[] = "/zoneinfo/";
	const char *inside = strstr(path, database);

	return inside ? inside + sizeof(database) - 1 : NULL;
}

static bool zone_from_value(const char *name, char zone[ZONE_NAME_SIZE])
{
	const char *inside;

	if (*name == ':')
		name++;
	if (*name == '\0')
		name = "UTC";
	inside = *name == '/' ? strip_database(name) : NULL;
	return copy_name(inside ? inside : name, zone);
}

static bool zone_from_link(char zone[ZONE_NAME_SIZE])
{
	char target[PATH_MAX];
	ssize_t length = readlink("/etc/localtime", target, sizeof(target) - 1);
	const char *inside;

	if (length < 0)
		return false;
	target[length] = '\0';
	inside = strip_database(target);
	return inside && copy_name(inside, zone);
}

static bool zone_from_file(char zone[ZONE_NAME_SIZE])
{
	FILE *file = fopen("/etc/timezone", "re");
	char name[ZONE_NAME_SIZE + 1];
	bool found;

	if (!file)
		return false;
	found = fgets(name, sizeof(name), file) && copy_name(name, zone);
	fclose(file);
	return found;
}

void zone_name(struct zone *zone, int64_t instant, char name[ZONE_NAME_SIZE])
{
	const char *value = zone->name ? zone->name : getenv("TZ");
	int minutes;

	if (value) {
		if (zone_from_value(value, name))
			return;
	} else if (zone_from_link(name) || zone_from_file(name)) {
		return;
	}
	minutes = (int)(zone_span(zone, instant)->offset / 60);
	snprintf(name, ZONE_NAME_SIZE, "UTC%c%02d:%02d",
		 minutes < 0 ? '-' : '+', abs(minutes) / 60,
		 abs(minutes) % 60);
}

/*
 * The clock is looked at so often. No zone of the database has changed its clock and
 * changed it back within less than seven days (Recife did in October 2000, within
 * seven but for an hour).
 */
#define STEP_SECONDS (6 * DAY_SECONDS)

/* Nobody asks of an instant and not of those around it: so far either way it is known. */
#define REACH_SECONDS (50 * DAY_SECONDS)

/* No table is longer, for want of room. */
#define LONGEST_SECONDS (140 * 365 * DAY_SECONDS)

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
	span.shift = calendar_day_number(&date) * DAY_SECONDS +
		     local.tm_hour * HOUR_SECONDS + local.tm_min * 60 +
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
		if (after - low > HOUR_SECONDS && middle % HOUR_SECONDS)
			middle += HOUR_SECONDS - middle % HOUR_SECONDS;
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
