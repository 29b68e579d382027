/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is remembered of the machine's clock: .clock in the archive's directory, see
 * docs/archive-format.md. All of it may be deleted; then it is told again.
 */
#ifndef TRAFMETUX_CLOCK_MEMORY_H
#define TRAFMETUX_CLOCK_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "base/monitor_name.h"
#include "base/sample.h"

/** What a series had come to when the machine went down and no time was known. */
struct clock_held {
	char monitor[MONITOR_NAME_SIZE];
	uint64_t series;
	struct counters counters;
};

/** Times are epoch seconds, 0 for never; clock_memory_free() releases it. */
struct clock_memory {
	int64_t disbelieved;	/* what the clock said when it was told last */
	int64_t accepted;	/* what it said when somebody, or NTP, vouched */
	int64_t future;		/* for it: records later than it, up to this one, */
				/* are of the future */
	struct clock_base {
		int64_t newest;	/* record, before any was placed after it */
		uint64_t boot;	/* at this boot, see place.h, */
		int64_t uptime;	/* so long after the start */
	} base;
	struct monitor_names plans;	/* whose old periods were told of; sorted */
	struct clock_held *held;	/* until the archive has it */
	size_t held_count;
	size_t held_capacity;
};

/** clock_memory_read - what can't be read is not remembered */
void clock_memory_read(struct clock_memory *memory,
		       const struct archive *archive);

/** clock_memory_write - replace the file; 0 or -errno */
int clock_memory_write(const struct clock_memory *memory,
		       const struct archive *archive);

/** clock_memory_hold - keep what a series has come to; 0 or -ENOMEM */
int clock_memory_hold(struct clock_memory *memory,
		      const struct clock_held *held);

/** clock_memory_drop - forget the one at a place: the archive has it */
void clock_memory_drop(struct clock_memory *memory, size_t at);

/** clock_memory_free - release it */
void clock_memory_free(struct clock_memory *memory);

#endif
