// SPDX-License-Identifier: GPL-2.0-or-later
#include "coverage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"

/* Where the series is, or coverage->count. The latest are asked for most. */
static size_t find_series(const struct coverage *coverage, uint64_t series)
{
	if (coverage->recent < coverage->count &&
	    coverage->list[coverage->recent].series == series)
		return coverage->recent;
	for (size_t at = coverage->count; at-- > 0;) {
		if (coverage->list[at].series == series)
			return at;
	}
	return coverage->count;
}

static struct coverage_series *get_series(struct coverage *coverage,
					  uint64_t series)
{
	size_t at = find_series(coverage, series);
	int error;

	if (at == coverage->count) {
		error = array_reserve((void **)&coverage->list,
				      &coverage->capacity, at + 1,
				      sizeof(*coverage->list));
		if (error)
			return NULL;
		coverage->list[at] =
			(struct coverage_series){ .series = series };
		coverage->count++;
	}
	coverage->recent = at;
	return &coverage->list[at];
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

const struct coverage_series *coverage_of(const struct coverage *coverage,
					  uint64_t series)
{
	size_t at = find_series(coverage, series);

	return at < coverage->count ? &coverage->list[at] : NULL;
}

int coverage_holes(const struct coverage *coverage, coverage_hole *sink,
		   void *context)
{
	int error = 0;

	for (size_t at = 0; at < coverage->count; at++) {
		const struct coverage_series *series = &coverage->list[at];

		for (size_t run = 1; !error && run < series->count; run++)
			error = sink(context, series->series,
				     &series->runs[run - 1],
				     &series->runs[run]);
	}
	return error;
}

void coverage_free(struct coverage *coverage)
{
	for (size_t at = 0; at < coverage->count; at++)
		array_free((void **)&coverage->list[at].runs,
			   &coverage->list[at].capacity);
	array_free((void **)&coverage->list, &coverage->capacity);
	coverage->count = 0;
}
