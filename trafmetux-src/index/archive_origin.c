// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/archive_origin.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_scan.h"
#include "base/machine.h"
#include "index/archive_files.h"
#include "source/source_plain.h"

/*
 * So many files are looked through for a counter of which the newest one does not tell, as
 * after the clock was set back over midnight.
 */
#define FILES_MAX 8

/* Of a clock that is set right a bit no more. */
#define FUTURE_SECONDS 2

/* The last record in the order of lines. */
static void take_newest(const struct archive_scan *scan, struct source_newest *newest)
{
	const struct archive_entries *entries = &scan->entries;

	for (size_t at = entries->count; at-- > 0;) {
		const struct archive_entry *entry = &entries->list[at];
		struct origin origin;

		if (entry->base || entry->damaged)
			continue;
		origin = archive_scan_source(scan, entry->series);
		newest->time = entry->sample.time;
		newest->series = entry->series;
		memcpy(newest->kind, origin.kind, sizeof(newest->kind));
		newest->is_about = origin.is_about;
		return;
	}
}

/* Is a state of the counter further than another? */
static bool is_further(const struct source_counter *state,
		       const struct source_counter *other)
{
	const uint32_t turn = source_plain_turn(state->series);

	if (!other->is_there)
		return true;
	if (turn != source_plain_turn(other->series))
		return turn > source_plain_turn(other->series);
	return counters_compare(&state->counters, &other->counters) > 0;
}

static void take_own(const struct archive_scan *scan, uint64_t counter,
		     struct source_counter *own)
{
	for (size_t at = 0; at < scan->segments.count; at++) {
		const struct archive_segment *segment = &scan->segments.list[at];
		const struct source_counter state = {
			.is_there = true, .series = segment->series,
			.origin = archive_scan_source(scan, segment->series),
			.counters = segment->end, .time = segment->end_time,
		};

		if (source_plain_is_own(segment->series, counter) &&
		    is_further(&state, own))
			*own = state;
	}
}

/** While files are looked through, the newest first. */
struct search {
	const struct archive *archive;
	uint64_t counter;
	struct source_archived *archived;
	bool is_left;		/* the newest record's file was left for another one */
};

/* Returns whether no older file can tell more. */
static bool take_file(struct search *search, const struct archive_file *file)
{
	struct source_archived *archived = search->archived;
	struct archive_scan scan = archive_scan_of(file);
	const int descriptor = archive_open_file(search->archive, file, O_RDONLY);
	struct source_newest newest = { .time = 0 };

	if (descriptor < 0)
		return false;
	if (!archive_scan_read(descriptor, &scan)) {
		take_newest(&scan, &newest);
		take_own(&scan, search->counter, &archived->own);
		if (newest.time && (!archived->newest.time ||
				    (search->is_left && !scan.last_bare))) {
			archived->newest = newest;
			search->is_left = scan.last_bare;
		}
	}
	archive_scan_free(&scan);
	close(descriptor);
	return archived->newest.time && !search->is_left &&
	       (!search->counter || archived->own.is_there) &&
	       archived->newest.time <= clock_present() + FUTURE_SECONDS;
}

static int look_through(struct search *search, const char *monitor,
			const struct archive_listing *listing)
{
	const struct archive_file *files;
	size_t count;

	*search->archived = (struct source_archived){ .newest = { .time = 0 } };
	search->is_left = false;
	files = archive_files_of(listing, monitor, &count);
	for (size_t at = count; at-- > 0 && count - at <= FILES_MAX;) {
		if (take_file(search, &files[at]))
			return 0;
	}
	return search->counter && !search->archived->own.is_there ? -ESTALE : 0;
}

int archive_origin_find(const struct archive *archive, const char *monitor,
			uint64_t counter, struct source_archived *archived)
{
	struct search search = { archive, counter, archived, false };
	struct archive_listing listing = { 0 };
	struct monitor_names name = { 0 };
	int error = monitor_names_add(&name, monitor);

	if (!error)
		error = archive_files_recent(archive, &name, &listing);
	if (!error)
		error = look_through(&search, monitor, &listing);
	/* There is no good list, or it lacks those that are indexed. */
	if (error == -ESTALE) {
		archive_listing_free(&listing);
		error = archive_list(archive, &name, &listing);
		if (!error)
			look_through(&search, monitor, &listing);
	}
	monitor_names_free(&name);
	archive_listing_free(&listing);
	return error;
}
