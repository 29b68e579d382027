// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "archive_growth.h"

/* Can the one be the other with a digit that went wrong, or with its end cut off? */
static bool misread(uint64_t left, uint64_t right)
{
	char first[24];
	char second[24];
	int wrong = 0;
	int at;

	snprintf(first, sizeof(first), "%" PRIu64, left);
	snprintf(second, sizeof(second), "%" PRIu64, right);
	for (at = 0; first[at] && second[at]; at++)
		wrong += first[at] != second[at];
	return first[at] == second[at] ? wrong == 1 : wrong == 0;
}

/* One line tells the state, the other one tells it wrong. */
static bool is_misread(const struct counters *left, const struct counters *right)
{
	return (left->packets == right->packets &&
		misread(left->bytes, right->bytes)) ||
	       (left->bytes == right->bytes &&
		misread(left->packets, right->packets));
}

/* The lines that tell this state of the series are damaged. */
static void refute(struct archive_scan *scan, uint64_t series,
		   const struct counters *counters)
{
	for (size_t at = 0; at < scan->entries.count; at++) {
		struct archive_entry *entry = &scan->entries.list[at];

		if (entry->series != series || entry->damaged ||
		    counters_compare(&entry->sample.counters, counters))
			continue;
		entry->damaged = true;
		archive_growth_damaged(scan, entry->line);
	}
}

static void take_off(struct counters *sum, const struct counters *high,
		     const struct counters *low)
{
	sum->packets -= high->packets - low->packets;
	sum->bytes -= high->bytes - low->bytes;
}

/* What the segment's last record should have told is a hole then. */
static void refute_end(struct archive_scan *scan, struct archive_segment *segment)
{
	refute(scan, segment->series, &segment->end);
	take_off(&scan->total, &segment->end, &segment->last_from);
	segment->end = segment->last_from;
	segment->end_time = 0;
}

/* The first record that goes on from a state. */
static struct archive_entry *first_from(struct archive_scan *scan,
					const struct archive_segment *segment)
{
	for (size_t at = 0; at < scan->entries.count; at++) {
		struct archive_entry *entry = &scan->entries.list[at];

		if (entry->series == segment->series && entry->grows &&
		    counters_compare(&entry->from, &segment->base) == 0)
			return entry;
	}
	return NULL;
}

/* The segment's base tells too little. */
static void raise_base(struct archive_scan *scan,
		       struct archive_segment *segment,
		       struct archive_entry *first, const struct counters *base)
{
	refute(scan, segment->series, &segment->base);
	take_off(&scan->total, base, &segment->base);
	if (counters_compare(&segment->last_from, &segment->base) == 0)
		segment->last_from = *base;
	segment->base = *base;
	first->from = *base;
	first->grows = counters_compare(&first->sample.counters, base) > 0;
}

static void reconcile(struct archive_scan *scan, struct archive_segment *own,
		      struct archive_scan *next,
		      struct archive_segment *follower)
{
	struct archive_entry *first = first_from(next, follower);
	int order = counters_compare(&own->end, &follower->base);

	/* Nothing went on from there: an update was cut off, and began again. */
	if (!first || order == 0 || !is_misread(&own->end, &follower->base))
		return;
	if (order > 0 &&
	    counters_may_follow(&first->sample.counters, &own->end))
		raise_base(next, follower, first, &own->end);
	else
		refute_end(scan, own);
}

/*
 * Is @name a misreading of @series throughout the file? Not where one of them
 * counted what the other one had counted before.
 */
static bool may_rename(const struct archive_segments *segments, uint64_t name,
		       uint64_t series)
{
	for (size_t at = 0; at < segments->count; at++) {
		const struct archive_segment *own = &segments->list[at];

		for (size_t before = 0; before < at; before++) {
			const struct archive_segment *other =
				&segments->list[before];

			if (((own->series == name && other->series == series) ||
			     (own->series == series && other->series == name)) &&
			    !counters_may_follow(&own->base, &other->end))
				return false;
		}
	}
	return true;
}

/* The lines of @name are of @series, misread. */
static void rename_series(struct archive_scan *scan, uint64_t name,
			  uint64_t series)
{
	struct archive_entries *entries = &scan->entries;
	struct archive_segments *segments = &scan->segments;

	for (size_t at = 0; at < entries->count; at++) {
		const struct archive_entry *entry = &entries->list[at];

		if (!entry->base || entry->series != name)
			continue;
		if (!entry->damaged)
			archive_growth_damaged(scan, entry->line);
		archive_entries_rename(entries, at, series);
	}
	for (size_t at = 0; at < segments->count; at++) {
		if (segments->list[at].series == name)
			segments->list[at].series = series;
	}
}

void archive_scan_reconcile(struct archive_scan *scan,
			    struct archive_scan *next)
{
	for (size_t at = 0; at < scan->segments.count; at++) {
		struct archive_segment *own = &scan->segments.list[at];

		for (size_t other = 0; other < next->segments.count; other++) {
			struct archive_segment *follower =
				&next->segments.list[other];

			if (archive_series_misread(own->series, &own->end,
						   follower->series,
						   &follower->base) &&
			    may_rename(&next->segments, follower->series,
				       own->series))
				rename_series(next, follower->series,
					      own->series);
			if (follower->series == own->series)
				reconcile(scan, own, next, follower);
		}
	}
}
