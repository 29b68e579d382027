// SPDX-License-Identifier: GPL-2.0-or-later
#include "show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "selection.h"

/* A file's date by its writer's zone may differ from the reader's. */
#define ZONE_MARGIN_DAYS 2

/* While a report is made. */
struct show {
	const struct show_request *request;
	struct selection selection;
	struct table table;
	struct rate_log *logs;		/* of each monitor; NULL: no rates */
};

/* Where growths of one monitor go. */
struct sink {
	struct table *table;
	size_t column;
	struct rate_log *log;		/* or NULL */
};

static int add_growth(void *context, const struct growth *growth)
{
	struct sink *sink = context;
	/* What ends at T belongs to the period before that instant. */
	const int64_t instant = growth->time - 1;
	int error;

	if (!time_range_holds(&sink->table->range, instant))
		return 0;
	error = table_add(sink->table, sink->column, instant,
			  &growth->counters);
	if (!error && sink->log)
		error = rate_log_add(sink->log, instant,
				     growth->counters.bytes);
	return error;
}

/* Files of the future are reported once, however often a monitor is named. */
static void report_future(const struct show *show)
{
	const struct show_request *request = show->request;
	const struct selection *selection = &show->selection;
	int32_t today = calendar_day(request->calendar, request->machine_time);

	for (size_t at = 0; at < selection->history_count; at++) {
		const struct history *history = &selection->histories[at];

		archive_report_future(&selection->archive, history->files,
				      history->count, today);
	}
}

/* The time of the first traffic of all; 0 when there was none. */
static int64_t first_traffic(const struct selection *selection)
{
	int64_t first = 0;

	for (size_t at = 0; at < selection->history_count; at++) {
		int64_t own = history_first(&selection->histories[at]);

		if (own && (!first || own < first))
			first = own;
	}
	return first;
}

/* The window that -t asks for: it ends with the range, or the present. */
static int set_window(struct show *show)
{
	const struct show_request *request = show->request;
	const struct time_range *range = &request->range;
	const int64_t first_time = first_traffic(&show->selection);
	int64_t present = request->present;
	int64_t first;

	if (range->end <= present)
		present = range->end - 1;
	first = first_time ? first_time - 1 : present;
	if (first < range->start)
		first = range->start;
	return table_set_window(&show->table, request->options->times, present,
				first);
}

/* From which day on files matter. */
static int32_t find_first_day(struct show *show)
{
	const struct show_request *request = show->request;
	const struct table *table = &show->table;
	int64_t start = request->range.start;
	struct period period;

	if (table->windowed) {
		if (table->window_count == 0)
			return INT32_MAX;
		period_describe(request->calendar, table->kind,
				table->window[0], &period);
		start = period.start > start ? period.start : start;
	}
	return start == TIME_RANGE_START ? INT32_MIN :
		calendar_day(request->calendar, start) - ZONE_MARGIN_DAYS;
}

static int fill_table(struct show *show)
{
	const struct show_request *request = show->request;
	const struct selection *selection = &show->selection;
	struct sink sink = { .table = &show->table };
	int32_t first_day = INT32_MIN;
	int error = table_start(&show->table, request->options->period,
				request->calendar, &request->range,
				selection->history_count);

	if (!error && request->options->rates) {
		show->logs = calloc(selection->history_count + 1,
				    sizeof(*show->logs));
		if (!show->logs)
			return -ENOMEM;
	}
	if (!error && request->options->times)
		error = set_window(show);
	if (!error)
		first_day = find_first_day(show);
	for (size_t at = 0; !error && at < selection->history_count; at++) {
		sink.column = at;
		sink.log = show->logs ? &show->logs[at] : NULL;
		error = history_read(&selection->histories[at], first_day,
				     add_growth, &sink);
		if (sink.log)
			rate_log_finish(sink.log);
	}
	return error ? error : table_finish(&show->table);
}

/* The widths that aligned columns need. */
static int measure(const struct show_request *request,
		   const struct report *report, struct rows *rows)
{
	struct row row;
	int answer;

	if (!request->render->measure)
		return 0;
	while ((answer = rows_next(rows, &row)) > 0)
		request->render->measure(report, &row);
	if (!answer && request->options->total) {
		answer = rows_total(rows, &row);
		if (!answer)
			request->render->measure(report, &row);
	}
	rows_rewind(rows);
	return answer;
}

static int render(const struct show_request *request,
		  const struct report *report, struct rows *rows)
{
	const bool has_total = request->options->total;
	size_t number = 0;
	struct row row;
	int answer = measure(request, report, rows);

	if (answer)
		return answer;
	request->render->report_start(report);
	while (!ferror(report->output) &&
	       (answer = rows_next(rows, &row)) > 0)
		request->render->report_row(report, &row, number++);
	if (answer >= 0 && has_total)
		answer = rows_total(rows, &row);
	/* What ends early must not be taken for whole. */
	if (answer >= 0)
		request->render->report_end(report, has_total ? &row : NULL);
	return answer < 0 ? answer : 0;
}

static int render_report(struct show *show)
{
	const struct show_request *request = show->request;
	const struct options *options = request->options;
	const struct selection *selection = &show->selection;
	char zone[CALENDAR_ZONE_SIZE];
	const struct report report = {
		.name = strchr(options->command_word, '-') + 1,
		.kind = options->period,
		.calendar = request->calendar,
		.columns = selection->columns,
		.column_count = selection->column_count,
		.unit = options->unit,
		.zone = zone,
		.has_packets = options->packets,
		.has_rates = options->rates,
		.is_styled = request->is_styled,
		.widths = calloc(RENDER_WIDTHS(selection->column_count),
				 sizeof(int)),
		.output = request->output,
	};
	const struct rows_request wanted = {
		.table = &show->table,
		.columns = selection->columns,
		.column_count = selection->column_count,
		.logs = show->logs,
		.present = request->present,
		.top = options->top,
	};
	struct rows rows;
	int error = report.widths ? rows_start(&rows, &wanted) : -ENOMEM;

	if (!error) {
		calendar_zone(request->calendar, request->present, zone);
		error = render(request, &report, &rows);
		rows_free(&rows);
	}
	free(report.widths);
	return error;
}

static void show_close(struct show *show)
{
	const size_t count = show->selection.history_count;

	for (size_t at = 0; show->logs && at < count; at++)
		rate_log_free(&show->logs[at]);
	free(show->logs);
	table_free(&show->table);
	selection_close(&show->selection);
}

void show_run(const struct show_request *request)
{
	struct show show = {
		.request = request,
		.selection = { .source = request->source,
			       .archive_path = request->options->archive_path,
			       .messages = request->messages },
	};
	int error = selection_open(&show.selection, request->options->operands,
				   request->options->operand_count);

	if (!error) {
		report_future(&show);
		error = fill_table(&show);
	}
	if (!error)
		error = render_report(&show);
	if (error)
		message_report(request->messages, "%s", message_reason(-error));
	show_close(&show);
}
