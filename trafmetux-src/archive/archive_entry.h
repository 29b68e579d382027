/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of an archive file that tell a state, and which of them to believe. */
#ifndef TRAFMETUX_ARCHIVE_ENTRY_H
#define TRAFMETUX_ARCHIVE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/sample.h"

/* How far a series has come, and a table that finds series among many. */

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

/** A line that tells a state of a series. */
struct archive_entry {
	uint64_t series;
	uint64_t line;		/* counted from 1 where reading began */
	struct sample sample;	/* of a base only the counters */
	struct counters from;	/* of a record: the state it grew from */
	size_t next;		/* the series' next entry, counted from 1; 0: none */
	bool base;		/* an "@" line */
	bool stray;		/* a record far from the file's date */
	bool damaged;		/* it is not believed */
	bool is_unsure;		/* a record, and a line before it may have been an "@" */
	bool is_doubtful;	/* it is not alone on its side: see settle */
	bool told_again;	/* another series tells it below */
	bool grows;		/* it is a record above that state */
};

/** A series of a file. Entries and segments are counted from 1; 0: none. */
struct archive_series {
	uint64_t series;
	size_t first;			/* its entries */
	size_t last;
	bool is_disputed;		/* they contradict each other */
	struct counters highest;	/* that one of them tells */
	struct counters start;		/* the state it goes on from, if that is not */
	bool has_start;			/*  what its first "@" tells */
	size_t segment;			/* its last segment */
	size_t growth;			/* its first entry that grows */
};

/** Entries in the order of their lines; archive_entries_free() releases them. */
struct archive_entries {
	struct archive_entry *list;
	size_t count;
	size_t capacity;
	struct archive_series *series;	/* in the order of their first entries */
	size_t series_count;
	size_t series_capacity;
	struct series_table table;	/* their places */
};

/** archive_entry_is - is it a record of the very same time and state? */
bool archive_entry_is(const struct archive_entry *entry,
		      const struct sample *sample);

/** archive_entries_add - append a copy of @entry; 0 or -ENOMEM */
int archive_entries_add(struct archive_entries *entries,
			const struct archive_entry *entry);

/** archive_entries_series - a series of the file, or NULL */
struct archive_series *archive_entries_series(const struct archive_entries *entries,
					      uint64_t series);

/** archive_entries_next - its series' next entry that is not marked, or NULL */
struct archive_entry *archive_entries_next(const struct archive_entries *entries,
					   struct archive_entry *entry);

/**
 * archive_entries_plain - does each "@" go before a record?
 *
 * If not, the file was left for another one at some time.
 */
bool archive_entries_plain(const struct archive_entries *entries);

/** archive_entries_free - release the arrays; the struct is empty afterwards */
void archive_entries_free(struct archive_entries *entries);

/**
 * archive_entries_settle - mark those entries that are not believed
 *
 * In a series packets and bytes only grow. Where entries contradict each other, on
 * either side as many are counted as the other one has; the side with fewer is
 * damaged. Where there are as many, the later side is believed, unless it contradicts
 * an "@". Entries that are marked already take no part.
 *
 * Takes time by the number of entries. Returns 0 or -ENOMEM.
 */
int archive_entries_settle(struct archive_entries *entries);

#endif
