/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is known of each series while a file is read. */
#ifndef TRAFMETUX_SERIES_TABLE_H
#define TRAFMETUX_SERIES_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample.h"

/** How far a series has come. All zero: nothing is known of it. */
struct series_state {
	bool found;		/* the archive holds the series */
	bool left;		/* its last line is a bare "@": written on elsewhere */
	struct counters counters;	/* the highest there are */
	int64_t time;		/* of the record that reached them; 0 unknown */
	bool disputed;		/* lines of one file contradict each other */
};

/** series_state_merge - raise @state to what another file tells of the series */
void series_state_merge(struct series_state *state,
			const struct series_state *other);

struct series_entry {
	uint64_t series;
	struct series_state state;	/* state.found: the entry is in use */
};

/** A table of states by series. Start from {0}; series_table_free() it. */
struct series_table {
	struct series_entry *entries;
	size_t count;
	size_t size;		/* a power of two, or 0 */
};

/**
 * series_table_get - the state of a series, added when it is new
 *
 * Valid until the next call. Returns NULL when there is no memory.
 */
struct series_state *series_table_get(struct series_table *table,
				      uint64_t series);

/** series_table_find - the state of a series, or NULL when it is not there */
const struct series_state *series_table_find(const struct series_table *table,
					     uint64_t series);

/** series_table_free - release the table; it is empty afterwards */
void series_table_free(struct series_table *table);

#endif
