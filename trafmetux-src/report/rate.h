/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Rates as ISPs bill them: traffic in intervals of five minutes, and the 95th
 * percentile of their averages.
 */
#ifndef TRAFMETUX_RATE_H
#define TRAFMETUX_RATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/quantity.h"

/** Intervals begin at multiples of this many seconds since 1970-01-01 UTC. */
#define RATE_INTERVAL_SECONDS 300

/** Of so many percent of the intervals the highest averages are left out. */
#define RATE_LEFT_OUT_PERCENT 5

/** What was counted in one interval. */
struct rate_interval {
	int64_t start;		/* epoch seconds */
	struct amount bytes;
};

/** Intervals with traffic; rate_log_free() releases it. */
struct rate_log {
	struct rate_interval *list;
	size_t count;
	size_t capacity;
	bool unsorted;
};

/** rate_log_add - add traffic that belongs to @instant; 0 or -ENOMEM */
int rate_log_add(struct rate_log *log, int64_t instant, uint64_t bytes);

/** rate_log_finish - bring into order, each interval once */
void rate_log_finish(struct rate_log *log);

/**
 * rate_log_merge - append the intervals of @log that lie wholly in [start, end)
 * @is_subtracted: append them negated
 * @merged:	may hold others; rate_log_finish() it after the last log
 *
 * Returns 0 or -ENOMEM.
 */
int rate_log_merge(struct rate_log *merged, const struct rate_log *log,
		   bool is_subtracted, int64_t start, int64_t end);

/**
 * rate_percentile - the 95th percentile of the averages, in bits per second
 * @log:	finished, intervals of [start, end) only; its order is lost
 *
 * Intervals that are not in the log had no traffic. The highest five percent of
 * all, rounded down, are left out; the highest that remains is the answer.
 *
 * Returns false when no whole interval lies in [start, end).
 */
bool rate_percentile(struct rate_log *log, int64_t start, int64_t end,
		     struct amount *rate);

/** rate_log_free - release the log; it is empty afterwards */
void rate_log_free(struct rate_log *log);

#endif
