// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/quantity.h"
#include "time/schedule.h"

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

/*
 * How fast the plan is used up.
 * @view:	open, with a present period
 *
 * Of "larger of A and B" it is the pace of the one that was larger of late.
 *
 * Returns 0 or -ENOMEM.
 */
static int plan_pace(struct plan_view *view, struct pace *pace)
{
	struct pace_log *log = malloc(sizeof(*log));
	struct pace_past past = {
		.first = find_first(&view->selection),
		.start = view->row->period.start,
		.end = view->row->period.end,
		.present = view->selection.context->present,
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

struct unit plan_words_unit(const struct plan *plan, const struct unit *unit)
{
	struct unit own = *unit;

	if (plan->is_si)
		unit_make_si(&own);
	return own;
}

void plan_words_short(const struct ledger_row *row, const struct unit *unit,
		      char text[PLAN_WORDS_SIZE])
{
	const uint64_t available = ledger_available(row);
	const uint32_t percent = quantity_percent(row->used, available);
	struct amount left = ledger_left(row);
	const char *words = left.is_negative ? "too much" : "left";
	char figures[3][UNIT_TEXT_SIZE];
	char share[24] = "";
	char end[24] = "";

	unit_format(unit, row->used, figures[0]);
	unit_format(unit, available, figures[1]);
	unit_format(unit, left.size, figures[2]);
	if (percent != UINT32_MAX)
		snprintf(share, sizeof(share), " (%" PRIu32 " %%)",
			 percent / 100);
	if (row->period.end != SCHEDULE_OPEN_END)
		calendar_format_day(row->period.end_day - 1, end, sizeof(end));
	snprintf(text, PLAN_WORDS_SIZE, "%s%s of %s used%s, %s %s%s%s",
		 row->is_about ? "about " : "", figures[0], figures[1], share, figures[2], words,
		 *end ? " until " : "", end);
}

/* "9 days", "1 day", "5 hours", "less than an hour". */
static void format_duration(int64_t seconds, char text[40])
{
	const int64_t count = seconds / (seconds < DAY_SECONDS ? HOUR_SECONDS : DAY_SECONDS);

	if (count == 0)
		snprintf(text, 40, "less than an hour");
	else
		snprintf(text, 40, "%" PRId64 " %s%s", count,
			 seconds < DAY_SECONDS ? "hour" : "day", count == 1 ? "" : "s");
}

static void write_safe(const struct plan_view *view, const struct unit *unit,
		       FILE *output)
{
	const struct ledger_row *row = view->row;
	const int64_t seconds = row->period.end - view->selection.context->present;
	const struct amount left = ledger_left(row);
	char figure[UNIT_TEXT_SIZE];
	char duration[40];

	if (row->period.end == SCHEDULE_OPEN_END)
		return;
	format_duration(seconds, duration);
	fprintf(output, "  The period lasts %s longer", duration);
	if (!left.is_negative && left.size && seconds > DAY_SECONDS) {
		unit_format(unit, (uint64_t)((double)left.size /
					     ((double)seconds / DAY_SECONDS)), figure);
		fprintf(output, ": %s a day are safe", figure);
	}
	fputs(".\n", output);
}

/* "2026-11-27 18:00", to the hour: nobody knows it any better. */
static void write_time(struct plan_view *view, int64_t time, FILE *output)
{
	const struct calendar_hour *hour = calendar_hour(&view->calendar, time);
	char day[16];

	calendar_format_day(hour->day, day, sizeof(day));
	fprintf(output, "%s at about %02d:00", day, (int)hour->hour);
}

static int write_pace(struct plan_view *view, const struct unit *unit,
		      FILE *output)
{
	const struct ledger_row *row = view->row;
	const int64_t present = view->selection.context->present;
	const struct amount left = ledger_left(row);
	char figure[UNIT_TEXT_SIZE];
	struct pace pace;
	int64_t empty;
	int error;

	if (left.is_negative || !left.size)
		return 0;
	error = plan_pace(view, &pace);
	if (error)
		return error;
	if (pace.basis == PACE_NONE) {
		fputs("  It is too early to tell how long that will last.\n",
		      output);
		return 0;
	}
	empty = pace_reach(&pace, &view->calendar, present, row->period.end,
			   (double)left.size);
	if (empty) {
		fputs("  At this pace nothing will be left on ", output);
		write_time(view, empty, output);
		fputs(".\n", output);
	} else if (row->period.end == SCHEDULE_OPEN_END) {
		fputs("  At this pace it lasts more than a year.\n", output);
	} else {
		unit_format(unit, row->used + (uint64_t)
			    pace_expect(&pace, &view->calendar, present,
					row->period.end), figure);
		fprintf(output, "  At this pace about %s will be used by then.\n",
			figure);
	}
	return 0;
}

/* What else there was, and what did not count. */
static void write_rest(const struct ledger_row *row, const struct unit *unit,
		       FILE *output)
{
	const struct {
		uint64_t bytes;
		const char *words;
	} parts[] = {
		{ row->carried, "carried over" },
		{ row->topped_up, "topped up" },
		{ row->free, "used in free hours" },
	};
	const char *between = "  ";

	for (size_t at = 0; at < sizeof(parts) / sizeof(*parts); at++) {
		char figure[UNIT_TEXT_SIZE];

		if (!parts[at].bytes)
			continue;
		unit_format(unit, parts[at].bytes, figure);
		fprintf(output, "%s%s %s", between, figure, parts[at].words);
		between = ", ";
	}
	if (*between == ',')
		fputs(".\n", output);
}

/* There is no present period. */
static void write_none(struct plan_view *view, FILE *output)
{
	const struct schedule *schedule = &view->plan->schedule;
	const int32_t today = calendar_day(&view->calendar,
					   view->selection.context->present);
	int32_t begin = schedule->has_since ? schedule->since : INT32_MIN;
	char day[16];

	if (schedule->kind >= SCHEDULE_DAYS && schedule->first_day > begin)
		begin = schedule->first_day;
	if (today < begin) {
		calendar_format_day(begin, day, sizeof(day));
		fprintf(output, "%s: begins on %s.\n", view->plan->name, day);
	} else {
		calendar_format_day(schedule->end_day - 1, day, sizeof(day));
		fprintf(output, "%s: ended with %s.\n", view->plan->name, day);
	}
}

int plan_words_write(struct plan_view *view, const struct unit *asked,
		     FILE *output)
{
	const struct context *context = view->selection.context;
	const struct unit unit = plan_words_unit(view->plan, asked);
	char words[PLAN_WORDS_SIZE];
	int error = 0;

	if (!view->row) {
		write_none(view, output);
		return 0;
	}
	plan_words_short(view->row, &unit, words);
	fprintf(output, "%s: %s.\n", view->plan->name, words);
	if (!context->is_past && !plan_is_sure(context)) {
		fputs("  How long that has to last is not known until the clock is right.\n",
		      output);
	} else {
		write_safe(view, &unit, output);
		error = write_pace(view, &unit, output);
	}
	write_rest(view->row, &unit, output);
	return error;
}
