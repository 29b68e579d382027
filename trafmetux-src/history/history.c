// SPDX-License-Identifier: GPL-2.0-or-later
#include "history/history.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "archive/archive_scan.h"
#include "index/archive_origin.h"
#include "index/belief.h"
#include "history/history_reader.h"

/*
 * Has the archive come to a state that is no later than the source's? Its newest file
 * nearly always tells, so that the source's older samples need not be read.
 */
static bool find_archived(const struct history *history, const struct live *live,
			  struct counters *known, int64_t *time)
{
	struct archive_scan scan;
	bool is_found;
	int descriptor;

	if (!history->count)
		return false;
	scan = archive_scan_of(&history->files[history->count - 1]);
	scan.series = live->series;
	descriptor = archive_open_file(history->archive,
				       &history->files[history->count - 1],
				       O_RDONLY);
	if (descriptor < 0)
		return false;
	is_found = !archive_scan_tail(descriptor, &scan) &&
		   scan.state.found && !scan.state.left &&
		   counters_may_follow(&live->counters, &scan.state.counters);
	*known = scan.state.counters;
	if (is_found)
		*time = scan.state.time;
	archive_scan_free(&scan);
	close(descriptor);
	return is_found;
}

/* Times that can't be believed become some that can, see belief.h. */
static void settle_times(struct history *history, int64_t known)
{
	const struct belief *belief = history->source->belief;
	struct live *live = &history->live;

	history->live_since = SAMPLE_MINUTE;
	if (!belief)
		return;
	known = belief_known(belief, live->time, known, history->archive,
			     history->files, history->count);
	if (!belief_of_time(belief, 0, live->created))
		live->created = LIVE_UNKNOWN;
	if (!belief_is_sure(belief) ||
	    !belief_of_time(belief, known, live->time)) {
		/* A second later than the present ends with it. */
		live->time = belief->present + 1;
		live->time_rounded_up = live->time;
		history->live_since = 0;
	}
	belief_fold(belief, known, belief_is_sure(belief) ?
		    live->time_rounded_up : 0, &history->samples);
}

bool history_read_live(struct history *history)
{
	struct messages *messages = history->archive->messages;
	const struct source *source = history->source;
	struct source_reading *reading = malloc(sizeof(*reading));
	struct counters known;
	int64_t time = 0;
	int error;

	if (!reading) {
		message_report(messages, "%s: %s", history->monitor,
			       message_reason(ENOMEM));
		return false;
	}
	error = source->operations->open(source, history->monitor, reading);
	samples_free(&history->samples);
	if (!error) {
		history->live = reading->live;
		error = source_collect(reading,
				       find_archived(history, &reading->live,
						     &known, &time) ? &known : NULL,
				       &history->samples, NULL);
		source->operations->close(reading);
	}
	history->is_live = !error;
	if (!error)
		settle_times(history, time);
	if (error && error != -ENOENT)
		source_report(messages, reading, error);
	free(reading);
	return !error || error == -ENOENT;
}

int history_read_samples(const struct history *history,
			 const struct counters *known, struct samples *samples,
			 bool *is_reached)
{
	const struct source *source = history->source;
	struct source_reading *reading = malloc(sizeof(*reading));
	int error;

	if (!reading)
		return -ENOMEM;
	error = source->operations->open(source, history->monitor, reading);
	if (!error) {
		if (reading->live.series == history->live.series)
			error = source_collect(reading, known, samples,
					       is_reached);
		source->operations->close(reading);
	}
	free(reading);
	if (source->belief)
		belief_fold(source->belief, 0, 0, samples);
	/* What came before it is right. */
	return error == -ENOMEM ? error : 0;
}

void history_open(struct history *history, const char *monitor,
		  const struct source *source, const struct archive *archive,
		  const struct archive_listing *listing)
{
	struct messages *messages = archive->messages;
	bool understood;

	*history = (struct history){ .monitor = monitor, .archive = archive,
				     .source = source };
	if (!monitor_name_valid(monitor)) {
		monitor_name_report(messages, monitor);
		return;
	}
	history->files = archive_files_of(listing, monitor, &history->count);
	understood = history_read_live(history);
	history->is_known = history->is_live || history->count;
	if (!history->is_known && understood)
		message_report(messages, source->path ?
			       "%s: no such monitor, neither in %s nor in %s; see 'trafmetux list'" :
			       "%s: no such monitor%s in %s; see 'trafmetux list'",
			       monitor, source->path ? source->path : "",
			       archive->path);
}

int64_t history_archived_since(const struct history *history)
{
	int64_t first = 0;

	for (size_t at = 0; at < history->count && !first; at++) {
		struct archive_scan scan = { .first_only = true };
		int descriptor;

		if (archive_file_last_day(&history->files[at]) <
		    BELIEF_OLDEST / DAY_SECONDS)
			continue;
		descriptor = archive_open_file(history->archive,
					       &history->files[at], O_RDONLY);
		if (descriptor < 0)
			continue;
		if (!archive_scan_read(descriptor, &scan))
			first = scan.first_time;
		archive_scan_free(&scan);
		close(descriptor);
	}
	return first;
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

bool history_is_about(const struct history *history)
{
	struct source_archived archived;

	if (history->is_live)
		return history->live.origin.is_about;
	return history->count &&
	       !archive_origin_find(history->archive, history->monitor, 0, &archived) &&
	       archived.newest.is_about;
}

unsigned int history_percent(const struct history *history, int64_t time)
{
	int64_t read;
	int64_t days;

	if (!history->count)
		return 0;
	days = archive_file_last_day(&history->files[history->count - 1]) -
	       history->files[0].day + 1;
	read = time / DAY_SECONDS - history->files[0].day;
	if (read < 0)
		return 0;
	return read < days ? (unsigned int)(read * 100 / days) : 100;
}

void history_close(struct history *history)
{
	samples_free(&history->samples);
}
