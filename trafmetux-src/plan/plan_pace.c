// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_pace.h"

#include <errno.h>
#include <stdlib.h>

#include "plan/plan_span.h"

/* While the monitors are read, one after the other. */
struct reading {
	struct plan_view *view;
	struct pace_log *log;
	size_t monitor;
	struct counters *hours;		/* of the log, for each monitor */
	struct plan_span span;
};

static int add_growth(void *context, const struct growth *growth)
{
	struct reading *reading = context;
	struct plan_view *view = reading->view;
	const int64_t instant = growth->time - 1;
	const int64_t hour = pace_log_hour(reading->log, instant);

	if (hour < 0)
		return 0;
	plan_span_find(&view->plan->free, &view->calendar, instant,
		       &reading->span);
	if (!reading->span.is_free)
		counters_add(&reading->hours[(int64_t)reading->monitor *
					     PACE_LOG_HOURS + hour],
			     &growth->counters);
	return 0;
}

/* One hour's growths that are all free, or all count, are one to us. */
static bool are_together(void *context, int64_t first, int64_t last)
{
	struct reading *reading = context;
	struct plan_view *view = reading->view;
	const int64_t hour = pace_log_hour(reading->log, first);

	if (hour != pace_log_hour(reading->log, last))
		return false;
	if (hour < 0)
		return last < reading->log->start ||
		       first >= reading->log->start;
	plan_span_find(&view->plan->free, &view->calendar, first,
		       &reading->span);
	return last < reading->span.end;
}

/* What a column's hour comes to, as the ISP counts it. */
static double bill(const struct reading *reading,
		   const struct expression *column, int64_t at)
{
	const struct plan *plan = reading->view->plan;
	double sum = 0;

	for (size_t part = 0; part < column->count; part++) {
		const struct expression_term *term = &column->terms[part];
		const struct counters *hour =
			&reading->hours[(int64_t)term->place * PACE_LOG_HOURS +
					at];
		const double bytes = (double)hour->bytes +
				     (double)hour->packets *
				     (double)plan->overhead;

		sum += term->is_subtracted ? -bytes : bytes;
	}
	return sum * (double)plan->calibration / PLAN_CALIBRATION_ONE;
}

/* Fills in the column that brought the most. */
static void fill_log(const struct reading *reading)
{
	const struct selection *selection = &reading->view->selection;
	const struct expression *largest = selection->columns;
	double most = 0;

	for (size_t at = 0; at < selection->column_count; at++) {
		const struct expression *column = &selection->columns[at];
		double sum = 0;

		for (int64_t hour = 0; hour < reading->log->count; hour++)
			sum += bill(reading, column, hour);
		if (sum > most)
			largest = column;
		most = sum > most ? sum : most;
	}
	for (int64_t hour = 0; hour < reading->log->count; hour++)
		reading->log->bytes[hour] = bill(reading, largest, hour);
}

static int read_log(struct plan_view *view, struct pace_log *log)
{
	struct selection *selection = &view->selection;
	struct reading reading = { .view = view, .log = log };
	const struct history_window window =
		history_window(&view->calendar, &(struct time_range){
			.start = log->start, .end = TIME_RANGE_END });
	int error = 0;

	reading.hours = calloc(selection->history_count + 1,
			       PACE_LOG_HOURS * sizeof(*reading.hours));
	if (!reading.hours)
		return -ENOMEM;
	for (; !error && reading.monitor < selection->history_count;
	     reading.monitor++)
		error = history_read(&selection->histories[reading.monitor],
				     &window, are_together, add_growth,
				     &reading);
	if (!error)
		fill_log(&reading);
	free(reading.hours);
	return error;
}

/* The last instant before the first record's end; 0: there is no traffic. */
static int64_t find_first(const struct selection *selection)
{
	int64_t found = 0;

	for (size_t at = 0; at < selection->history_count; at++) {
		const int64_t first =
			history_first(&selection->histories[at]);

		if (first && (!found || first - 1 < found))
			found = first - 1;
	}
	return found;
}

int plan_pace(struct plan_view *view, struct pace *pace)
{
	struct pace_log *log = malloc(sizeof(*log));
	struct pace_past past = {
		.first = find_first(&view->selection),
		.start = view->row->period.start,
		.end = view->row->period.end,
		.present = view->request->present,
		.used = view->row->used,
	};
	int error = log ? 0 : -ENOMEM;

	if (!error && pace_log_begin(log, &view->calendar, past.first,
				     past.present)) {
		error = read_log(view, log);
		past.log = log;
	}
	if (!error)
		pace_find(pace, &view->calendar, &past);
	free(log);
	return error;
}
