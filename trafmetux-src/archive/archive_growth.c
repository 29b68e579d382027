// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "archive/archive_scan.h"
#include "base/array.h"

void archive_growth_damaged(struct archive_scan *scan, uint64_t line)
{
	uint64_t *lines = scan->damaged_lines;
	size_t at = ARCHIVE_DAMAGED_LINES;

	if (scan->damaged < ARCHIVE_DAMAGED_LINES)
		at = (size_t)scan->damaged;
	else if (line < lines[at - 1])
		at--;
	scan->damaged++;
	if (at == ARCHIVE_DAMAGED_LINES)
		return;
	for (; at > 0 && lines[at - 1] > line; at--)
		lines[at] = lines[at - 1];
	lines[at] = line;
}

void archive_segments_free(struct archive_segments *segments)
{
	array_free((void **)&segments->list, &segments->capacity);
	segments->count = 0;
}

static int add_segment(struct archive_scan *scan, struct archive_series *series,
		       const struct counters *base)
{
	struct archive_segments *segments = &scan->segments;
	int error = array_reserve((void **)&segments->list, &segments->capacity,
				  segments->count + 1, sizeof(*segments->list));

	if (error)
		return error;
	segments->list[segments->count++] = (struct archive_segment){
		.series = series->series, .base = *base, .end = *base,
		.is_about = archive_scan_source(scan, series->series).is_about,
	};
	scan->is_split |= series->segment != 0;
	series->segment = segments->count;
	return 0;
}

static struct archive_segment *segment_of(struct archive_scan *scan,
					  const struct archive_series *series)
{
	return series->segment ? &scan->segments.list[series->segment - 1] : NULL;
}

static void note_state(struct archive_scan *scan,
		       const struct archive_segment *segment, bool bare)
{
	scan->has_last = true;
	scan->last_bare = bare;
	scan->last_series = segment->series;
	scan->last_counters = segment->end;
	if (segment->series != scan->series)
		return;
	scan->state.found = true;
	scan->state.left = bare;
	scan->state.counters = segment->end;
	scan->state.time = segment->end_time;
}

static void note_growth(struct archive_scan *scan,
			const struct archive_entry *entry)
{
	const struct counters growth =
		counters_difference(&entry->sample.counters, &entry->from);
	int64_t time = entry->sample.time;

	counters_add(&scan->total, &growth);
	if (!scan->first_time || time < scan->first_time)
		scan->first_time = time;
	if (time > scan->last_time)
		scan->last_time = time;
}

static int find_base(struct archive_scan *scan, struct archive_series *series,
		     const struct archive_entry *entry)
{
	const struct counters *counters = &entry->sample.counters;
	const struct archive_segment *segment = segment_of(scan, series);
	int error = 0;

	if (!entry->damaged &&
	    (!segment || counters_compare(counters, &segment->end) > 0))
		error = add_segment(scan, series, counters);
	segment = segment_of(scan, series);
	if (!error && segment)
		note_state(scan, segment, true);
	return error;
}

static int find_record(struct archive_scan *scan, struct archive_series *series,
		       struct archive_entry *entry, size_t place)
{
	const struct sample *sample = &entry->sample;
	struct archive_segment *segment;
	int error = 0;

	entry->grows = false;
	if (entry->damaged)
		return 0;
	/* After an "@" that is not believed, what it grew from is not known. */
	if (!series->segment)
		error = add_segment(scan, series, series->has_start ?
				    &series->start : &sample->counters);
	if (error)
		return error;
	segment = segment_of(scan, series);
	entry->from = segment->end;
	entry->grows = counters_compare(&sample->counters, &entry->from) > 0;
	if (entry->grows) {
		note_growth(scan, entry);
		if (!series->growth)
			series->growth = place;
	}
	segment->end = sample->counters;
	segment->end_time = sample->time;
	note_state(scan, segment, false);
	return 0;
}

static void forget(struct archive_scan *scan)
{
	for (size_t at = 0; at < scan->entries.series_count; at++) {
		scan->entries.series[at].segment = 0;
		scan->entries.series[at].growth = 0;
	}
	scan->segments.count = 0;
	scan->total = (struct counters){ 0 };
	scan->state = (struct series_state){ .found = false };
	scan->has_last = false;
	scan->first_time = 0;
	scan->last_time = 0;
	scan->is_split = false;
}

int archive_growth_find(struct archive_scan *scan)
{
	struct archive_entries *entries = &scan->entries;
	struct archive_series *series = NULL;
	int error = 0;

	forget(scan);
	for (size_t at = 0; !error && at < entries->count; at++) {
		struct archive_entry *entry = &entries->list[at];

		if (!series || series->series != entry->series)
			series = archive_entries_series(entries, entry->series);
		error = entry->base ? find_base(scan, series, entry) :
				      find_record(scan, series, entry, at + 1);
	}
	return error;
}

int archive_scan_grow(struct archive_scan *scan)
{
	uint64_t series = 0;
	bool is_about = archive_scan_source(scan, series).is_about;
	int error = 0;

	for (size_t at = 0; !error && at < scan->entries.count; at++) {
		const struct archive_entry *entry = &scan->entries.list[at];
		struct growth growth = {
			.time = entry->sample.time,
			.since = entry->sample.since,
			.series = entry->series,
			.from = entry->from,
			.counters = counters_difference(&entry->sample.counters,
							&entry->from),
		};

		if (entry->series != series) {
			series = entry->series;
			is_about = archive_scan_source(scan, series).is_about;
		}
		growth.is_about = is_about;
		if (entry->grows && !entry->damaged)
			error = scan->sink(scan->context, &growth);
	}
	return error;
}

/* Two files, one after the other: what the second tells of the end of the first. */

/* A series that goes on from one file into the next. */
struct meeting {
	struct archive_scan *scan;
	struct archive_scan *next;
	struct archive_series *own;
	struct archive_series *follower;
	struct counters from;		/* what its first record in the next file grew */
	struct counters first;		/*  from, and came to */
	struct archive_entry *highest;	/* above @from */
	struct archive_entry *above;	/* the last that is above @from only, */
	size_t above_count;		/* of so many */
};

static void mark(struct archive_scan *scan, struct archive_entry *entry)
{
	entry->damaged = true;
	archive_growth_damaged(scan, entry->line);
	scan->lost_begin |= entry == scan->entries.list && entry->base;
}

/* Is the line right behind the "@" a record below it? Then the "@" is wrong. */
static bool is_contradicted(const struct archive_entries *entries,
			    const struct archive_entry *base)
{
	const struct archive_entry *next = base + 1;

	return next < entries->list + entries->count && !next->base &&
	       next->series == base->series &&
	       !counters_may_follow(&next->sample.counters, &base->sample.counters);
}

/*
 * Calls what is done with each line of the first file that is above @from. Those of a
 * piece that begins above it were written after the next file was left, and are what
 * they are.
 */
static void look_through(struct meeting *meeting,
			 void (*take)(struct meeting *meeting,
				      struct archive_entry *entry))
{
	struct archive_entries *entries = &meeting->scan->entries;
	struct archive_entry *entry = &entries->list[meeting->own->first - 1];
	struct counters end = { 0 };
	bool is_later = false;
	bool is_first = true;

	for (; entry; entry = archive_entries_next(entries, entry)) {
		const struct counters *own = &entry->sample.counters;

		if (entry->damaged)
			continue;
		if (entry->base && (is_first || counters_compare(own, &end) > 0))
			is_later = counters_compare(own, &meeting->from) > 0 &&
				   !is_contradicted(entries, entry);
		is_first = false;
		end = *own;
		if (!is_later && !counters_may_follow(&meeting->from, own))
			take(meeting, entry);
	}
}

static void note_highest(struct meeting *meeting, struct archive_entry *entry)
{
	meeting->highest = entry;
}

/* Nothing is above the first record of the next file. */
static void refute(struct meeting *meeting, struct archive_entry *entry)
{
	if (counters_may_follow(&meeting->first, &entry->sample.counters)) {
		meeting->above = entry;
		meeting->above_count++;
	} else {
		mark(meeting->scan, entry);
	}
}

/* Does the next file tell the very record again? That contradicts nothing. */
static bool is_repeated(const struct meeting *meeting)
{
	const struct archive_entries *entries = &meeting->next->entries;
	const struct sample *sample = &meeting->highest->sample;

	for (size_t at = meeting->follower->first; at;
	     at = entries->list[at - 1].next) {
		const struct archive_entry *entry = &entries->list[at - 1];

		if (!entry->base && entry->sample.time == sample->time &&
		    counters_compare(&entry->sample.counters,
				     &sample->counters) == 0)
			return true;
	}
	return false;
}

/* The lines that tell where the next file goes on are damaged: it goes on from @above. */
static void raise_start(struct meeting *meeting)
{
	struct archive_entries *entries = &meeting->next->entries;
	struct archive_series *follower = meeting->follower;

	for (size_t at = follower->first; at && at != follower->growth;
	     at = entries->list[at - 1].next) {
		if (!entries->list[at - 1].damaged)
			mark(meeting->next, &entries->list[at - 1]);
	}
	follower->has_start = true;
	follower->start = meeting->above->sample.counters;
}

static void meet(struct meeting *meeting)
{
	const struct archive_entry *first = &meeting->next->entries.list[
		meeting->follower->growth - 1];

	meeting->from = first->from;
	meeting->first = first->sample.counters;
	look_through(meeting, note_highest);
	if (!meeting->highest || is_repeated(meeting))
		return;
	look_through(meeting, refute);
	if (meeting->above_count == 1)
		mark(meeting->scan, meeting->above);
	else if (meeting->above_count)
		raise_start(meeting);
}

int archive_scan_meet(struct archive_scan *scan, struct archive_scan *next)
{
	struct archive_entries *followers = &next->entries;
	const uint64_t damaged = scan->damaged + next->damaged;
	int error;

	for (size_t at = 0; at < followers->series_count; at++) {
		struct meeting meeting = {
			.scan = scan, .next = next,
			.follower = &followers->series[at],
		};

		meeting.own = archive_entries_series(&scan->entries,
						     meeting.follower->series);
		if (meeting.own && meeting.follower->growth)
			meet(&meeting);
	}
	if (scan->damaged + next->damaged == damaged)
		return 0;
	error = archive_growth_find(scan);
	return error ? error : archive_growth_find(next);
}
