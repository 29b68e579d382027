// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/source_plain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/hash.h"
#include "base/machine.h"

#define MINUTE_SECONDS 60

/* A reading so shortly after a minute's end is of that end: cron comes in the second after. */
#define LATE_SECONDS 2

/* Of a series, before its digits are mixed: the counter's number, and its turn. */
#define TURN_BITS 24
#define TURN_MASK ((UINT64_C(1) << TURN_BITS) - 1)

/*
 * The numbers and shifts are those of splitmix64 by Sebastiano Vigna (public domain), and
 * their inverses modulo 2^64. Two series of a counter have nothing in common then: ids that
 * differ in a digit are taken for one that is damaged.
 */
static uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	value = (value ^ value >> 27) * UINT64_C(0x94d049bb133111eb);
	return value ^ value >> 31;
}

static uint64_t unmix(uint64_t value)
{
	value ^= value >> 31 ^ value >> 62;
	value *= UINT64_C(0x319642b2d24d8ec3);
	value ^= value >> 27 ^ value >> 54;
	value *= UINT64_C(0x96de1b173f119089);
	return value ^ value >> 30 ^ value >> 60;
}

uint64_t source_plain_hash(void)
{
	const struct place place = place_find();
	uint64_t numbers[2] = { place.boot, place.network };

	network_cookie(&numbers[1]);
	return hash_bytes(HASH_START, numbers, sizeof(numbers));
}

uint64_t source_plain_counter(uint64_t hash)
{
	return mix(hash) >> TURN_BITS;
}

bool source_plain_is_own(uint64_t series, uint64_t counter)
{
	return unmix(series) >> TURN_BITS == counter;
}

uint32_t source_plain_turn(uint64_t series)
{
	return (uint32_t)(unmix(series) & TURN_MASK);
}

static uint64_t series_of(uint64_t counter, uint32_t turn)
{
	return mix(counter << TURN_BITS | (turn & TURN_MASK));
}

/* What was so long ago may be before the archive's newest record, and then says nothing. */
#define START_SECONDS 86400

/* When the machine was started, by the clock as it is now; 0: long ago. */
static int64_t find_start(int64_t now)
{
	const int64_t uptime = clock_read().uptime;

	return uptime < START_SECONDS && uptime < now ? now - uptime : 0;
}

/* Of each the part that a counter may lack which is summed up while it counts. */
#define ROUGH_PART 1024

/* Is it but a little less? Of a few packets nobody can tell. */
static bool is_nearly(const struct counters *now, const struct counters *reached)
{
	return reached->packets >= 4 * ROUGH_PART &&
	       now->packets >= reached->packets - reached->packets / ROUGH_PART &&
	       now->bytes >= reached->bytes - reached->bytes / ROUGH_PART;
}

/* Has the counter, as far as the archive knows, what it had? It is made so if nearly. */
static bool goes_on(struct source_plain *plain, const struct counters *reached)
{
	struct counters *now = &plain->counters;

	if (plain->is_rough && is_nearly(now, reached)) {
		now->packets = now->packets > reached->packets ? now->packets :
								 reached->packets;
		now->bytes = now->bytes > reached->bytes ? now->bytes : reached->bytes;
	}
	return counters_may_follow(now, reached);
}

/*
 * Which series it is, and what that has counted. Where something else was archived last, or
 * nothing, it is not known how much of what the counter has is archived already.
 */
static void find_series(struct live *live, struct source_plain *plain,
			const struct source_archived *archived, bool is_known)
{
	const struct source_counter *own = &archived->own;
	const bool is_other = !is_known || strcmp(archived->newest.kind,
						  live->origin.kind) != 0;
	struct counters reached = own->origin.base;
	uint32_t turn = own->is_there ? source_plain_turn(own->series) : 0;

	counters_add(&reached, &own->counters);
	if (is_other || (!own->is_there && plain->may_be_old)) {
		turn += own->is_there;
		live->origin.base = plain->counters;
		live->begins = is_known;
	} else if (own->is_there && goes_on(plain, &reached)) {
		live->origin.base = own->origin.base;
	} else if (own->is_there) {
		turn++;
	}
	live->series = series_of(plain->counter, turn);
	live->counters = counters_difference(&plain->counters, &live->origin.base);
}

/* Not before which time the growth of the sample was; SAMPLE_MINUTE: in its minute. */
static int64_t find_since(int64_t time, int64_t before)
{
	/* The clock was set back. */
	if (before >= time)
		return 0;
	return time - before <= MINUTE_SECONDS ? SAMPLE_MINUTE : before;
}

/* Is there a sample, after the archive's record of the counter at @known? */
static bool make_sample(const struct live *live, int64_t known, struct sample *sample)
{
	const int64_t minute = live->time - live->time % MINUTE_SECONDS;
	const int64_t before = known ? known : find_start(live->time);

	/* Once a minute; and where the clock was set back, it counts anew. */
	if (known >= minute && known <= live->time + LATE_SECONDS)
		return false;
	*sample = (struct sample){ .counters = live->counters };
	sample->time = live->time - minute < LATE_SECONDS && before < minute ?
			       minute : live->time_rounded_up;
	/* Of what begins, nothing grew yet. */
	sample->since = live->begins ? SAMPLE_MINUTE : find_since(sample->time, before);
	return true;
}

static void set_live(struct live *live, const struct source *source,
		     const struct source_plain *plain, const char *unlimited)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	*live = (struct live){
		.references = plain->references, .rules = LIVE_UNKNOWN,
		.meters = LIVE_UNKNOWN, .dropped = LIVE_UNKNOWN,
		.created = LIVE_UNKNOWN, .time = now.tv_sec,
		.time_rounded_up = now.tv_sec + (now.tv_nsec > 0),
		.unlimited = unlimited,
		.origin = { .is_about = true },
	};
	snprintf(live->origin.kind, sizeof(live->origin.kind), "%s",
		 source->operations->kind);
}

int source_plain_open(const struct source *source, const char *monitor,
		      struct source_reading *reading, source_plain_read *read,
		      const char *unlimited)
{
	const struct source_memory *memory = source->memory;
	struct source_archived archived = { .newest = { .time = 0 } };
	struct source_plain before;
	struct source_plain plain;
	bool is_known;
	int error;

	reading->source = source;
	reading->monitor = monitor;
	reading->fault_line = 0;
	error = read(source, monitor, &plain);
	do {
		before = plain;
		is_known = !error && memory &&
			   memory->find(memory->context, monitor, plain.counter,
					&archived);
		if (!error)
			error = read(source, monitor, &plain);
	} while (!error && before.counter != plain.counter);
	if (error)
		return error;
	set_live(&reading->live, source, &plain, unlimited);
	find_series(&reading->live, &plain, &archived, is_known);
	reading->pending = make_sample(&reading->live, reading->live.begins ? 0 :
				       archived.own.time, &reading->next);
	return 0;
}

int source_plain_next(struct source_reading *reading, struct sample *sample)
{
	if (!reading->pending)
		return 0;
	reading->pending = false;
	*sample = reading->next;
	return 1;
}

void source_plain_close(struct source_reading *reading)
{
	(void)reading;
}

int source_plain_limit(const struct source *source, const char *monitor, uint64_t bytes)
{
	(void)source;
	(void)monitor;
	(void)bytes;
	return -EOPNOTSUPP;
}
