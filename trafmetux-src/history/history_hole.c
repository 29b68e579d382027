// SPDX-License-Identifier: GPL-2.0-or-later
/* What is missing between two pieces of a series. */
#include "base/array.h"
#include "history/history_reader.h"

#define DAY_SECONDS INT64_C(86400)
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
				 const struct coverage_run *before,
				 const struct coverage_run *after)
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
		       const struct coverage_run *before,
		       const struct coverage_run *after)
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
static int take_held(struct history_reader *reader, struct coverage_run *before,
		     const struct coverage_run *after)
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
		      const struct coverage_run *before,
		      const struct coverage_run *after)
{
	const struct history_observer *observer = reader->history->observer;
	void *observer_context = reader->history->observer_context;
	const struct growth growth = hole_growth(series, before, after);

	if (!growth.time)
		return 0;
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
		      const struct coverage_run *before,
		      const struct coverage_run *after)
{
	struct history_reader *reader = context;
	struct coverage_run left = *before;
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
