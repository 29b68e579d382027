/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of an archive file that tell a state, and which of them to believe. */
#ifndef TRAFMETUX_ARCHIVE_ENTRY_H
#define TRAFMETUX_ARCHIVE_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample.h"

/** A line that tells a state of a series. */
struct archive_entry {
	uint64_t series;
	uint64_t line;		/* counted from 1 where reading began */
	struct sample sample;	/* of a base only the counters */
	struct counters from;	/* of a record: the state it grew from */
	bool base;		/* an "@" line */
	bool stray;		/* a record far from the file's date */
	bool damaged;		/* it can't be true */
	bool grows;		/* it is a record above that state */
};

/** Entries in the order of their lines; archive_entries_free() releases them. */
struct archive_entries {
	struct archive_entry *list;
	size_t count;
	size_t capacity;
};

/** archive_entries_add - append a copy of @entry; 0 or -ENOMEM */
int archive_entries_add(struct archive_entries *entries,
			const struct archive_entry *entry);

/**
 * archive_entries_plain - does each "@" go before a record?
 *
 * If not, the file was left for another one at some time.
 */
bool archive_entries_plain(const struct archive_entries *entries);

/** archive_entries_free - release the array; the struct is empty afterwards */
void archive_entries_free(struct archive_entries *entries);

/**
 * archive_series_misread - is a series another one, named by a damaged line?
 * @known:	a series, whose state is @state
 * @base:	the state that @series, which is new, goes on from
 *
 * Names are random: one that differs in one digit, and goes on from the very
 * state, is no other series.
 */
bool archive_series_misread(uint64_t known, const struct counters *state,
			    uint64_t series, const struct counters *base);

/**
 * archive_entries_rename - set right a series that was misread
 * @first:	of the entries to look at: its "@" line, which becomes damaged
 *
 * Entries up to the next "@" line get the name.
 */
void archive_entries_rename(struct archive_entries *entries, size_t first,
			    uint64_t series);

/**
 * archive_entries_settle - mark those lines of a series that can't be true
 *
 * In a series packets and bytes only grow. Where lines contradict each other,
 * the largest number of them that agrees is believed, so that one number that was
 * damaged upwards doesn't put all after it in the wrong. Entries that are marked
 * already take no part; so do "@" lines at or below a state before them, which
 * tell nothing new.
 *
 * Returns 0 or -ENOMEM.
 */
int archive_entries_settle(struct archive_entries *entries, uint64_t series);

#endif
