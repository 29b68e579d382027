// SPDX-License-Identifier: GPL-2.0-or-later
#include "history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive_walk.h"

/* Returns false when the monitor is live but was not understood. */
static bool read_live(struct history *history, const struct source *source,
		      struct messages *messages)
{
	struct source_reading *reading = malloc(sizeof(*reading));
	int error;

	if (!reading) {
		message_report(messages, "%s: %s", history->monitor,
			       message_reason(ENOMEM));
		return false;
	}
	error = source->operations->open(source, history->monitor, reading);
	if (!error) {
		history->live = reading->live;
		error = source_collect(reading, NULL, &history->samples, NULL);
		source->operations->close(reading);
	}
	history->is_live = !error;
	if (error && error != -ENOENT)
		source_report(messages, reading, error);
	free(reading);
	return !error || error == -ENOENT;
}

void history_open(struct history *history, const char *monitor,
		  const struct source *source, const struct archive *archive,
		  const struct archive_listing *listing)
{
	struct messages *messages = archive->messages;
	bool understood;

	*history = (struct history){ .monitor = monitor, .archive = archive };
	if (!monitor_name_valid(monitor)) {
		monitor_name_report(messages, monitor);
		return;
	}
	understood = read_live(history, source, messages);
	history->files = archive_files_of(listing, monitor, &history->count);
	history->is_known = history->is_live || history->count;
	if (!history->is_known && understood)
		message_report(messages,
			       "%s: no such monitor, neither in %s nor in %s; see 'trafmetux list'",
			       monitor, source->path, archive->path);
}

/*
 * Scans one file. What was wrong is reported if @walk is there to note it.
 * Returns 0, also when the file can't be used, or an error of the sink's.
 */
static int scan_file(const struct history *history, size_t at,
		     struct archive_scan *scan, struct archive_walk *walk)
{
	const struct archive_file *file = &history->files[at];
	int descriptor = archive_open_file(history->archive, file, O_RDONLY);
	int error = descriptor < 0 ? descriptor :
				     archive_scan_file(descriptor, scan);

	if (descriptor >= 0)
		close(descriptor);
	if (error == -ENOMEM)
		return error;
	if (!walk || error == -ENOENT)
		return 0;
	archive_scan_report(history->archive, file, scan, error);
	if (error)
		archive_walk_refuse(walk, at);
	else
		archive_walk_know(walk, at, &scan->state);
	return 0;
}

int64_t history_archived_since(const struct history *history)
{
	struct archive_scan scan = { .first_only = true };

	for (size_t at = 0; at < history->count && !scan.first_time; at++)
		scan_file(history, at, &scan, NULL);
	return scan.first_time;
}

int64_t history_first(const struct history *history)
{
	int64_t first = history_archived_since(history);
	int64_t live = 0;

	if (history->samples.count)
		live = history->samples.list[0].time;
	else if (history->is_live && history->live.counters.packets)
		live = history->live.time_rounded_up;
	return live && (!first || live < first) ? live : first;
}

/* What the source has above @state: its samples, then the reading itself. */
static int read_source(const struct history *history, struct counters state,
		       growth_sink *sink, void *context)
{
	const struct sample reading = {
		.time = history->live.time_rounded_up,
		.counters = history->live.counters,
	};
	int error = 0;

	for (size_t at = 0; !error && at <= history->samples.count; at++) {
		const struct sample *sample = at < history->samples.count ?
			&history->samples.list[at] : &reading;
		struct growth growth = { .time = sample->time };

		if (counters_compare(&sample->counters, &state) == 0 ||
		    !counters_may_follow(&sample->counters, &state))
			continue;
		growth.counters = counters_difference(&sample->counters,
						      &state);
		state = sample->counters;
		error = sink(context, &growth);
	}
	return error;
}

int history_read(const struct history *history, int32_t from_day,
		 growth_sink *sink, void *context)
{
	struct archive_walk walk;
	int error = archive_walk_start(&walk, history->archive, history->files,
				       history->count, history->live.series,
				       NULL);

	for (size_t at = 0; !error && at < history->count; at++) {
		struct archive_scan scan = { .sink = sink, .context = context,
					     .series = history->live.series };

		if (history->files[at].day >= from_day)
			error = scan_file(history, at, &scan, &walk);
	}
	if (!error && history->is_live) {
		archive_walk_newest(&walk);
		error = read_source(history, walk.state.counters, sink,
				    context);
	}
	archive_walk_end(&walk);
	return error;
}

void history_close(struct history *history)
{
	samples_free(&history->samples);
}
