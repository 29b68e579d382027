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

/* Joins @segment and the segments from @first up to @last, which it touches, into one. */
static int replace(struct coverage_series *series, size_t first, size_t last,
		   struct coverage_segment segment)
{
	size_t count = series->count - (last - first) + 1;
	int error = array_reserve((void **)&series->segments, &series->capacity,
				  count, sizeof(*series->segments));
	const struct coverage_segment *low;
	const struct coverage_segment *high;

	if (error)
		return error;
	if (first < last) {
		low = &series->segments[first];
		high = &series->segments[last - 1];
		if (counters_compare(&low->low, &segment.low) <= 0) {
			segment.low = low->low;
			if (low->low_time)
				segment.low_time = low->low_time;
		}
		if (counters_compare(&high->high, &segment.high) > 0 ||
		    (counters_compare(&high->high, &segment.high) == 0 &&
		     high->high_time)) {
			segment.high = high->high;
			segment.high_time = high->high_time;
		}
	}
	memmove(series->segments + first + 1, series->segments + last,
		(series->count - last) * sizeof(*series->segments));
	series->segments[first] = segment;
	series->count = count;
	return 0;
}

int coverage_take(struct coverage *coverage, const struct growth *growth,
		  struct counters *fresh)
{
	struct coverage_series *series = get_series(coverage, growth->series);
	struct coverage_segment segment = {
		.low = growth->from, .high = growth->from,
		.low_time = growth->time, .high_time = growth->time,
	};
	struct counters reached = growth->from;
	struct counters end;
	size_t first;
	size_t last;

	*fresh = (struct counters){ 0 };
	if (!series)
		return -ENOMEM;
	series->is_about |= growth->is_about;
	counters_add(&segment.high, &growth->counters);
	first = series->count;
	/* Nearly always the last segment goes on. */
	while (first > 0 &&
	       counters_compare(&series->segments[first - 1].high, &segment.low) >= 0)
		first--;
	/* A state that others contradict makes nothing of what they tell fresh. */
	if (first > 0 && series->segments[first - 1].high.bytes > reached.bytes)
		reached.bytes = series->segments[first - 1].high.bytes;
	for (last = first; last < series->count; last++) {
		const struct coverage_segment *known = &series->segments[last];

		if (counters_compare(&known->low, &segment.high) > 0)
			break;
		add_between(fresh, &reached, &known->low);
		if (counters_compare(&known->high, &reached) > 0)
			reached = known->high;
	}
	end = segment.high;
	if (last < series->count && series->segments[last].low.bytes < end.bytes)
		end.bytes = series->segments[last].low.bytes;
	add_between(fresh, &reached, &end);
	return replace(series, first, last, segment);
}

bool coverage_is_about(const struct coverage *coverage, uint64_t series)
{
	const size_t place = series_table_find(&coverage->table, series);

	return place && coverage->list[place - 1].is_about;
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
		if (counters_compare(&own->segments[at].high, low) <= 0)
			break;
		if (counters_compare(&own->segments[at].low, high) < 0)
			return false;
	}
	return true;
}

/* A segment that some series begins with. */
struct begin {
	const struct coverage_segment *segment;
	uint64_t series;
};

static int compare_begins(const void *left, const void *right)
{
	const struct begin *first = left;
	const struct begin *second = right;
	const int order = counters_compare(&first->segment->low, &second->segment->low);

	if (order || first->series == second->series)
		return order;
	return first->series < second->series ? -1 : 1;
}

/* The first segments of all series but those that begin with nothing. */
static struct begin *sort_begins(const struct coverage *coverage, size_t *count)
{
	struct begin *list = malloc((coverage->count + 1) * sizeof(*list));

	*count = 0;
	for (size_t at = 0; list && at < coverage->count; at++) {
		const struct coverage_series *series = &coverage->list[at];

		if (series->count && series->segments->low.packets)
			list[(*count)++] = (struct begin){ series->segments,
							   series->series };
	}
	if (list)
		qsort(list, *count, sizeof(*list), compare_begins);
	return list;
}

/* The segment of another series that begins with the very state, or NULL. */
static const struct coverage_segment *find_begin(const struct begin *list,
					     size_t count, uint64_t series,
					     const struct counters *state)
{
	size_t low = 0;
	size_t high = count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (counters_compare(&list[middle].segment->low, state) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < count && list[low].series == series)
		low++;
	return low < count && !counters_compare(&list[low].segment->low, state) ?
		       list[low].segment : NULL;
}

int coverage_take_misnamed(struct coverage *coverage, uint64_t series,
			   const struct counters *state)
{
	struct growth growth = { .series = series, .from = *state };
	const struct coverage_segment *segment;
	struct counters none;
	size_t count;
	struct begin *begins = sort_begins(coverage, &count);
	int error = begins ? 0 : -ENOMEM;

	segment = begins ? find_begin(begins, count, series, state) : NULL;
	if (segment && counters_may_follow(&segment->high, state)) {
		growth.counters = counters_difference(&segment->high, state);
		growth.time = segment->high_time;
		error = coverage_take(coverage, &growth, &none);
	}
	free(begins);
	return error;
}

/* An "@" alone, with no record that goes on from it. */
static bool is_bare(const struct coverage_segment *segment)
{
	return !segment->low_time && !segment->high_time;
}

int coverage_holes(const struct coverage *coverage, coverage_hole *sink,
		   void *context)
{
	struct begin *begins = NULL;
	size_t count = 0;
	int error = 0;

	for (size_t at = 0; !error && at < coverage->count; at++) {
		const struct coverage_series *series = &coverage->list[at];
		const struct coverage_segment *before = NULL;

		for (size_t segment = 0; !error && segment < series->count; segment++) {
			const struct coverage_segment *after = &series->segments[segment];

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
		array_free((void **)&coverage->list[at].segments,
			   &coverage->list[at].capacity);
	array_free((void **)&coverage->list, &coverage->capacity);
	series_table_free(&coverage->table);
	coverage->count = 0;
}
