// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/series_table.h"

#include <errno.h>
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
static struct series_place *find_place(const struct series_table *table,
				       uint64_t series)
{
	/* Series are random; the multiplication is for those made up by hand. */
	size_t at = (size_t)(series * UINT64_C(0x9e3779b97f4a7c15) >> 32);

	for (;; at++) {
		struct series_place *entry =
			&table->places[at & (table->size - 1)];

		if (!entry->place || entry->series == series)
			return entry;
	}
}

static bool grow(struct series_table *table)
{
	struct series_table larger = {
		.count = table->count,
		.size = table->size ? table->size * 2 : FIRST_SIZE,
	};

	larger.places = calloc(larger.size, sizeof(*larger.places));
	if (!larger.places)
		return false;
	for (size_t at = 0; at < table->size; at++) {
		const struct series_place *entry = &table->places[at];

		if (entry->place)
			*find_place(&larger, entry->series) = *entry;
	}
	free(table->places);
	*table = larger;
	return true;
}

int series_table_set(struct series_table *table, uint64_t series, size_t place)
{
	struct series_place *entry;

	if (table->count * 2 >= table->size && !grow(table))
		return -ENOMEM;
	entry = find_place(table, series);
	table->count += !entry->place;
	*entry = (struct series_place){ series, place };
	return 0;
}

size_t series_table_find(const struct series_table *table, uint64_t series)
{
	return table->size ? find_place(table, series)->place : 0;
}

void series_table_free(struct series_table *table)
{
	free(table->places);
	*table = (struct series_table){ 0 };
}
