// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "index/belief.h"
#include "history/history_reader.h"

/* What was not told before: no file tells anything twice, unless it is damaged. */
static int find_fresh(struct history_reader *reader, struct growth *growth)
{
	struct counters end = growth->from;
	struct counters fresh;
	int error = coverage_take(&reader->coverage, growth, &fresh);

	counters_add(&end, &growth->counters);
	growth->from = counters_difference(&end, &fresh);
	growth->counters = fresh;
	return error;
}

static bool is_none(const struct growth *growth)
{
	return !growth->counters.packets && !growth->counters.bytes;
}

static int take_archived(void *context, const struct growth *growth)
{
	struct history_reader *reader = context;
	struct growth fresh = *growth;
	int error = find_fresh(reader, &fresh);

	return error || is_none(&fresh) ? error :
					  reader->sink(reader->context, &fresh);
}

/* Of what the source has, only what the archive lacks. */
static int take_fresh(struct history_reader *reader, struct growth growth)
{
	const struct history_observer *observer = reader->history->observer;
	int error = find_fresh(reader, &growth);

	if (error || is_none(&growth))
		return error;
	if (observer && observer->live)
		observer->live(reader->history->observer_context, &growth);
	return reader->sink(reader->context, &growth);
}

/* Notes that a state was reached, so that a hole below it shows. */
static int take_state(struct history_reader *reader, uint64_t series,
		      const struct counters *counters, int64_t time)
{
	const struct growth reached = { .series = series, .from = *counters,
					.time = time };
	struct counters none;

	return coverage_take(&reader->coverage, &reached, &none);
}

/*
 * Reads one file. What the kernel can't have counted is damaged, unless an update
 * has archived it since the kernel was asked: ask again.
 */
static int read_file(struct history_reader *reader, size_t at, struct archive_scan *scan)
{
	struct history *history = reader->history;
	const struct archive_file *file = &history->files[at];
	int descriptor = archive_open_file(history->archive, file, O_RDONLY);
	int error;

	if (descriptor < 0)
		return descriptor;
	*scan = archive_scan_of(file);
	scan->series = history->live.series;
	scan->limit = history->is_live ? &history->live.counters : NULL;
	error = archive_scan_read(descriptor, scan);
	if (!error && scan->beyond && !reader->refreshed) {
		reader->refreshed = true;
		history_read_live(history);
		error = archive_scan_read(descriptor, scan);
	}
	close(descriptor);
	return error;
}

/* An "@" alone, with no record behind it, does not end a hole. */
static struct history_told entry_series(const struct archive_scan *scan, bool last)
{
	const struct archive_entries *entries = &scan->entries;
	const struct archive_entry *entry;

	if (!entries->count ||
	    (!last && scan->segments.count && !scan->segments.list[0].end_time))
		return (struct history_told){ .is_there = false };
	entry = &entries->list[last ? entries->count - 1 : 0];
	return (struct history_told){
		true, entry->series, entry->sample.counters,
	};
}

static bool is_same(struct history_told left, struct history_told right)
{
	return left.is_there && right.is_there && left.series == right.series;
}

/* May records that no series is named for be of the one before and after them? */
static bool is_between(const struct archive_scan *scan, struct history_told before,
		       struct history_told after)
{
	return is_same(before, after) &&
	       (!scan->has_unnamed ||
		(counters_may_follow(&scan->unnamed_first, &before.counters) &&
		 counters_may_follow(&after.counters, &scan->unnamed_last)));
}

/*
 * Is what the damage has taken told by the lines around it? It is where the same series
 * is told of before and after: then its states tell how much it was.
 */
static bool is_known(const struct history_reader *reader,
		     const struct archive_scan *next)
{
	const struct archive_scan *scan = &reader->scan;
	const struct history *history = reader->history;
	const bool is_last = reader->at + 1 == history->count;
	const struct history_told before = reader->last;
	struct history_told after = { history->is_live && is_last,
				      history->live.series,
				      history->live.counters };
	struct history_told first = entry_series(scan, false);
	struct history_told last = entry_series(scan, true);

	if (next)
		after = entry_series(next, false);
	else if (!is_last)
		after = last;
	if (!first.is_there)
		first = after;
	if (!last.is_there)
		last = before;
	if (scan->lost_between || (scan->lost_end && !is_same(last, after)))
		return false;
	/* After the clock was set back, a file's end may have been of any series. */
	if (scan->lost_end && next && !archive_entries_plain(&next->entries))
		return false;
	if (!scan->lost_begin || before.is_there)
		return !scan->lost_begin || is_between(scan, before, first);
	/* The first file of all, or of those that are read. */
	return reader->at > 0 || (scan->segments.count && !scan->lost_before &&
				  !scan->segments.list[0].base.packets);
}

/*
 * How far the live series has come where it is told of by another name, or as if it
 * were the one before it: records that the source has too show it.
 */
static void note_nameless(struct history_reader *reader)
{
	const struct history *history = reader->history;
	const struct samples *samples = &history->samples;
	const struct archive_entries *entries = &reader->scan.entries;
	size_t next = 0;

	for (size_t at = 0; history->is_live && at < entries->count; at++) {
		const struct archive_entry *entry = &entries->list[at];
		const struct series_state told = {
			.found = true, .counters = entry->sample.counters,
			.time = entry->sample.time,
		};

		/* What is not believed is not counted by that name either. */
		if (entry->base || entry->damaged ||
		    entry->series == history->live.series)
			continue;
		if (next == samples->count ||
		    counters_compare(&samples->list[next].counters,
				     &told.counters) > 0)
			next = 0;
		while (next < samples->count &&
		       counters_compare(&samples->list[next].counters,
					&told.counters) < 0)
			next++;
		if (next < samples->count &&
		    archive_entry_is(entry, &samples->list[next]))
			series_state_merge(&reader->nameless, &told);
	}
}

int history_finish_file(struct history_reader *reader,
			const struct archive_scan *next)
{
	const struct history *history = reader->history;
	const struct archive_file *file = &history->files[reader->at];
	struct archive_scan *scan = &reader->scan;
	int error = 0;

	if (!reader->pending)
		return 0;
	for (size_t at = 0; !error && at < scan->segments.count; at++) {
		const struct archive_segment *segment = &scan->segments.list[at];

		error = take_state(reader, segment->series, &segment->base,
				   counters_compare(&segment->base,
						    &segment->end) ?
				   0 : segment->end_time);
	}
	/* Without any growth it was cut off behind its "@", or in its version's line. */
	if (!error && (scan->damaged || scan->torn || !scan->first_time ||
		       scan->lost_version))
		error = history_doubt(reader, file);
	note_nameless(reader);
	scan->sink = take_archived;
	scan->context = reader;
	if (!error)
		error = archive_scan_grow(scan);
	archive_scan_report(history->archive, file, scan, 0,
			    is_known(reader, next));
	if (history->observer && history->observer->file)
		history->observer->file(history->observer_context, file, scan);
	if (scan->entries.count)
		reader->last = entry_series(scan, true);
	archive_walk_know(&reader->walk, reader->at, &scan->state);
	archive_scan_free(scan);
	reader->pending = false;
	return error;
}

/* Only the next file shows whether the last records of this one can be true. */
static int take_file(struct history_reader *reader, size_t at)
{
	const struct history *history = reader->history;
	struct archive_scan scan = { 0 };
	struct archive_file file;
	int error = 0;

	if (reader->is_ahead && reader->ahead_at == at) {
		scan = reader->ahead;
		reader->ahead = (struct archive_scan){ 0 };
		reader->is_ahead = false;
	} else {
		error = read_file(reader, at, &scan);
	}
	if (error == -ENOENT && !history->files[at].is_month) {
		/* Whoever removes files by hand means it; compact does not. */
		file = history->files[at];
		if (!archive_file_of_day(history->archive, &file) &&
		    file.is_month)
			archive_report(history->archive, &history->files[at],
				       "was put into a file of its month meanwhile; run this again");
	}
	if (error) {
		if (error != -ENOENT && error != -ENOMEM) {
			archive_scan_report(history->archive,
					    &history->files[at], &scan, error,
					    false);
			archive_walk_refuse(&reader->walk, at, error);
		}
		archive_scan_free(&scan);
		return error == -ENOMEM ? error : 0;
	}
	if (reader->pending)
		error = archive_scan_meet(&reader->scan, &scan);
	if (!error)
		error = history_finish_file(reader, &scan);
	reader->scan = scan;
	reader->at = at;
	reader->pending = true;
	return error;
}

/* Is any of what the source has of the window? */
static bool is_live_wanted(const struct history_reader *reader)
{
	const struct history *history = reader->history;
	const struct samples *samples = &history->samples;

	if (!history->is_live)
		return false;
	for (size_t at = 0; at < samples->count; at++) {
		if (history_in_window(reader, samples->list[at].time))
			return true;
	}
	return history_in_window(reader, history->live.time_rounded_up);
}

/* The series is in no file by its name. */
static void assume(struct history_reader *reader)
{
	const struct live *live = &reader->history->live;
	const struct samples *samples = &reader->history->samples;
	const struct archive_unknown unknown = {
		.created = live->created, .counters = &live->counters,
		.oldest = live->dropped > 0 && samples->count ? samples->list : NULL,
	};

	archive_walk_assume(&reader->walk, &unknown);
	if (reader->walk.assumed.found)
		series_state_merge(&reader->nameless, &reader->walk.assumed);
}

/*
 * The state that live traffic goes on from. Where a part of the archive can't be read,
 * it may be in there: then only what grew between the source's own samples is known.
 */
static int find_start(struct history_reader *reader, struct counters *state)
{
	const struct history *history = reader->history;
	const struct samples *samples = &history->samples;
	const struct live *live = &history->live;
	int64_t time;

	archive_walk_newest(&reader->walk);
	if (!reader->walk.state.found) {
		assume(reader);
		if (reader->nameless.found) {
			*state = reader->nameless.counters;
			return 0;
		}
	}
	time = reader->walk.state.time;
	*state = reader->walk.state.counters;
	if (live->dropped &&
	    (history->archive->is_unread || archive_walk_is_blind(&reader->walk))) {
		reader->is_blind = true;
		*state = samples->count ? samples->list[0].counters :
					  live->counters;
	}
	/* That the source tells the same confirms it. */
	if (!time && !counters_compare(state, &live->counters))
		time = live->time_rounded_up;
	return take_state(reader, live->series, state, time) ||
	       coverage_take_misnamed(&reader->coverage, live->series,
				      &reader->walk.named) ?
		       -ENOMEM : 0;
}

/* What the source has and the archive lacks: its samples, then the reading. */
static int take_live(struct history_reader *reader)
{
	const struct history *history = reader->history;
	const struct live *live = &history->live;
	const struct samples *samples = &history->samples;
	struct counters state;
	int error;

	if (!is_live_wanted(reader))
		return 0;
	error = find_start(reader, &state);
	for (size_t at = 0; !error && at <= samples->count; at++) {
		bool last = at == samples->count;
		const struct counters *next = last ? &live->counters :
						     &samples->list[at].counters;
		struct growth growth = {
			.time = last ? live->time_rounded_up :
				       samples->list[at].time,
			.since = last ? history->live_since :
					samples->list[at].since,
			.series = live->series,
			.from = state,
			.is_about = live->origin.is_about,
		};

		/* What the archive lacks below its state is a hole. */
		if (!counters_may_follow(next, &state))
			continue;
		growth.counters = counters_difference(next, &state);
		state = *next;
		error = take_fresh(reader, growth);
	}
	return error;
}

/* What is held, see clock_memory.h, as far as the archive lacks it. */
static int take_held(struct history_reader *reader)
{
	const struct history *history = reader->history;
	const struct belief *belief = history->source->belief;
	int error = 0;

	for (size_t at = 0; belief && !error && at < belief->memory.held_count;
	     at++) {
		const struct clock_held *held = &belief->memory.held[at];
		const struct growth growth = {
			.time = belief->present + 1, .series = held->series,
			.counters = held->counters,
		};

		if (strcmp(held->monitor, history->monitor) == 0 &&
		    history_in_window(reader, growth.time))
			error = take_fresh(reader, growth);
	}
	return error;
}

/*
 * Need the file not be read? The index has all files but the newest, mostly: that is
 * read first then, and spares reading the one before it.
 */
static bool is_enough(struct history_reader *reader, size_t at)
{
	const struct history_known *known = reader->known;

	if (!known || !known[at].awaits_next)
		return known && known[at].is_enough;
	if (read_file(reader, at + 1, &reader->ahead)) {
		archive_scan_free(&reader->ahead);
		return false;
	}
	reader->is_ahead = true;
	reader->ahead_at = at + 1;
	return history_goes_on(reader, at, &reader->ahead);
}

static int read_archive(struct history_reader *reader)
{
	const struct history *history = reader->history;
	int error = archive_walk_start(&reader->walk, history->archive,
				       history->files, history->count,
				       history->live.series, NULL);

	if (!error)
		error = history_look_up(reader);
	for (size_t at = 0; !error && at < history->count; at++) {
		if (!history_wants(reader, at)) {
			reader->is_partial = true;
			continue;
		}
		error = is_enough(reader, at) ? history_take_known(reader, at) :
						-EBADMSG;
		if (error == -EBADMSG)
			error = take_file(reader, at);
	}
	if (!error)
		error = history_finish_file(reader, NULL);
	if (!error)
		error = take_live(reader);
	return error ? error : take_held(reader);
}

static void release(struct history_reader *reader)
{
	archive_scan_free(&reader->scan);
	if (reader->is_ahead)
		archive_scan_free(&reader->ahead);
	coverage_free(&reader->coverage);
	array_free((void **)&reader->doubts, &reader->doubt_capacity);
	archive_walk_end(&reader->walk);
	archive_index_close(&reader->index);
	free(reader->known);
}

static int pass_by(void *context, const struct growth *growth)
{
	(void)context;
	(void)growth;
	return 0;
}

static bool always_together(void *context, int64_t first, int64_t last)
{
	(void)context;
	(void)first;
	(void)last;
	return true;
}

/*
 * Files that were left out may hold what seems to be missing: read them all, in
 * silence, and only hand out the holes that are left.
 */
static int take_holes_of_all(const struct history_reader *partial)
{
	struct history *history = partial->history;
	const struct history_observer *observer = history->observer;
	const struct archive *archive = history->archive;
	struct messages messages = { .silent = true };
	struct archive silent = *archive;
	struct history_reader reader = {
		.history = history, .window = HISTORY_WINDOW_ALL,
		.together = always_together, .sink = pass_by,
		.refreshed = partial->refreshed, .index = { .directory = -1, .hours = -1 },
	};
	int error;

	silent.messages = &messages;
	history->archive = &silent;
	history->observer = NULL;
	error = read_archive(&reader);
	history->archive = archive;
	history->observer = observer;
	reader.sink = partial->sink;
	reader.context = partial->context;
	if (!error)
		error = coverage_holes(&reader.coverage, history_take_hole,
				       &reader);
	release(&reader);
	return error;
}

int history_read(struct history *history, const struct history_window *window,
		 growth_together *together, growth_sink *sink, void *context)
{
	struct history_reader reader = {
		.history = history, .window = *window, .together = together,
		.sink = sink, .context = context, .index = { .directory = -1, .hours = -1 },
	};
	int error = read_archive(&reader);

	if (!error && !reader.is_partial)
		error = coverage_holes(&reader.coverage, history_take_hole,
				       &reader);
	else if (!error && coverage_holes(&reader.coverage, history_doubt_hole,
					  &reader))
		error = take_holes_of_all(&reader);
	release(&reader);
	return error;
}
