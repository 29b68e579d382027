/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A time zone: over which instants its clock runs evenly. The C library knows one zone
 * at a time, that of TZ. What it tells of a zone is put into a table when the zone is
 * first asked for, so that several can be used at once and nothing later hangs on TZ:
 * no other file sets it.
 */
#ifndef TRAFMETUX_ZONE_H
#define TRAFMETUX_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "time/date.h"

/** How far local time can be ahead of UTC, behind it, and of another zone's. */
#define ZONE_EAST (14 * HOUR_SECONDS)
#define ZONE_WEST (12 * HOUR_SECONDS)
#define ZONE_APART (ZONE_EAST + ZONE_WEST)

/** Room for a zone's name. */
#define ZONE_NAME_SIZE 64

/** Instants over which a zone's clock runs evenly, and as long as they can be. */
struct zone_span {
	int64_t start;
	int64_t end;		/* first instant after it */
	int64_t shift;		/* what the clock shows minus the instant */
	int64_t offset;		/* local time minus UTC, seconds */
};

/** Twice as many as any zone's clock has been changed in those years. */
#define ZONE_SPANS 320

/**
 * A zone. Zeroed, it is that of the machine or of TZ.
 *
 * The table has the years that were asked for; only when it lacks one TZ is touched.
 * Where the C library can't tell, it is UTC.
 *
 * @shift and @offset of a span differ where the zone counts leap seconds, as those
 * of the database's folder "right" do. Such a second belongs to the span that it ends.
 */
struct zone {
	const char *name;	/* a value of TZ; NULL: what is in force */
	struct zone_span spans[ZONE_SPANS];	/* in order, without gaps */
	size_t count;		/* 0: there is no table yet */
	size_t recent;		/* the one asked for last */
};

/** zone_span - the span that holds an instant; valid until the next call */
const struct zone_span *zone_span(struct zone *zone, int64_t instant);

/**
 * zone_offset_start - from when on the offset is what it is at an instant
 * @least:	no earlier instant matters
 */
int64_t zone_offset_start(struct zone *zone, int64_t instant, int64_t least);

/** zone_offset_end - until when, likewise; @most: no later instant matters */
int64_t zone_offset_end(struct zone *zone, int64_t instant, int64_t most);

/** zone_is_leap_second - is it one that the zone counts, shown as 23:59:60 UTC? */
bool zone_is_leap_second(struct zone *zone, int64_t instant);

/** zone_use - let a zone be in force from now on; valid. Returns 0 or -ENOMEM. */
int zone_use(const char *name);

/**
 * zone_is_valid - is @zone a value of TZ that means something here?
 *
 * A name in the zone database, with or without a colon before it; the path of a
 * zone's file; or a rule as POSIX has it, such as CET-1CEST,M3.5.0,M10.5.0/3.
 * The C library takes anything else for UTC, without a word.
 */
bool zone_is_valid(const char *zone);

/**
 * zone_name - a zone's name, for people
 * @instant:	decides the offset where only that is known
 *
 * From its TZ, the link /etc/localtime or /etc/timezone; else as "UTC+01:00".
 * Holds no spaces or control characters.
 */
void zone_name(struct zone *zone, int64_t instant, char name[ZONE_NAME_SIZE]);

#endif
