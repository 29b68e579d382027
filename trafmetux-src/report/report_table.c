// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/report_table.h"

#include <errno.h>
#include <stdlib.h>

#include "base/message.h"

#define DAY_SECONDS 86400

/* After so many growths it is time to look at the clock. */
#define GROWTHS_PER_STEP 4096

/* Where growths of one monitor go. */
struct sink {
	struct table *table;
	size_t column;
	struct rate_log *log;		/* or NULL */
	const struct history *history;
	struct progress *progress;
	unsigned int growths;
};

static int add_growth(void *context, const struct growth *growth)
{
	struct sink *sink = context;
	/* What ends at T belongs to the period before that instant. */
	const int64_t instant = growth->time - 1;
	int error;

	if (++sink->growths % GROWTHS_PER_STEP == 0)
		progress_step(sink->progress, sink->history->monitor,
			      history_percent(sink->history, growth->time));
	if (!time_range_holds(&sink->table->range, instant))
		return 0;
	error = table_add(sink->table, sink->column, instant,
			  &growth->counters);
	if (!error && sink->log)
		error = rate_log_add(sink->log, instant,
				     growth->counters.bytes);
	return error;
}

/*
 * Growths of one period need not be told apart, unless the range begins or ends
 * among them.
 */
static bool of_one_period(void *context, int64_t first, int64_t last)
{
	const struct sink *sink = context;
	const struct time_range *range = &sink->table->range;

	if ((first < range->start) != (last < range->start) ||
	    (first < range->end) != (last < range->end))
		return false;
	return table_has_one(sink->table, first, last);
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
static int set_window(struct table *table, const struct show_request *request,
		      const struct selection *selection)
{
	const struct time_range *range = &request->range;
	const int64_t first_time = first_traffic(selection);
	int64_t present = request->present;
	int64_t first;

	if (range->end <= present)
		present = range->end - 1;
	first = first_time ? first_time - 1 : present;
	if (first < range->start)
		first = range->start;
	return table_set_window(table, request->query->times, present, first);
}

/* Which files matter. */
static struct history_window find_window(const struct table *table,
					 const struct show_request *request)
{
	struct time_range range = request->range;
	struct period period;

	if (table->windowed) {
		if (table->window_count == 0)
			return (struct history_window){ INT32_MAX, INT32_MAX };
		period_describe(request->calendar, table->kind,
				table->window[0], &period);
		if (period.start > range.start)
			range.start = period.start;
	}
	return history_window(request->calendar, &range);
}

static int read_history(struct sink *sink, struct history *history,
			const struct history_window *window)
{
	/* Minutes, and the intervals of rates, need each growth. */
	const bool each = sink->table->kind == PERIOD_MINUTE || sink->log;
	int error;

	sink->history = history;
	error = history_read(history, window, each ? NULL : of_one_period,
			     add_growth, sink);
	if (sink->log)
		rate_log_finish(sink->log);
	sink->column++;
	return error;
}

int report_table_fill(struct report_table *report,
		      const struct show_request *request,
		      const struct selection *selection)
{
	const size_t count = selection->history_count;
	struct progress progress = progress_start(request->messages,
						  request->progress_output);
	struct sink sink = { .table = &report->table, .progress = &progress };
	struct table *table = &report->table;
	struct history_window window = HISTORY_WINDOW_ALL;
	int error = table_start(table, request->query->period,
				request->calendar, &request->range, count);

	if (!error && request->query->rates) {
		report->logs = calloc(count + 1, sizeof(*report->logs));
		report->log_count = count;
		error = report->logs ? 0 : -ENOMEM;
	}
	if (!error && request->query->times)
		error = set_window(table, request, selection);
	if (!error)
		window = find_window(table, request);
	for (size_t at = 0; !error && at < count; at++) {
		sink.log = report->logs ? &report->logs[at] : NULL;
		error = read_history(&sink, &selection->histories[at],
				     &window);
	}
	progress_end(&progress);
	return error ? error : table_finish(table);
}

void report_table_free(struct report_table *report)
{
	for (size_t at = 0; report->logs && at < report->log_count; at++)
		rate_log_free(&report->logs[at]);
	free(report->logs);
	report->logs = NULL;
	table_free(&report->table);
}
