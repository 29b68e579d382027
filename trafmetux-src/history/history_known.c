// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that need not be read, since the index tells enough of them. */
#include <errno.h>
#include <stdlib.h>

#include "history/history_reader.h"

#define DAY_SECONDS 86400

/* No local date differs from that of another zone by more. */
#define ZONE_MARGIN_DAYS 2

struct history_window history_window(struct calendar *calendar,
				     const struct time_range *range)
{
	struct history_window window = HISTORY_WINDOW_ALL;

	if (range->start != TIME_RANGE_START)
		window.first_day = calendar_day(calendar, range->start) -
				   ZONE_MARGIN_DAYS;
	if (range->end != TIME_RANGE_END)
		window.last_day = calendar_day(calendar, range->end - 1) +
				  ZONE_MARGIN_DAYS;
	return window;
}

bool history_in_window(const struct history_reader *reader, int64_t time)
{
	const int64_t day = time / DAY_SECONDS;

	return day >= reader->window.first_day &&
	       day <= reader->window.last_day;
}

/*
 * The file before the window tells where the first one in it goes on from, the file
 * after it whether the last one in it is whole.
 */
bool history_wants(const struct history_reader *reader, size_t at)
{
	const struct archive_file *files = reader->history->files;
	const struct history_window *window = &reader->window;

	if (archive_file_last_day(&files[at]) < window->first_day)
		return at + 1 < reader->history->count &&
		       archive_file_last_day(&files[at + 1]) >=
			       window->first_day;
	return files[at].day <= window->last_day || at == 0 ||
	       files[at - 1].day <= window->last_day;
}

int history_look_up(struct history_reader *reader)
{
	const struct history *history = reader->history;
	const size_t count = history->count;
	struct history_known *known;
	size_t first = 0;
	int error;

	if (!reader->together || count < 3)
		return 0;
	while (first < count && !history_wants(reader, first))
		first++;
	if (first == count)
		return 0;
	error = archive_index_open(&reader->index, history->archive,
				   history->monitor,
				   first ? history->files[first].day : INT32_MIN);
	if (error || reader->index.count == 0)
		return error;
	known = calloc(count, sizeof(*known));
	if (!known)
		return -ENOMEM;
	reader->known = known;
	for (size_t at = first; at < count; at++) {
		if (!history_wants(reader, at))
			continue;
		error = archive_index_find(&reader->index, &history->files[at],
					   &known[at].day);
		if (error < 0)
			return error;
		known[at].is_found = error;
	}
	for (size_t at = first; at + 1 < count; at++) {
		if (!known[at].is_found ||
		    (at > first && !known[at - 1].is_found &&
		     history_wants(reader, at - 1)))
			continue;
		known[at].is_enough = known[at + 1].is_found;
		known[at].awaits_next = !known[at + 1].is_found &&
					history_wants(reader, at + 1);
	}
	return 0;
}

bool history_goes_on(const struct history_reader *reader, size_t at,
		     const struct archive_scan *next)
{
	const struct archive_index_day *day = &reader->known[at].day;
	const struct archive_segment *own =
		reader->index.segments.list + day->first_segment;
	const struct archive_segment *follower = next->segments.list;

	return !reader->pending && !next->damaged && !next->torn &&
	       !next->has_returns && day->first && day->segment_count == 1 &&
	       next->segments.count == 1 &&
	       archive_entries_plain(&next->entries) &&
	       own->series == follower->series &&
	       !counters_compare(&own->end, &follower->base);
}

int history_take_known(struct history_reader *reader, size_t at)
{
	const struct archive_index_day *day = &reader->known[at].day;
	const struct growth all = { .time = day->last, .counters = day->total };
	struct series_state state = { .found = false };
	int error = history_finish_file(reader, NULL);

	if (error)
		return error;
	/* It tells what another file has told. */
	for (size_t part = 0; part < day->segment_count; part++) {
		const struct archive_segment *segment =
			&reader->index.segments.list[day->first_segment + part];

		if (!coverage_lacks(&reader->coverage, segment->series,
				    &segment->base, &segment->end))
			return -EBADMSG;
	}
	if (!day->first)
		error = 0;
	else if (reader->together(reader->context, day->first - 1,
				  day->last - 1))
		error = reader->sink(reader->context, &all);
	else
		error = archive_index_hours(&reader->index, day,
					    reader->together, reader->sink,
					    reader->context);
	for (size_t part = 0; !error && part < day->segment_count; part++) {
		const struct archive_segment *segment =
			&reader->index.segments.list[day->first_segment + part];
		const struct growth growth = {
			.time = day->segment_count == 1 ? day->last :
							  segment->end_time,
			.series = segment->series, .from = segment->base,
			.counters = counters_difference(&segment->end,
							&segment->base),
		};
		const struct growth begin = {
			.time = part ? 0 : day->first,
			.series = segment->series, .from = segment->base,
		};
		struct counters fresh;

		/* How long a gap before it is depends on when it begins. */
		error = coverage_take(&reader->coverage, &begin, &fresh);
		if (!error && (growth.counters.packets || growth.counters.bytes))
			error = coverage_take(&reader->coverage, &growth, &fresh);
		if (segment->series == reader->walk.series)
			state = (struct series_state){
				.found = true, .counters = segment->end,
				.time = segment->end_time,
			};
	}
	if (!error)
		archive_walk_know(&reader->walk, at, &state);
	if (day->segment_count) {
		reader->has_last = true;
		reader->last_series = reader->index.segments.list[
			day->first_segment + day->segment_count - 1].series;
	}
	return error;
}
