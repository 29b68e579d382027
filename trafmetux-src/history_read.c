// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "array.h"
#include "history_reader.h"

/* Each file is read alone, so what it tells is counted, whatever others tell. */
static int take_archived(void *context, const struct growth *growth)
{
	struct history_reader *reader = context;
	struct counters fresh;
	int error = coverage_take(&reader->coverage, growth, &fresh);

	return error ? error : reader->sink(reader->context, growth);
}

/* Of what the source has, only what the archive lacks. */
static int take_fresh(struct history_reader *reader, struct growth growth)
{
	const struct history_observer *observer = reader->history->observer;
	struct counters fresh;
	int error = coverage_take(&reader->coverage, &growth, &fresh);

	if (error || (fresh.packets == 0 && fresh.bytes == 0))
		return error;
	growth.counters = fresh;
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

int history_finish_file(struct history_reader *reader)
{
	const struct history *history = reader->history;
	const struct archive_file *file = &history->files[reader->at];
	struct archive_scan *scan = &reader->scan;
	int error = 0;

	if (!reader->pending)
		return 0;
	for (size_t at = 0; !error && at < scan->segments.count; at++)
		error = take_state(reader, scan->segments.list[at].series,
				   &scan->segments.list[at].base, 0);
	/* Without any growth, it was cut off after its "@". */
	if (!error && (scan->damaged || scan->torn || !scan->first_time))
		error = history_doubt(reader, file);
	scan->sink = take_archived;
	scan->context = reader;
	if (!error)
		error = archive_scan_grow(scan);
	archive_scan_report(history->archive, file, scan, 0);
	if (history->observer)
		history->observer->file(history->observer_context, file, scan);
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
					    &history->files[at], &scan, error);
			archive_walk_refuse(&reader->walk, at);
		}
		archive_scan_free(&scan);
		return error == -ENOMEM ? error : 0;
	}
	if (reader->pending)
		archive_scan_reconcile(&reader->scan, &scan);
	error = history_finish_file(reader);
	archive_walk_know(&reader->walk, at, &scan.state);
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
	archive_walk_newest(&reader->walk);
	state = reader->walk.state.counters;
	error = take_state(reader, live->series, &state,
			   reader->walk.state.time);
	for (size_t at = 0; !error && at <= samples->count; at++) {
		bool last = at == samples->count;
		const struct counters *next = last ? &live->counters :
						     &samples->list[at].counters;
		struct growth growth = {
			.time = last ? live->time_rounded_up :
				       samples->list[at].time,
			.since = last ? SAMPLE_MINUTE : samples->list[at].since,
			.series = live->series,
			.from = state,
		};

		/* Before the oldest sample that is left, nothing is known. */
		if (!counters_may_follow(next, &state)) {
			if (at == 0)
				state = *next;
			continue;
		}
		growth.counters = counters_difference(next, &state);
		state = *next;
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
		error = history_finish_file(reader);
	return error ? error : take_live(reader);
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
