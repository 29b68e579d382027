// SPDX-License-Identifier: GPL-2.0-or-later
/* What is missing between two pieces of a series. */
#include "array.h"
#include "history_reader.h"

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
 * is damaged, or if there is no day between that somebody took away.
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

int history_doubt_hole(void *context, uint64_t series,
		       const struct coverage_run *before,
		       const struct coverage_run *after)
{
	const struct history_reader *reader = context;

	return history_in_window(reader,
				 hole_growth(series, before, after).time);
}

int history_take_hole(void *context, uint64_t series,
		      const struct coverage_run *before,
		      const struct coverage_run *after)
{
	struct history_reader *reader = context;
	const struct history_observer *observer = reader->history->observer;
	void *observer_context = reader->history->observer_context;
	const struct growth growth = hole_growth(series, before, after);

	if (!growth.time ||
	    !counters_may_follow(&after->low, &before->high))
		return 0;
	if (!is_damage(reader, growth.since ? growth.since : growth.time,
		       after->low_time ? after->low_time : growth.time)) {
		if (observer && observer->left_out)
			observer->left_out(observer_context, &growth);
		return 0;
	}
	if (observer)
		observer->hole(observer_context, &growth);
	return reader->sink(reader->context, &growth);
}
