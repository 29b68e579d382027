/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rows of a report: for each period and each column that was asked for a
 * figure, with its rates if they are wanted; perhaps only the busiest periods;
 * and their total. No renderer knows where the figures came from.
 */
#ifndef TRAFMETUX_ROWS_H
#define TRAFMETUX_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/quantity.h"
#include "report/selection.h"
#include "time/period.h"
#include "report/table.h"

/** What a column has in a row. */
struct figure {
	struct amount packets;
	struct amount bytes;
	/* If rates are wanted, in bits per second: */
	bool has_average;
	bool has_percentile;		/* there is a whole interval */
	struct amount average;
	struct amount percentile;
};

struct row {
	char label[PERIOD_LABEL_SIZE];
	bool has_start, has_end;
	int64_t start, end;		/* of the part in the range, epoch seconds */
	uint64_t seconds;		/* that its averages are over */
	const struct figure *figures;	/* one for each column */
};

/** What rows are made of. Owned by the caller, as long as the rows. */
struct rows_request {
	struct table *table;		/* finished */
	const struct expression *columns;
	size_t column_count;
	struct rate_log *logs;		/* for each monitor; NULL: no rates */
	int64_t present;		/* where the averages of the last row end */
	uint64_t top;			/* only so many, the busiest; 0: all */
};

/** rows_free() releases it. */
struct rows {
	struct rows_request request;
	int64_t rate_end;
	struct ranked *ranked;		/* with top: the keys, the busiest first */
	size_t ranked_count;
	size_t next;			/* of ranked */
	struct figure *figures;
	struct figure *totals;		/* of the rows that were handed out */
	int64_t first_start;		/* of them, too */
	int64_t last_end;
	size_t count;
	struct rate_log merged;
};

/** rows_figure - what @counters, in the places of its terms, come to */
struct figure rows_figure(const struct expression *column,
			  const struct counters *counters);

/** rows_start - prepare the first row; 0 or -ENOMEM */
int rows_start(struct rows *rows, const struct rows_request *request);

/**
 * rows_next - the next row, the oldest or the busiest first
 *
 * Rows are as busy as all of their columns together; of two that are equal the
 * older one comes first.
 *
 * Returns 1, 0 after the last row, or -ENOMEM. The row's figures are valid until
 * the next call.
 */
int rows_next(struct rows *rows, struct row *row);

/** rows_rewind - begin again with the first row */
void rows_rewind(struct rows *rows);

/**
 * rows_total - the sum of all rows that rows_next() answered
 *
 * It covers the range of the table, or all from the first row to the last. With
 * top it has no start, no end and no rates. Returns 0 or -ENOMEM.
 */
int rows_total(struct rows *rows, struct row *row);

/** rows_free - release what the rows hold */
void rows_free(struct rows *rows);

#endif
