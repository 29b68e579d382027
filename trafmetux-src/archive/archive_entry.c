// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/archive_entry.h"

#include <errno.h>
#include <stdlib.h>

#include "base/array.h"

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

struct archive_series *archive_entries_series(const struct archive_entries *entries,
					      uint64_t series)
{
	const size_t place = series_table_find(&entries->table, series);

	return place ? &entries->series[place - 1] : NULL;
}

static struct archive_series *add_series(struct archive_entries *entries,
					 uint64_t series)
{
	struct archive_series *new;

	if (array_reserve((void **)&entries->series, &entries->series_capacity,
			  entries->series_count + 1, sizeof(*new)) ||
	    series_table_set(&entries->table, series,
			     entries->series_count + 1))
		return NULL;
	new = &entries->series[entries->series_count++];
	*new = (struct archive_series){ .series = series };
	return new;
}

int archive_entries_add(struct archive_entries *entries,
			const struct archive_entry *entry)
{
	const struct counters *counters = &entry->sample.counters;
	struct archive_series *series =
		archive_entries_series(entries, entry->series);

	if (!series)
		series = add_series(entries, entry->series);
	if (!series ||
	    array_reserve((void **)&entries->list, &entries->capacity,
			  entries->count + 1, sizeof(*entry)))
		return -ENOMEM;
	entries->list[entries->count++] = *entry;
	if (series->last)
		entries->list[series->last - 1].next = entries->count;
	else
		series->first = entries->count;
	series->last = entries->count;
	if (entry->damaged)
		return 0;
	if (counters_may_follow(counters, &series->highest))
		series->highest = *counters;
	else
		series->is_disputed = true;
	return 0;
}

bool archive_entry_is(const struct archive_entry *entry,
		      const struct sample *sample)
{
	return !entry->base && entry->sample.time == sample->time &&
	       counters_compare(&entry->sample.counters,
				&sample->counters) == 0;
}

bool archive_entries_plain(const struct archive_entries *entries)
{
	bool after_base = false;

	for (size_t at = 0; at < entries->count; at++) {
		if (after_base && entries->list[at].base)
			return false;
		after_base = entries->list[at].base;
	}
	return !after_base;
}

void archive_entries_free(struct archive_entries *entries)
{
	array_free((void **)&entries->list, &entries->capacity);
	array_free((void **)&entries->series, &entries->series_capacity);
	series_table_free(&entries->table);
	entries->count = 0;
	entries->series_count = 0;
}

/* The entries of one series that agree so far: each may follow the one before. */
struct stack {
	struct archive_entry **list;
	size_t count;
};

static struct archive_entry *top_of(const struct stack *stack)
{
	return stack->list[stack->count - 1];
}

static bool agrees(const struct archive_entry *next,
		   const struct archive_entry *before)
{
	return counters_may_follow(&next->sample.counters,
				   &before->sample.counters);
}

struct archive_entry *archive_entries_next(const struct archive_entries *entries,
					   struct archive_entry *entry)
{
	/* Those in between are passed by once. */
	while (entry->next && entries->list[entry->next - 1].damaged)
		entry->next = entries->list[entry->next - 1].next;
	return entry->next ? &entries->list[entry->next - 1] : NULL;
}

/*
 * One contradicts one, or as many as many: is the later side believed? Of two records it
 * is, since then no number is too high. After an "@" that is too low, too much would
 * grow.
 */
static bool is_later_believed(const struct archive_entry *before)
{
	return !before->base;
}

static void refute(struct archive_entry *entry, bool is_many)
{
	entry->damaged = true;
	entry->is_doubtful = is_many;
}

/*
 * An entry contradicts the top of the stack. On one side are those of the stack that
 * it contradicts; on the other one it and those after it, up to the first that agrees
 * with the top. They are counted in step, so that no more are looked at than become
 * damaged. Returns the last entry that was decided on.
 */
static struct archive_entry *decide(const struct archive_entries *entries,
				    struct stack *stack,
				    struct archive_entry *entry)
{
	const struct archive_entry *top = top_of(stack);
	struct archive_entry *ahead = entry;
	struct archive_entry *last = entry;
	size_t count = 0;
	bool is_high;
	bool is_low;
	bool is_many;

	for (;;) {
		is_high = count < stack->count &&
			  !agrees(entry, stack->list[stack->count - 1 - count]);
		is_low = ahead && !agrees(ahead, top);
		if (!is_high || !is_low)
			break;
		count++;
		last = ahead;
		ahead = archive_entries_next(entries, ahead);
	}
	is_many = count > 1;
	if (is_low || (!is_high && is_later_believed(top))) {
		while (count-- > 0)
			refute(stack->list[--stack->count], is_many);
		stack->list[stack->count++] = entry;
		return entry;
	}
	for (ahead = entry; ahead != last;
	     ahead = archive_entries_next(entries, ahead))
		refute(ahead, is_many);
	refute(last, is_many);
	return last;
}

static void settle(const struct archive_entries *entries, size_t first,
		   struct stack *stack)
{
	struct archive_entry *entry = &entries->list[first - 1];

	stack->count = 0;
	for (; entry; entry = archive_entries_next(entries, entry)) {
		if (entry->damaged)
			continue;
		if (!stack->count || agrees(entry, top_of(stack)))
			stack->list[stack->count++] = entry;
		else
			entry = decide(entries, stack, entry);
	}
}

int archive_entries_settle(struct archive_entries *entries)
{
	struct stack stack = { NULL, 0 };

	for (size_t at = 0; at < entries->series_count; at++) {
		const struct archive_series *series = &entries->series[at];

		if (!series->is_disputed)
			continue;
		if (!stack.list)
			stack.list = malloc(entries->count * sizeof(*stack.list));
		if (!stack.list)
			return -ENOMEM;
		settle(entries, series->first, &stack);
	}
	free(stack.list);
	return 0;
}
