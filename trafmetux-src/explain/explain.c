// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "archive/import_series.h"
#include "base/array.h"
#include "index/archive_index.h"
#include "report/table.h"

/* What the files tell: the records of the range, and what is wrong with them. */

#define MINUTE_SECONDS 60

int explain_interval(const struct explain_file *file)
{
	return file && file->is_thinned ? RATE_INTERVAL_SECONDS : MINUTE_SECONDS;
}

/* Counts a growth, without looking at the range. */
static void explain_sum_add(struct explain_sum *sum, int64_t time,
			    const struct counters *counters)
{
	const struct explain_sum one = {
		.records = 1, .first_time = time, .last_time = time,
		.counters = *counters,
	};

	explain_sum_join(sum, &one);
}

void explain_sum_join(struct explain_sum *sum, const struct explain_sum *other)
{
	if (!other->records)
		return;
	if (!sum->records || other->first_time < sum->first_time)
		sum->first_time = other->first_time;
	if (!sum->records || other->last_time > sum->last_time)
		sum->last_time = other->last_time;
	sum->records += other->records;
	counters_add(&sum->counters, &other->counters);
}

static void explain_remark(struct explain *explain,
			   const struct explain_remark *remark)
{
	if (array_reserve((void **)&explain->remarks, &explain->remark_capacity,
			  explain->remark_count + 1, sizeof(*remark)))
		explain->error = -ENOMEM;
	else
		explain->remarks[explain->remark_count++] = *remark;
}

/*
 * Remarks on a growth if it has no minute of its own.
 * @file:	where it is, or NULL: in the kernel
 */
static void explain_take_gap(struct explain *explain, const struct growth *growth,
			     const struct explain_file *file, uint64_t line)
{
	struct explain_remark gap = {
		.kind = EXPLAIN_GAP, .has_file = file, .line = line,
		.since = growth->since, .time = growth->time,
		.counters = growth->counters,
	};

	if (growth->since == SAMPLE_MINUTE ||
	    growth->time - growth->since <= explain_interval(file) ||
	    !time_range_holds(&explain->range, growth->time - 1))
		return;
	if (file)
		gap.file = file->file;
	explain_remark(explain, &gap);
}

/* Notes a growth; @is_guess: of records that were lost. */
static void explain_take_growth(struct explain *explain, const struct growth *growth,
				bool is_guess)
{
	struct explain_segment segment = {
		.series = growth->series, .low = growth->from,
		.high = growth->from,
		.first_time = growth->time, .last_time = growth->time,
		.is_guess = is_guess,
	};
	struct explain_segment *last = explain->segment_count ?
		&explain->segments[explain->segment_count - 1] : NULL;

	counters_add(&segment.high, &growth->counters);
	if (last && last->series == segment.series &&
	    !last->is_guess && !is_guess &&
	    counters_compare(&last->high, &segment.low) == 0 &&
	    last->last_time <= segment.first_time &&
	    time_range_holds(&explain->range, last->last_time - 1) ==
	    time_range_holds(&explain->range, segment.last_time - 1)) {
		last->high = segment.high;
		last->last_time = segment.last_time;
		return;
	}
	if (array_reserve((void **)&explain->segments, &explain->segment_capacity,
			  explain->segment_count + 1, sizeof(segment)))
		explain->error = -ENOMEM;
	else
		explain->segments[explain->segment_count++] = segment;
}

static void take_record(struct explain *explain, struct explain_file *known,
			const struct archive_entry *entry)
{
	const struct growth growth = {
		.time = entry->sample.time, .since = entry->sample.since,
		.series = entry->series, .from = entry->from,
		.counters = counters_difference(&entry->sample.counters,
						&entry->from),
	};

	explain_take_growth(explain, &growth, false);
	explain_take_gap(explain, &growth, known, entry->line);
	if (time_range_holds(&explain->range, growth.time - 1))
		explain_sum_add(&known->sum, growth.time, &growth.counters);
}

/* Notes what a file, which was just read, tells. */
static void explain_take_file(struct explain *explain, const struct archive_file *file,
			      const struct archive_scan *scan)
{
	struct explain_file known = {
		.file = *file, .total = scan->total, .damaged = scan->damaged,
		.torn = scan->torn, .empty = scan->empty,
		.is_thinned = scan->is_thinned,
	};

	memcpy(known.damaged_lines, scan->damaged_lines,
	       sizeof(known.damaged_lines));
	for (size_t at = 0; at < scan->entries.count; at++) {
		const struct archive_entry *entry = &scan->entries.list[at];

		if (entry->grows && !entry->damaged)
			take_record(explain, &known, entry);
	}
	if (!known.sum.records &&
	    (archive_file_last_day(file) < explain->first_day ||
	     file->day > explain->last_day))
		return;
	if (array_reserve((void **)&explain->files, &explain->file_capacity,
			  explain->file_count + 1, sizeof(known)))
		explain->error = -ENOMEM;
	else
		explain->files[explain->file_count++] = known;
}

/* Holds the index against what was read; reports it if wrong. */
static void explain_check_index(struct explain *explain)
{
	const struct archive *archive = explain->history->archive;
	struct archive_index index;

	if (archive_index_open(&index, archive, explain->monitor, INT32_MIN))
		explain->error = -ENOMEM;
	for (size_t at = 0; at < explain->file_count; at++) {
		struct explain_file *known = &explain->files[at];
		struct archive_index_day day;

		known->is_indexed =
			archive_index_find(&index, &known->file, &day) > 0;
		/* Next to a damaged file, the index is not asked. */
		if (known->is_indexed && !known->damaged &&
		    counters_compare(&day.total, &known->total))
			archive_report(archive, &known->file,
				       "the index tells other figures; remove the directory "
				       ARCHIVE_INDEX_DIRECTORY
				       ", the next update makes it anew");
	}
	archive_index_close(&index);
}

/* From segments to series: where each begins, and when the clock was set back. */

/* By series, then in the order in which they were counted. */
static int compare_pieces(const void *left, const void *right)
{
	const struct explain_segment *first = left;
	const struct explain_segment *second = right;

	if (first->series != second->series)
		return first->series < second->series ? -1 : 1;
	return counters_compare(&first->low, &second->low);
}

static int compare_series(const void *left, const void *right)
{
	const struct explain_series *first = left;
	const struct explain_series *second = right;

	return (first->sum.first_time > second->sum.first_time) -
	       (first->sum.first_time < second->sum.first_time);
}

static bool in_range(const struct explain *explain,
		     const struct explain_segment *segment)
{
	return time_range_holds(&explain->range, segment->last_time - 1);
}

static enum explain_begin find_begin(const struct explain *explain,
				     const struct explain_segment *lowest)
{
	if (!in_range(explain, lowest))
		return EXPLAIN_GOES_ON;
	return lowest->low.packets || lowest->low.bytes ? EXPLAIN_LACKS_BEGIN :
							  EXPLAIN_NEW;
}

/* No kernel counts bytes without packets; others do, as vnStat. */
static bool lacks_packets(const struct explain_series *series)
{
	return !series->base.packets && !series->sum.counters.packets &&
	       series->sum.counters.bytes;
}

/* One series: its @count segments, in the order in which they were counted. */
static void add_series(struct explain *explain,
		       const struct explain_segment *segments, size_t count,
		       const struct import_series *imports)
{
	const struct history *history = explain->history;
	struct explain_series series = {
		.series = segments->series, .begin = find_begin(explain, segments),
		.created = LIVE_UNKNOWN,
	};

	if (history->is_live && history->live.series == series.series) {
		series.created = history->live.created;
		series.origin = history->live.origin;
	}
	for (size_t at = 0; at < explain->sources.count; at++) {
		if (explain->sources.list[at].series == series.series)
			series.origin = explain->sources.list[at].origin;
	}
	for (size_t at = 0; at < count; at++) {
		const struct explain_segment *segment = &segments[at];
		const struct counters growth =
			counters_difference(&segment->high, &segment->low);

		if (!in_range(explain, segment))
			continue;
		if (!series.sum.records)
			series.base = segment->low;
		explain_sum_add(&series.sum, segment->first_time, &growth);
		if (segment->last_time > series.sum.last_time)
			series.sum.last_time = segment->last_time;
	}
	if (!series.sum.records)
		return;
	series.is_import = import_series_holds(imports, series.series) ||
			   lacks_packets(&series);
	if (array_reserve((void **)&explain->series, &explain->series_capacity,
			  explain->series_count + 1, sizeof(series)))
		explain->error = -ENOMEM;
	else
		explain->series[explain->series_count++] = series;
}

/* Counted later, and told to be earlier. */
static void find_clock_back(struct explain *explain,
			    const struct explain_segment *segments, size_t count)
{
	const struct explain_segment *before = NULL;

	for (size_t at = 0; at < count; at++) {
		const struct explain_segment *segment = &segments[at];

		if (segment->is_guess)
			continue;
		if (before && segment->first_time < before->last_time &&
		    (in_range(explain, before) || in_range(explain, segment))) {
			const struct explain_remark remark = {
				.kind = EXPLAIN_CLOCK_BACK,
				.since = before->last_time,
				.time = segment->first_time,
			};

			explain_remark(explain, &remark);
		}
		before = segment;
	}
}

/* Makes series and remarks of the segments, once all are there. */
static void explain_find_series(struct explain *explain)
{
	const struct explain_segment *segments = explain->segments;
	struct import_series imports = { 0 };
	size_t count;

	if (explain->history->archive &&
	    import_series_read(explain->history->archive, &imports))
		explain->error = -ENOMEM;

	if (explain->segment_count)
		qsort(explain->segments, explain->segment_count, sizeof(*segments),
		      compare_pieces);
	for (size_t at = 0; at < explain->segment_count; at += count) {
		count = 1;
		while (at + count < explain->segment_count &&
		       segments[at + count].series == segments[at].series)
			count++;
		add_series(explain, segments + at, count, &imports);
		find_clock_back(explain, segments + at, count);
	}
	if (explain->series_count)
		qsort(explain->series, explain->series_count,
		      sizeof(*explain->series), compare_series);
	import_series_free(&imports);
}

static int add_to_total(void *context, const struct growth *growth)
{
	struct explain *explain = context;

	if (time_range_holds(&explain->range, growth->time - 1))
		counters_add(&explain->total, &growth->counters);
	return explain->error;
}

static void note_file(void *context, const struct archive_file *file,
		      const struct archive_scan *scan)
{
	struct explain *explain = context;
	struct archive_sources *sources = &explain->sources;

	for (size_t at = 0; at < scan->sources.count; at++) {
		if (array_reserve((void **)&sources->list, &sources->capacity,
				  sources->count + 1, sizeof(*sources->list)))
			explain->error = -ENOMEM;
		else
			sources->list[sources->count++] = scan->sources.list[at];
	}
	explain_take_file(context, file, scan);
}

static void note_missing(struct explain *explain, const struct growth *growth,
			 enum explain_remark_kind kind)
{
	const struct explain_remark remark = {
		.kind = kind, .since = growth->since, .time = growth->time,
		.counters = growth->counters,
	};

	if (time_range_holds(&explain->range, growth->time - 1))
		explain_remark(explain, &remark);
}

static void note_hole(void *context, const struct growth *growth)
{
	note_missing(context, growth, EXPLAIN_MISSING);
	explain_take_growth(context, growth, true);
}

static void note_left_out(void *context, const struct growth *growth)
{
	note_missing(context, growth, EXPLAIN_LEFT_OUT);
}

static void note_live(void *context, const struct growth *growth)
{
	struct explain *explain = context;

	explain_take_growth(explain, growth, false);
	explain_take_gap(explain, growth, NULL, 0);
	if (time_range_holds(&explain->range, growth->time - 1))
		explain_sum_add(&explain->live, growth->time, &growth->counters);
}

static const struct history_observer observer = {
	.file = note_file,
	.hole = note_hole,
	.left_out = note_left_out,
	.held = note_live,
	.live = note_live,
};

static void explain_free(struct explain *explain)
{
	free(explain->files);
	free(explain->series);
	free(explain->remarks);
	free(explain->segments);
	free(explain->sources.list);
}

/* The local dates that the range touches. */
static void find_days(struct explain *explain)
{
	explain->first_day = INT32_MIN;
	explain->last_day = INT32_MAX;
	if (explain->range.start != TIME_RANGE_START)
		explain->first_day = calendar_day(explain->calendar,
						  explain->range.start);
	if (explain->range.end != TIME_RANGE_END)
		explain->last_day = calendar_day(explain->calendar,
						 explain->range.end - 1);
}

static int explain_history(const struct context *context, const struct query *query,
			   struct history *history)
{
	const struct history_window window =
		history_window(context->calendar, &query->range);
	char zone[CALENDAR_ZONE_SIZE];
	struct explain explain = {
		.monitor = history->monitor, .range = query->range,
		.history = history, .zone = zone,
		.calendar = context->calendar,
	};
	int error;

	find_days(&explain);
	calendar_zone(context->calendar, context->present, zone);
	history->observer = &observer;
	history->observer_context = &explain;
	error = history_read(history, &window, NULL, add_to_total, &explain);
	explain_find_series(&explain);
	explain_check_index(&explain);
	if (!error)
		error = explain.error;
	if (!error && query->render == &render_json)
		explain_json(&explain, context->output);
	else if (!error)
		explain_text(&explain, context->output);
	explain_free(&explain);
	return error;
}

void explain_run(const struct context *context, const struct query *query)
{
	const char *monitor = query->words[0];
	struct selection selection = selection_start(context);
	struct monitor_names wanted = { 0 };
	struct history history = { 0 };
	int error = 0;

	if (monitor_name_valid(monitor))
		error = monitor_names_add(&wanted, monitor);
	if (!error) {
		selection_list_archive(&selection, &wanted);
		selection_history(&selection, monitor, &history);
	}
	if (!error && history.is_known)
		error = explain_history(context, query, &history);
	if (error)
		message_report(context->messages, "%s", message_reason(-error));
	history_close(&history);
	monitor_names_free(&wanted);
	selection_close(&selection);
}
