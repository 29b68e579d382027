/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How far a series has come, and a table that finds series among many. */
#ifndef TRAFMETUX_SERIES_TABLE_H
#define TRAFMETUX_SERIES_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sample.h"

/** How far a series has come. All zero: nothing is known of it. */
struct series_state {
	bool found;		/* the archive holds the series */
	bool left;		/* its last line is a bare "@": written on elsewhere */
	struct counters counters;	/* the highest there are */
	int64_t time;		/* of the record that reached them; 0 unknown */
};

/** series_state_merge - raise @state to what another file tells of the series */
void series_state_merge(struct series_state *state,
			const struct series_state *other);

/** Where a series is in a list of the caller's. */
struct series_place {
	uint64_t series;
	size_t place;		/* counted from 1; 0: this one is free */
};

/** Places by series. Start from {0}; series_table_free() it. */
struct series_table {
	struct series_place *places;
	size_t count;
	size_t size;		/* a power of two, or 0 */
};

/** series_table_set - say where a series is, in place of what was said; 0 or -ENOMEM */
int series_table_set(struct series_table *table, uint64_t series, size_t place);

/** series_table_find - where a series is; 0 when the table has none such */
size_t series_table_find(const struct series_table *table, uint64_t series);

/** series_table_free - release the table; it is empty afterwards */
void series_table_free(struct series_table *table);

#endif
