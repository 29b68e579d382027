// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_growth.h"

#include <errno.h>

#include "array.h"

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

/* The segment that a series is in; a file has few, mostly one. */
static struct archive_segment *last_segment(struct archive_segments *segments,
					    uint64_t series)
{
	for (size_t at = segments->count; at-- > 0;) {
		if (segments->list[at].series == series)
			return &segments->list[at];
	}
	return NULL;
}

static struct archive_segment *add_segment(struct archive_segments *segments,
					   const struct archive_entry *entry)
{
	int error = array_reserve((void **)&segments->list, &segments->capacity,
				  segments->count + 1, sizeof(*segments->list));
	struct archive_segment *segment;

	if (error)
		return NULL;
	segment = &segments->list[segments->count++];
	*segment = (struct archive_segment){
		.series = entry->series,
		.base = entry->sample.counters,
		.last_from = entry->sample.counters,
		.end = entry->sample.counters,
	};
	return segment;
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

static int find_base(struct archive_scan *scan,
		     const struct archive_entry *entry,
		     struct archive_segment **segment)
{
	struct archive_segments *segments = &scan->segments;

	*segment = last_segment(segments, entry->series);
	if (!entry->damaged &&
	    (!*segment || counters_compare(&entry->sample.counters,
					   &(*segment)->end) > 0)) {
		*segment = add_segment(segments, entry);
		if (!*segment)
			return -ENOMEM;
	}
	if (*segment)
		note_state(scan, *segment, true);
	return 0;
}

static int find_record(struct archive_scan *scan, struct archive_entry *entry,
		       struct archive_segment **segment)
{
	const struct sample *sample = &entry->sample;

	if (entry->damaged)
		return 0;
	/* After an "@" that can't be true, what it grew from is not known. */
	if (!*segment) {
		*segment = add_segment(&scan->segments, entry);
		if (!*segment)
			return -ENOMEM;
	}
	entry->from = (*segment)->end;
	entry->grows = counters_compare(&sample->counters, &entry->from) > 0;
	if (entry->grows) {
		(*segment)->last_from = entry->from;
		note_growth(scan, entry);
	}
	(*segment)->end = sample->counters;
	(*segment)->end_time = sample->time;
	note_state(scan, *segment, false);
	return 0;
}

int archive_growth_find(struct archive_scan *scan)
{
	struct archive_segment *segment = NULL;
	int error = 0;

	for (size_t at = 0; !error && at < scan->entries.count; at++) {
		struct archive_entry *entry = &scan->entries.list[at];

		if (entry->damaged)
			archive_growth_damaged(scan, entry->line);
		error = entry->base ? find_base(scan, entry, &segment) :
				      find_record(scan, entry, &segment);
	}
	return error;
}

int archive_scan_grow(struct archive_scan *scan)
{
	int error = 0;

	for (size_t at = 0; !error && at < scan->entries.count; at++) {
		const struct archive_entry *entry = &scan->entries.list[at];
		const struct growth growth = {
			.time = entry->sample.time,
			.since = entry->sample.since,
			.series = entry->series,
			.from = entry->from,
			.counters = counters_difference(&entry->sample.counters,
							&entry->from),
		};

		if (entry->grows && !entry->damaged)
			error = scan->sink(scan->context, &growth);
	}
	return error;
}
