// SPDX-License-Identifier: GPL-2.0-or-later
#include "series_table.h"

#include <stdlib.h>

#define FIRST_SIZE 8

void series_state_merge(struct series_state *state,
			const struct series_state *other)
{
	int order;

	if (!other->found)
		return;
	order = state->found ? counters_compare(&other->counters,
						&state->counters) : 1;
	if (order > 0)
		state->counters = other->counters;
	if (order > 0 || (order == 0 && other->time > state->time))
		state->time = other->time;
	state->found = true;
}

/* The entry of @series, or the free one where it belongs. */
static struct series_entry *find_entry(const struct series_table *table,
				       uint64_t series)
{
	/* Series are random; the multiplication is for those made up by hand. */
	size_t at = (size_t)(series * UINT64_C(0x9e3779b97f4a7c15) >> 32);

	for (;; at++) {
		struct series_entry *entry =
			&table->entries[at & (table->size - 1)];

		if (!entry->state.found || entry->series == series)
			return entry;
	}
}

static bool grow(struct series_table *table)
{
	struct series_table larger = {
		.count = table->count,
		.size = table->size ? table->size * 2 : FIRST_SIZE,
	};

	larger.entries = calloc(larger.size, sizeof(*larger.entries));
	if (!larger.entries)
		return false;
	for (size_t at = 0; at < table->size; at++) {
		const struct series_entry *entry = &table->entries[at];

		if (entry->state.found)
			*find_entry(&larger, entry->series) = *entry;
	}
	free(table->entries);
	*table = larger;
	return true;
}

struct series_state *series_table_get(struct series_table *table,
				      uint64_t series)
{
	struct series_entry *entry;

	if (table->count * 2 >= table->size && !grow(table))
		return NULL;
	entry = find_entry(table, series);
	if (!entry->state.found) {
		entry->series = series;
		entry->state.found = true;
		table->count++;
	}
	return &entry->state;
}

const struct series_state *series_table_find(const struct series_table *table,
					     uint64_t series)
{
	const struct series_entry *entry;

	if (!table->size)
		return NULL;
	entry = find_entry(table, series);
	return entry->state.found ? &entry->state : NULL;
}

void series_table_free(struct series_table *table)
{
	free(table->entries);
	*table = (struct series_table){ 0 };
}
