/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is remembered of the machine's clock: .clock in the archive's directory, see
 * docs/archive-format.md, which says what is lost with it.
 */
#ifndef TRAFMETUX_CLOCK_MEMORY_H
#define TRAFMETUX_CLOCK_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "base/sample.h"

/** What a series had come to when the machine went down and no time was known. */
struct clock_held {
	char monitor[MONITOR_NAME_SIZE];
	uint64_t series;
	struct counters counters;
	bool is_new;		/* it is to be written */
	bool is_archived;	/* it is to be forgotten */
};

/** Times are epoch seconds, 0 for never; clock_memory_free() releases it. */
struct clock_memory {
	uint64_t machine;	/* whose clock it was, see place.h; 0: it has no id */
	bool is_signed;		/* that is known; else it is taken for this one */
	int64_t disbelieved;	/* what the clock said when it was told last */
	int64_t accepted;	/* what it said when somebody, or NTP, vouched */
	int64_t future;		/* for it: records later than it, up to this one, */
				/* are of the future */
	int64_t future_read;	/* what that was in the file */
	struct clock_mark {
		int64_t time;
		uint64_t boot;	/* at this boot, see machine.h, */
		int64_t uptime;	/* so long after the start */
	} base;			/* the newest record before any was placed after it */
	struct clock_mark believed;	/* when the clock was, day by day */
	struct monitor_names plans;	/* whose old periods were told of; sorted */
	struct clock_held *held;	/* until the archive has it */
	size_t held_count;
	size_t held_capacity;
	bool is_lost;		/* there may have been more, until that is accepted */
	bool is_damaged;	/* the file is, or can't be read */
	int unread;		/* -errno of the latter, which may pass; or 0 */
};

/** What a writer changed; of held it is known, and plans are only added to. */
enum clock_change {
	CLOCK_DISBELIEVED = 1,
	CLOCK_ACCEPTED = 2,	/* with future */
	CLOCK_BASE = 4,
	CLOCK_BELIEVED = 8,
	CLOCK_LOST = 16,	/* it is accepted */
};

/**
 * clock_memory_read - what can't be read is not remembered, but that it is lost
 *
 * Nor is what another machine's clock was, as in a copy of its archive.
 */
void clock_memory_read(struct clock_memory *memory,
		       const struct archive *archive);

/** clock_memory_report - report in one line what is lost, if anything is */
void clock_memory_report(const struct clock_memory *memory,
			 const char *archive_path, struct messages *messages);

/**
 * clock_memory_write - put into the file what was changed
 * @changes:	of enum clock_change, ORed
 *
 * What other processes wrote meanwhile stays, and @memory has it then: of @changes the
 * last one's, but the later of two futures; what was held, unless the archive has it. A
 * damaged file is kept beside it.
 *
 * Returns 0, or -errno, and nothing is changed.
 */
int clock_memory_write(struct clock_memory *memory,
		       const struct archive *archive, unsigned int changes);

/** clock_memory_hold - keep what a series has come to; 0 or -ENOMEM */
int clock_memory_hold(struct clock_memory *memory,
		      const struct clock_held *held);

/** clock_memory_free - release it */
void clock_memory_free(struct clock_memory *memory);

#endif
