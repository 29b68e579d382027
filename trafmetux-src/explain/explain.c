// SPDX-License-Identifier: GPL-2.0-or-later
#include "explain/explain.h"

#include <stdlib.h>

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
	free(explain->pieces);
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

static int explain_history(const struct show_request *request,
			   struct history *history)
{
	const struct history_window window =
		history_window(request->calendar, &request->range);
	char zone[CALENDAR_ZONE_SIZE];
	struct explain explain = {
		.monitor = history->monitor, .range = request->range,
		.history = history, .zone = zone,
		.calendar = request->calendar,
	};
	int error;

	find_days(&explain);
	calendar_zone(request->calendar, request->present, zone);
	history->observer = &observer;
	history->observer_context = &explain;
	error = history_read(history, &window, NULL, add_to_total, &explain);
	explain_find_series(&explain);
	explain_check_index(&explain);
	if (!error)
		error = explain.error;
	if (!error && request->query->format == OUTPUT_JSON)
		explain_json(&explain, request->output);
	else if (!error)
		explain_text(&explain, request->output);
	explain_free(&explain);
	return error;
}

void explain_run(const struct show_request *request)
{
	const char *monitor = request->query->words[0];
	struct selection selection = {
		.source = request->source,
		.archive_path = request->query->archive_path,
		.messages = request->messages,
		.archive = { .directory = -1 },
	};
	struct monitor_names wanted = { 0 };
	struct history history = { 0 };
	int error = 0;

	if (monitor_name_valid(monitor))
		error = monitor_names_add(&wanted, monitor);
	if (!error) {
		selection_list_archive(&selection, &wanted);
		history_open(&history, monitor, request->source,
			     &selection.archive, &selection.listing);
	}
	if (!error && history.is_known)
		error = explain_history(request, &history);
	if (error)
		message_report(request->messages, "%s", message_reason(-error));
	history_close(&history);
	monitor_names_free(&wanted);
	selection_close(&selection);
}
