/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Periods by monitors: one column for each monitor that is read, filled growth
 * by growth, then read row by row. rows.h makes what is shown of it.
 */
#ifndef TRAFMETUX_TABLE_H
#define TRAFMETUX_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/quantity.h"
#include "base/sample.h"
#include "time/calendar.h"
#include "time/period.h"
#include "time/time_range.h"

/*
 * Rates as ISPs bill them: traffic in intervals of five minutes, and the 95th
 * percentile of their averages.
 */

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

struct cell {
	int64_t key;		/* see period_key() */
	struct counters growth;
};

/** One monitor's periods that hold traffic. */
struct column {
	struct cell *cells;
	size_t count;
	size_t capacity;
	bool unsorted;
	size_t next;		/* while rows are read */
};

/** A report's figures; table_free() releases it. */
struct table {
	enum period_kind kind;
	struct calendar *calendar;
	struct time_range range;	/* the caller adds nothing outside */
	struct column *columns;
	size_t column_count;
	bool has_traffic;
	int64_t first_instant;		/* that traffic belongs to, */
	int64_t last_instant;		/* if has_traffic */
	bool windowed;		/* only the periods of window, all of them: */
	int64_t *window;	/* keys, the oldest first */
	size_t window_count;
	size_t window_capacity;
	size_t window_next;	/* while rows are read */
	struct counters *row;
	/* Where the last one was added: many growths are in one period. */
	struct calendar_run run;
	int64_t run_key;
};

/** table_start - an empty table of @columns columns; 0 or -ENOMEM */
int table_start(struct table *table, enum period_kind kind,
		struct calendar *calendar, const struct time_range *range,
		size_t columns);

/** table_has_one - are two instants, and those between, in one period? */
bool table_has_one(struct table *table, int64_t first, int64_t last);

/**
 * table_add - add traffic to the period that holds @instant
 * @column:	counted from 0
 *
 * Returns 0 or -ENOMEM.
 */
int table_add(struct table *table, size_t column, int64_t instant,
	      const struct counters *growth);

/**
 * table_set_window - show the last @times periods up to the one of @present
 * @first:	an instant: periods that end before it are left out
 *
 * Returns 0 or -ENOMEM.
 */
int table_set_window(struct table *table, uint64_t times, int64_t present,
		     int64_t first);

/** table_finish - bring all into order before rows are read; 0 or -ENOMEM */
int table_finish(struct table *table);

/**
 * table_next - the next row, the oldest first
 * @key:	its period
 *
 * Returns a figure for each column, valid until the next call, or NULL after
 * the last row.
 */
const struct counters *table_next(struct table *table, int64_t *key);

/** table_rewind - table_next() begins again with the first row */
void table_rewind(struct table *table);

/** table_row - the row of one period; valid until the next one is asked for */
const struct counters *table_row(struct table *table, int64_t key);

/** table_free - release the table */
void table_free(struct table *table);

#endif
