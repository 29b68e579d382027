/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counters of others: they have neither samples nor series, and may go back to 0. What
 * is missing is made of what the archive has.
 *
 * A series is what a counter counts until it goes back. Its id tells which counter it is
 * of, and how often that went back before: so any reader finds the same one.
 */
#ifndef TRAFMETUX_SOURCE_PLAIN_H
#define TRAFMETUX_SOURCE_PLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sample.h"
#include "source/source.h"

/** A counter as it is now. */
struct source_plain {
	uint64_t counter;	/* source_plain_counter() */
	struct counters counters;
	int64_t references;	/* as in struct live */
	bool is_rough;		/* it may tell a little less than it did before */
	bool may_be_old;	/* a new one may begin with what was counted before */
};

/** Reads the counter that a monitor of @source is; 0, -ENOENT or -errno. */
typedef int source_plain_read(const struct source *source, const char *monitor,
			      struct source_plain *plain);

/** source_plain_hash - which boot and network namespace this is, to go on from */
uint64_t source_plain_hash(void);

/** source_plain_counter - a counter's number, of a hash that no other one has */
uint64_t source_plain_counter(uint64_t hash);

/** source_plain_is_own - is a series one of that counter's? */
bool source_plain_is_own(uint64_t series, uint64_t counter);

/** source_plain_turn - how often the counter went back before a series of its own began */
uint32_t source_plain_turn(uint64_t series);

/**
 * source_plain_open - make a reading of a counter
 * @read:	is called before the archive is asked, and after: what that has by then, the
 *		counter has had
 * @unlimited:	as in struct live
 *
 * The reading is a sample, unless the archive has one since the last minute's end: of
 * that minute's end if it was just now, else with a SINCE unless that is a minute ago.
 *
 * A series begins with 0, or where nobody knows how much of what the counter has is
 * archived, with that.
 */
int source_plain_open(const struct source *source, const char *monitor,
		      struct source_reading *reading, source_plain_read *read,
		      const char *unlimited);

/** source_plain_next - as struct source_operations has it */
int source_plain_next(struct source_reading *reading, struct sample *sample);

/** source_plain_close - likewise */
void source_plain_close(struct source_reading *reading);

/** source_plain_limit - likewise: there is none */
int source_plain_limit(const struct source *source, const char *monitor, uint64_t bytes);

#endif
