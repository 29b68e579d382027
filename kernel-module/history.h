/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_HISTORY_H
#define _TRAFMETUX_HISTORY_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "counter.h"

/* One day of minutes by default; 31 days at most. */
#define TRAFMETUX_HISTORY_DEFAULT 1440
#define TRAFMETUX_HISTORY_MAX 44640

/**
 * struct trafmetux_sample - the counters at a point in time
 * @time: T, in seconds since 1970, UTC
 * @since: 0 where the growth over the sample before belongs to the 60 seconds
 *	that end at @time; else it happened at unknown times in (@since, @time]
 * @total: packets and bytes since the monitor was created
 */
struct trafmetux_sample {
	s64 time;
	s64 since;
	struct trafmetux_reading total;
};

/**
 * struct trafmetux_history - a ring of the newest samples, all of one kind
 * @lock: guards @taken, and the blocks and what they hold
 * @taken: how many samples were ever put in; the newest has the number
 *	@taken - 1
 * @size: how many are kept
 * @sample_size: how many bytes one takes
 * @block: the samples; a block is allocated when it is first written to, so
 *	that a monitor with little traffic takes little memory
 *
 * There is one writer, the sampler.
 */
struct trafmetux_history {
	spinlock_t lock;	/* see above */
	u64 taken;
	u32 size;
	u32 sample_size;
	void **block;
};

int trafmetux_history_init(struct trafmetux_history *history, u32 size,
			   u32 sample_size);
int trafmetux_history_reserve(struct trafmetux_history *history);
void trafmetux_history_release(struct trafmetux_history *history);
int trafmetux_history_add(struct trafmetux_history *history,
			  const void *sample);
u64 trafmetux_history_taken(struct trafmetux_history *history);
bool trafmetux_history_get(struct trafmetux_history *history, u64 number,
			   void *sample);

#endif /* _TRAFMETUX_HISTORY_H */
