// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that need not be read, since the index tells enough of them. */
#include <errno.h>
#include <stdlib.h>

#include "base/array.h"
#include "history/history_reader.h"

/* Files with more pieces of series are read. */
enum { AGREED_MAX = 16 };

/* What is missing between two segments of a series. */

#define MINUTE_SECONDS 60

int history_doubt(struct history_reader *reader,
		  const struct archive_file *file)
{
	int error = array_reserve((void **)&reader->doubts,
				  &reader->doubt_capacity,
				  reader->doubt_count + 1,
				  sizeof(*reader->doubts));

	if (!error)
		reader->doubts[reader->doubt_count++] =
			(struct history_window){
				.first_day = file->day,
				.last_day = archive_file_last_day(file),
			};
	return error;
}

/*
 * Is what is missing between two times due to damage? It is if a file of that time
 * is damaged, or if there is no day between that somebody took away. @from is 0 where
 * the series began, if no record tells when that was.
 */
static bool is_damage(const struct history_reader *reader, int64_t from, int64_t to)
{
	for (size_t at = 0; at < reader->doubt_count; at++) {
		const struct history_window *doubt = &reader->doubts[at];
		const int64_t start = (int64_t)doubt->first_day * DAY_SECONDS;
		const int64_t end = (int64_t)doubt->last_day * DAY_SECONDS;

		if (end + 2 * DAY_SECONDS > from && start - DAY_SECONDS < to)
			return true;
	}
	return from < to && to - from < DAY_SECONDS;
}

static struct growth hole_growth(uint64_t series,
				 const struct coverage_segment *before,
				 const struct coverage_segment *after)
{
	struct growth growth = {
		.time = before->high_time + MINUTE_SECONDS,
		.since = before->high_time,
		.series = series,
		.from = before->high,
		.counters = counters_difference(&after->low, &before->high),
	};

	if (!before->high_time)
		growth.time = after->low_time;
	return growth;
}

static bool is_live(const struct history_reader *reader, uint64_t series)
{
	return reader->history->is_live &&
	       reader->history->live.series == series;
}

int history_doubt_hole(void *context, uint64_t series,
		       const struct coverage_segment *before,
		       const struct coverage_segment *after)
{
	const struct history_reader *reader = context;
	const struct history_window *window = &reader->window;

	if (history_in_window(reader, hole_growth(series, before, after).time))
		return 1;
	/* The source may tell when it was. */
	return is_live(reader, series) && after->low_time &&
	       before->high_time / DAY_SECONDS <= window->last_day &&
	       after->low_time / DAY_SECONDS >= window->first_day;
}

/* Hands out of a hole what the source still has, and leaves the rest of it. */
static int take_held(struct history_reader *reader, struct coverage_segment *before,
		     const struct coverage_segment *after)
{
	const struct history *history = reader->history;
	const struct history_observer *observer = history->observer;
	struct samples samples = { 0 };
	bool is_reached = false;
	int error = history_read_samples(history, &before->high, &samples,
					 &is_reached);

	for (size_t at = 0; !error && at < samples.count; at++) {
		const struct sample *sample = &samples.list[at];
		struct growth growth = {
			.time = sample->time, .since = sample->since,
			.series = history->live.series, .from = before->high,
		};

		if (!counters_may_follow(&after->low, &sample->counters))
			break;
		growth.counters = counters_difference(&sample->counters,
						      &before->high);
		if (!is_reached && at == 0 && history->live.dropped)
			growth.since = before->high_time;
		before->high = sample->counters;
		before->high_time = sample->time;
		if (observer && observer->held)
			observer->held(history->observer_context, &growth);
		error = reader->sink(reader->context, &growth);
	}
	samples_free(&samples);
	return error;
}

/* Its minute is a guess; nothing is counted where somebody took files away. */
static int take_guess(struct history_reader *reader, uint64_t series,
		      const struct coverage_segment *before,
		      const struct coverage_segment *after)
{
	const struct history_observer *observer = reader->history->observer;
	void *observer_context = reader->history->observer_context;
	struct growth growth = hole_growth(series, before, after);

	growth.is_about = coverage_is_about(&reader->coverage, series);
	if (!growth.time)
		return 0;
	/* Where it began with nothing, nobody knows when that was. */
	if (!is_damage(reader, growth.since,
		       after->low_time ? after->low_time : growth.time)) {
		if (observer && observer->left_out)
			observer->left_out(observer_context, &growth);
		return 0;
	}
	if (observer && observer->hole)
		observer->hole(observer_context, &growth);
	return reader->sink(reader->context, &growth);
}

int history_take_hole(void *context, uint64_t series,
		      const struct coverage_segment *before,
		      const struct coverage_segment *after)
{
	struct history_reader *reader = context;
	struct coverage_segment left = *before;
	int error = 0;

	if (!counters_may_follow(&after->low, &before->high) ||
	    (reader->is_blind && is_live(reader, series)))
		return 0;
	if (is_live(reader, series))
		error = take_held(reader, &left, after);
	if (error || counters_compare(&left.high, &after->low) == 0)
		return error;
	return take_guess(reader, series, &left, after);
}

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

/*
 * Does the next file begin no series below where this one ended it? Else one of them is
 * damaged, and only together they show which.
 */
static bool agrees(const struct history_reader *reader, size_t at)
{
	const struct archive_index_day *day = &reader->known[at].day;
	const struct archive_index_day *next = &reader->known[at + 1].day;
	const struct archive_segment *segments = reader->index.segments.list;

	if (day->segment_count > AGREED_MAX || next->segment_count > AGREED_MAX)
		return false;
	for (size_t own = 0; own < day->segment_count; own++) {
		const struct archive_segment *ended = &segments[day->first_segment + own];

		for (size_t one = 0; one < next->segment_count; one++) {
			const struct archive_segment *begun =
				&segments[next->first_segment + one];

			if (begun->series == ended->series &&
			    !counters_may_follow(&begun->base, &ended->end))
				return false;
		}
	}
	return true;
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
		known[at].is_enough = known[at + 1].is_found &&
				      agrees(reader, at) &&
				      (at == first || !known[at - 1].is_found ||
				       agrees(reader, at - 1));
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
	const struct growth all = { .time = day->last, .counters = day->total,
				    .is_about = day->is_about };
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
			.is_about = segment->is_about,
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
		const struct archive_segment *last =
			&reader->index.segments.list[day->first_segment +
						     day->segment_count - 1];

		reader->last = (struct history_told){ true, last->series,
						      last->end };
	}
	return error;
}
