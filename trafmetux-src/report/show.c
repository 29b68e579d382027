// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/message.h"
#include "index/belief.h"
#include "report/selection.h"

/* After so many growths it is time to look at the clock. */
#define GROWTHS_PER_STEP 4096

/* Where growths of one monitor go. */
struct sink {
	struct table *table;
	size_t column;
	struct rate_log *log;		/* or NULL */
	struct history *history;
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
	sink->history->is_about |= growth->is_about;
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
static int set_window(struct table *table, const struct query *query,
		      const struct selection *selection)
{
	const struct time_range *range = &query->range;
	const int64_t first_time = first_traffic(selection);
	int64_t present = selection->context->present;
	int64_t first;

	if (range->end <= present)
		present = range->end - 1;
	first = first_time ? first_time - 1 : present;
	if (first < range->start)
		first = range->start;
	return table_set_window(table, query->times, present, first);
}

/* Which files matter. */
static struct history_window find_window(const struct table *table,
					 const struct query *query,
					 struct calendar *calendar)
{
	struct time_range range = query->range;
	struct period period;

	if (table->windowed) {
		if (table->window_count == 0)
			return (struct history_window){ INT32_MAX, INT32_MAX };
		period_describe(calendar, table->kind, table->window[0], &period);
		if (period.start > range.start)
			range.start = period.start;
	}
	return history_window(calendar, &range);
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

int report_table_fill(struct report_table *report, const struct query *query,
		      const struct selection *selection)
{
	const struct context *context = selection->context;
	const size_t count = selection->history_count;
	struct progress progress = progress_start(context->messages,
						  context->progress_output);
	struct sink sink = { .table = &report->table, .progress = &progress };
	struct table *table = &report->table;
	struct history_window window = HISTORY_WINDOW_ALL;
	int error = table_start(table, query->period, context->calendar,
				&query->range, count);

	if (!error && query->rates) {
		report->logs = calloc(count + 1, sizeof(*report->logs));
		report->log_count = count;
		error = report->logs ? 0 : -ENOMEM;
	}
	if (!error && query->times)
		error = set_window(table, query, selection);
	if (!error)
		window = find_window(table, query, context->calendar);
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

/* While a report is made. */
struct show {
	const struct query *query;
	struct selection selection;
	struct report_table filled;
};

void show_report_future(const struct selection *selection)
{
	const struct belief *belief = selection->context->source->belief;

	if (!belief)
		return;
	if (!belief_is_sure(belief)) {
		belief_report(belief, selection->context->messages);
		return;
	}
	for (size_t at = 0; at < selection->history_count; at++) {
		const struct history *history = &selection->histories[at];

		belief_report_files(belief, &selection->archive,
				    history->files, history->count);
	}
}

/* The widths that aligned columns need. */
static int measure(const struct query *query, const struct report *report,
		   struct rows *rows)
{
	struct row row;
	int answer;

	if (!query->render->measure)
		return 0;
	while ((answer = rows_next(rows, &row)) > 0)
		query->render->measure(report, &row);
	if (!answer && query->total) {
		answer = rows_total(rows, &row);
		if (!answer)
			query->render->measure(report, &row);
	}
	rows_rewind(rows);
	return answer;
}

static int render(const struct query *query, const struct report *report,
		  struct rows *rows)
{
	const bool has_total = query->total;
	size_t number = 0;
	struct row row;
	int answer = measure(query, report, rows);

	if (answer)
		return answer;
	query->render->report_start(report);
	while (!ferror(report->output) &&
	       (answer = rows_next(rows, &row)) > 0)
		query->render->report_row(report, &row, number++);
	if (answer >= 0 && has_total)
		answer = rows_total(rows, &row);
	/* What ends early must not be taken for whole. */
	if (answer >= 0)
		query->render->report_end(report, has_total ? &row : NULL);
	return answer < 0 ? answer : 0;
}

static int render_report(struct show *show)
{
	const struct query *query = show->query;
	struct selection *selection = &show->selection;
	const struct context *context = selection->context;
	char zone[CALENDAR_ZONE_SIZE];
	const struct report report = {
		.name = query->name,
		.kind = query->period,
		.calendar = context->calendar,
		.columns = selection->columns,
		.column_count = selection->column_count,
		.unit = query->unit,
		.zone = zone,
		.has_about = selection_mark(selection),
		.has_packets = query->packets,
		.has_rates = query->rates,
		.is_styled = query->is_styled,
		.widths = calloc(RENDER_WIDTHS(selection->column_count),
				 sizeof(int)),
		.output = context->output,
	};
	const struct rows_request wanted = {
		.table = &show->filled.table,
		.columns = selection->columns,
		.column_count = selection->column_count,
		.logs = show->filled.logs,
		.present = context->present,
		.top = query->top,
	};
	struct rows rows;
	int error = report.widths ? rows_start(&rows, &wanted) : -ENOMEM;

	if (!error) {
		calendar_zone(context->calendar, context->present, zone);
		error = render(query, &report, &rows);
		rows_free(&rows);
	}
	free(report.widths);
	return error;
}

void show_run(const struct context *context, const struct query *query)
{
	struct show show = {
		.query = query, .selection = selection_start(context),
	};
	int error = selection_open(&show.selection, query->words, query->word_count);

	/* With no column there is nothing to show, and that was said. */
	if (!error && !show.selection.column_count) {
		selection_close(&show.selection);
		return;
	}
	if (!error) {
		show_report_future(&show.selection);
		error = report_table_fill(&show.filled, query, &show.selection);
	}
	if (!error)
		error = render_report(&show);
	if (error)
		message_report(context->messages, "%s", message_reason(-error));
	report_table_free(&show.filled);
	selection_close(&show.selection);
}

/* Appends a copy; 0 or -ENOMEM. */
static int list_add(struct list *list, const struct list_entry *entry)
{
	int error = array_reserve((void **)&list->entries, &list->capacity,
				  list->count + 1, sizeof(*entry));

	if (!error)
		list->entries[list->count++] = *entry;
	return error;
}

static void list_free(struct list *list)
{
	array_free((void **)&list->entries, &list->capacity);
	list->count = 0;
}

/* What can't be read may hold the first record: the list must not seem whole. */
static void report_unreadable(const struct history *history)
{
	const struct archive *archive = history->archive;
	char name[ARCHIVE_NAME_SIZE];
	size_t first = 0;
	size_t count = 0;
	int error = 0;

	for (size_t at = 0; at < history->count; at++) {
		archive_file_name(&history->files[at], name);
		if (faccessat(archive->directory, name, R_OK, 0) == 0 ||
		    errno == ENOENT)
			continue;
		if (count++ == 0) {
			first = at;
			error = errno;
		}
	}
	if (count > 1)
		archive_report(archive, &history->files[first],
			       "%s (and so are %zu more of this monitor)",
			       message_reason(error), count - 1);
	else if (count)
		archive_report(archive, &history->files[first], "%s",
			       message_reason(error));
}

static int add_entry(const struct selection *selection, const char *monitor,
		     struct list *list)
{
	struct list_entry entry = { 0 };
	struct history history;
	int error = 0;

	selection_history(selection, monitor, &history);
	if (history.is_known) {
		memcpy(entry.monitor, monitor, strlen(monitor) + 1);
		entry.is_live = history.is_live;
		entry.references = live_feeders(&history.live);
		entry.series = history.live.series;
		entry.is_about = history_is_about(&history);
		report_unreadable(&history);
		entry.archived_since = history_archived_since(&history);
		error = list_add(list, &entry);
	}
	history_close(&history);
	return error;
}

void show_list(const struct context *context, const struct query *query)
{
	struct selection selection = selection_start(context);
	struct monitor_names names = { 0 };
	struct list list = { .calendar = context->calendar };
	int error = 0;

	if (query->word_count == 0) {
		error = selection_list_all(&selection, &names);
		for (size_t at = 0; !error && at < names.count; at++)
			error = add_entry(&selection, names.list[at], &list);
	} else {
		selection_list_archive(&selection, NULL);
		for (size_t at = 0; !error && at < query->word_count; at++)
			error = add_entry(&selection, query->words[at],
					  &list);
	}
	if (error)
		message_report(context->messages, "%s", message_reason(-error));
	else if (list.count || !query->word_count)
		query->render->list(&list, context->output);
	list_free(&list);
	monitor_names_free(&names);
	selection_close(&selection);
}
