// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/archive_walk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_file.h"
#include "archive/archive_scan.h"
#include "archive/record.h"

/* No local date differs from that of another zone by more. */
#define ZONE_MARGIN_DAYS 2

/* Nor is a clock that is believed set back by more. */
#define CLOCK_SECONDS 93600

int archive_walk_start(struct archive_walk *walk, const struct archive *archive,
		       const struct archive_file *files, size_t count,
		       uint64_t series, const struct counters *limit)
{
	*walk = (struct archive_walk){
		.archive = archive, .files = files, .count = count,
		.series = series, .limit = limit,
	};
	walk->known = calloc(count ? count : 1, sizeof(*walk->known));
	return walk->known ? 0 : -ENOMEM;
}

void archive_walk_know(struct archive_walk *walk, size_t file,
		       const struct series_state *state)
{
	walk->known[file].visited = true;
	walk->known[file].state = *state;
	series_state_merge(&walk->state, state);
}

/* Something that is no plain file was never written to, and holds nothing. */
void archive_walk_refuse(struct archive_walk *walk, size_t file, int error)
{
	walk->known[file].visited = true;
	walk->known[file].reported = true;
	walk->known[file].is_unread = error != -ELOOP;
	walk->refused |= error != -ELOOP;
}

bool archive_walk_is_blind(const struct archive_walk *walk)
{
	for (size_t at = walk->count; at-- > 0;) {
		if (walk->has_current && walk->current == at)
			return false;
		if (walk->known[at].is_unread)
			return true;
	}
	return false;
}

/*
 * A series goes on at the end of the file that it is written to. But others may stand
 * behind it: days that came later in a month's file, or what another namespace counts
 * by the same name.
 */
static int scan_state(int descriptor, struct archive_scan *scan)
{
	char name[RECORD_TEXT_SIZE];
	size_t length;
	char *text = NULL;
	bool is_there;
	int error = archive_scan_tail(descriptor, scan);

	if (error || scan->state.found || scan->whole)
		return error;
	error = archive_read_file(descriptor, &text, &length);
	snprintf(name, sizeof(name), "@ %016" PRIx64 " ", scan->series);
	is_there = !error && memmem(text, length, name, strlen(name));
	free(text);
	return is_there ? archive_scan_read(descriptor, scan) : error;
}

/* Does the index tell that a file knows nothing of the series? */
static bool is_without(struct archive_walk *walk, size_t at)
{
	const struct archive_file *file = &walk->files[at];
	const struct archive_segments *segments = &walk->index.segments;
	struct archive_index_day day;

	if (!walk->has_index)
		walk->has_index = !archive_index_open(&walk->index, walk->archive,
						      file->monitor, INT32_MIN);
	if (!walk->has_index || archive_index_find(&walk->index, file, &day) <= 0)
		return false;
	for (size_t segment = 0; segment < day.segment_count; segment++) {
		if (segments->list[day.first_segment + segment].series ==
		    walk->series)
			return false;
	}
	return true;
}

static void visit(struct archive_walk *walk, size_t at)
{
	const struct archive_file *file = &walk->files[at];
	struct archive_scan scan = archive_scan_of(file);
	int descriptor;
	int error;

	scan.series = walk->series;
	scan.limit = walk->limit;
	/* The newest is nearly always the one, and seldom in the index. */
	if (walk->known[at].visited ||
	    (at + 1 < walk->count && is_without(walk, at)))
		return;
	descriptor = archive_open_file(walk->archive, file, O_RDONLY);
	error = descriptor < 0 ? descriptor :
				 scan_state(descriptor, &scan);
	if (descriptor >= 0)
		close(descriptor);
	if (error && error != -ENOENT) {
		archive_scan_report(walk->archive, file, &scan, error,
				    false);
		archive_walk_refuse(walk, at, error);
		archive_scan_free(&scan);
		return;
	}
	if (scan.beyond)
		archive_report(walk->archive, file,
			       "holds a damaged record, above what the kernel has counted; move that line out of the file");
	archive_walk_know(walk, at, &scan.state);
	walk->known[at].ends_otherwise = scan.has_last &&
					 scan.last_series != walk->series;
	archive_scan_free(&scan);
}

/* Does a piece of a file go on from the walk's state by another name? */
static bool find_misnamed(struct archive_walk *walk, size_t at)
{
	const struct counters state = walk->state.counters;
	struct archive_scan scan = { .series = walk->series };
	int descriptor = archive_open_file(walk->archive, &walk->files[at],
					   O_RDONLY);
	bool is_found = false;

	if (descriptor < 0)
		return false;
	if (archive_scan_read(descriptor, &scan))
		scan.segments.count = 0;
	for (size_t part = 0; part < scan.segments.count && !is_found; part++) {
		const struct archive_segment *piece = &scan.segments.list[part];

		is_found = piece->series != walk->series &&
			   counters_compare(&piece->base, &state) == 0 &&
			   (!walk->limit ||
			    counters_may_follow(walk->limit, &piece->end));
		if (is_found)
			walk->state = (struct series_state){
				.found = true, .counters = piece->end,
				.time = piece->end_time,
			};
	}
	archive_scan_free(&scan);
	close(descriptor);
	return is_found;
}

/*
 * The series was written on where another one is told of last, if that is its name
 * with damage. See coverage_take_misnamed().
 */
static void follow_misnamed(struct archive_walk *walk)
{
	const bool is_left = !walk->has_current;

	if (!walk->state.found || !walk->state.counters.packets)
		return;
	/* Where it was left in all files, it went on in any of them. */
	for (size_t at = is_left ? 0 : walk->current; at < walk->count; at++) {
		const struct archive_walk_file *known = &walk->known[at];

		if ((is_left || !known->state.found || known->ends_otherwise) &&
		    !known->reported && find_misnamed(walk, at)) {
			walk->has_current = true;
			walk->current = at;
		}
	}
}

static void find_current(struct archive_walk *walk)
{
	for (size_t at = walk->count; at-- > 0;) {
		const struct series_state *state = &walk->known[at].state;

		visit(walk, at);
		if (!state->found || state->left)
			continue;
		if (!walk->has_current ||
		    counters_compare(&state->counters,
				     &walk->known[walk->current].state.counters) > 0) {
			walk->has_current = true;
			walk->current = at;
		}
		/* Were there a newer state in another file, this one were left. */
		if (at == walk->count - 1)
			return;
	}
}

void archive_walk_newest(struct archive_walk *walk)
{
	find_current(walk);
	walk->named = walk->state.counters;
	follow_misnamed(walk);
}

/* Do two names differ in one digit? None but damaged ones do. */
static bool is_near(uint64_t left, uint64_t right)
{
	uint64_t difference = left ^ right;

	while (difference && !(difference & 0xf))
		difference >>= 4;
	return difference && difference <= 0xf;
}

static bool may_be_of(const struct archive_entry *entry, uint64_t series,
		      const struct archive_unknown *unknown)
{
	const struct sample *sample = &entry->sample;
	const struct sample *oldest = unknown->oldest;

	if (entry->base || entry->damaged)
		return false;
	/* The clock may have been set back: such a name is enough. */
	if (is_near(entry->series, series))
		return counters_may_follow(unknown->counters, &sample->counters);
	return entry->is_unsure && oldest && unknown->created >= 0 &&
	       sample->time > unknown->created - CLOCK_SECONDS &&
	       counters_may_follow(&oldest->counters, &sample->counters);
}

static void assume_of_file(struct archive_walk *walk, const struct archive_file *file,
			   const struct archive_unknown *unknown)
{
	struct archive_scan scan = archive_scan_of(file);
	const int descriptor = archive_open_file(walk->archive, file, O_RDONLY);

	if (descriptor < 0)
		return;
	if (archive_scan_read(descriptor, &scan))
		scan.entries.count = 0;
	close(descriptor);
	for (size_t at = 0; at < scan.entries.count; at++) {
		const struct archive_entry *entry = &scan.entries.list[at];
		const struct series_state told = {
			.found = true, .counters = entry->sample.counters,
			.time = entry->sample.time,
		};

		if (entry->series != walk->series &&
		    may_be_of(entry, walk->series, unknown))
			series_state_merge(&walk->assumed, &told);
	}
	archive_scan_free(&scan);
}

void archive_walk_assume(struct archive_walk *walk,
			 const struct archive_unknown *unknown)
{
	const int64_t day = unknown->created / DAY_SECONDS - ZONE_MARGIN_DAYS;

	for (size_t at = walk->count; at-- > 0;) {
		const struct archive_file *file = &walk->files[at];

		if (unknown->created < 0 ? at + 1 < walk->count :
					   archive_file_last_day(file) < day)
			break;
		assume_of_file(walk, file, unknown);
	}
}

void archive_walk_end(struct archive_walk *walk)
{
	if (walk->has_index)
		archive_index_close(&walk->index);
	walk->has_index = false;
	free(walk->known);
	walk->known = NULL;
}
