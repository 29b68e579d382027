// SPDX-License-Identifier: GPL-2.0-or-later
#include "history/history_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

static struct coverage_series *get_series(struct coverage *coverage,
					  uint64_t series)
{
	size_t place = series_table_find(&coverage->table, series);

	if (!place) {
		place = coverage->count + 1;
		if (array_reserve((void **)&coverage->list, &coverage->capacity,
				  place, sizeof(*coverage->list)) ||
		    series_table_set(&coverage->table, series, place))
			return NULL;
		coverage->list[coverage->count++] =
			(struct coverage_series){ .series = series };
	}
	return &coverage->list[place - 1];
}

/* What lies between two states of the line, as far as they tell. */
static void add_between(struct counters *sum, const struct counters *low,
			const struct counters *high)
{
	struct counters growth;

	if (counters_compare(high, low) <= 0 || !counters_may_follow(high, low))
		return;
	growth = counters_difference(high, low);
	counters_add(sum, &growth);
}

/* Joins @run and the runs from @first up to @last, which it touches, into one. */
static int replace(struct coverage_series *series, size_t first, size_t last,
		   struct coverage_run run)
{
	size_t count = series->count - (last - first) + 1;
	int error = array_reserve((void **)&series->runs, &series->capacity,
				  count, sizeof(*series->runs));
	const struct coverage_run *low;
	const struct coverage_run *high;

	if (error)
		return error;
	if (first < last) {
		low = &series->runs[first];
		high = &series->runs[last - 1];
		if (counters_compare(&low->low, &run.low) <= 0) {
			run.low = low->low;
			if (low->low_time)
				run.low_time = low->low_time;
		}
		if (counters_compare(&high->high, &run.high) > 0 ||
		    (counters_compare(&high->high, &run.high) == 0 &&
		     high->high_time)) {
			run.high = high->high;
			run.high_time = high->high_time;
		}
	}
	memmove(series->runs + first + 1, series->runs + last,
		(series->count - last) * sizeof(*series->runs));
	series->runs[first] = run;
	series->count = count;
	return 0;
}

int coverage_take(struct coverage *coverage, const struct growth *growth,
		  struct counters *fresh)
{
	struct coverage_series *series = get_series(coverage, growth->series);
	struct coverage_run run = {
		.low = growth->from, .high = growth->from,
		.low_time = growth->time, .high_time = growth->time,
	};
	struct counters reached = growth->from;
	size_t first;
	size_t last;

	*fresh = (struct counters){ 0 };
	if (!series)
		return -ENOMEM;
	counters_add(&run.high, &growth->counters);
	first = series->count;
	/* Nearly always the last run goes on. */
	while (first > 0 &&
	       counters_compare(&series->runs[first - 1].high, &run.low) >= 0)
		first--;
	for (last = first; last < series->count; last++) {
		const struct coverage_run *known = &series->runs[last];

		if (counters_compare(&known->low, &run.high) > 0)
			break;
		add_between(fresh, &reached, &known->low);
		if (counters_compare(&known->high, &reached) > 0)
			reached = known->high;
	}
	add_between(fresh, &reached, &run.high);
	return replace(series, first, last, run);
}

bool coverage_lacks(const struct coverage *coverage, uint64_t series,
		    const struct counters *low, const struct counters *high)
{
	const size_t place = series_table_find(&coverage->table, series);
	const struct coverage_series *own;

	if (!place)
		return true;
	own = &coverage->list[place - 1];
	for (size_t at = own->count; at-- > 0;) {
		if (counters_compare(&own->runs[at].high, low) <= 0)
			break;
		if (counters_compare(&own->runs[at].low, high) < 0)
			return false;
	}
	return true;
}

/* A piece that some series begins with. */
struct begin {
	const struct coverage_run *run;
	uint64_t series;
};

static int compare_begins(const void *left, const void *right)
{
	const struct begin *first = left;
	const struct begin *second = right;
	const int order = counters_compare(&first->run->low, &second->run->low);

	if (order || first->series == second->series)
		return order;
	return first->series < second->series ? -1 : 1;
}

/* The first pieces of all series but those that begin with nothing. */
static struct begin *sort_begins(const struct coverage *coverage, size_t *count)
{
	struct begin *list = malloc((coverage->count + 1) * sizeof(*list));

	*count = 0;
	for (size_t at = 0; list && at < coverage->count; at++) {
		const struct coverage_series *series = &coverage->list[at];

		if (series->count && series->runs->low.packets)
			list[(*count)++] = (struct begin){ series->runs,
							   series->series };
	}
	if (list)
		qsort(list, *count, sizeof(*list), compare_begins);
	return list;
}

/* The piece of another series that begins with the very state, or NULL. */
static const struct coverage_run *find_begin(const struct begin *list,
					     size_t count, uint64_t series,
					     const struct counters *state)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (counters_compare(&list[middle].run->low, state) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < count && list[low].series == series)
		low++;
	return low < count && !counters_compare(&list[low].run->low, state) ?
		       list[low].run : NULL;
}

int coverage_take_misnamed(struct coverage *coverage, uint64_t series,
			   const struct counters *state)
{
	struct growth growth = { .series = series, .from = *state };
	const struct coverage_run *run;
	struct counters none;
	size_t count;
	struct begin *begins = sort_begins(coverage, &count);
	int error = begins ? 0 : -ENOMEM;

	run = begins ? find_begin(begins, count, series, state) : NULL;
	if (run && counters_may_follow(&run->high, state)) {
		growth.counters = counters_difference(&run->high, state);
		growth.time = run->high_time;
		error = coverage_take(coverage, &growth, &none);
	}
	free(begins);
	return error;
}

/* An "@" alone, with no record that goes on from it. */
static bool is_bare(const struct coverage_run *run)
{
	return !run->low_time && !run->high_time;
}

int coverage_holes(const struct coverage *coverage, coverage_hole *sink,
		   void *context)
{
	struct begin *begins = NULL;
	size_t count = 0;
	int error = 0;

	for (size_t at = 0; !error && at < coverage->count; at++) {
		const struct coverage_series *series = &coverage->list[at];
		const struct coverage_run *before = NULL;

		for (size_t run = 0; !error && run < series->count; run++) {
			const struct coverage_run *after = &series->runs[run];

			/* All series begin with nothing. */
			if (is_bare(after) && after->high.packets)
				continue;
			if (before && !begins)
				begins = sort_begins(coverage, &count);
			if (before && !begins)
				error = -ENOMEM;
			else if (before && !find_begin(begins, count,
						       series->series,
						       &before->high))
				error = sink(context, series->series, before,
					     after);
			before = after;
		}
	}
	free(begins);
	return error;
}

void coverage_free(struct coverage *coverage)
{
	for (size_t at = 0; at < coverage->count; at++)
		array_free((void **)&coverage->list[at].runs,
			   &coverage->list[at].capacity);
	array_free((void **)&coverage->list, &coverage->capacity);
	series_table_free(&coverage->table);
	coverage->count = 0;
}
