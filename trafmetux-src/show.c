// SPDX-License-Identifier: GPL-2.0-or-later
#include "show.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "history.h"

/* A file's date by its writer's zone may differ from the reader's. */
#define ZONE_MARGIN_DAYS 2

/* While a command runs. */
struct show {
	const struct show_request *request;
	struct archive archive;
	struct archive_listing listing;
	struct monitor_names names;	/* that are asked for, sorted */
	struct history *histories;	/* of known monitors, as asked for */
	size_t count;
	struct table table;
};

/* Where growths of one monitor go. */
struct sink {
	struct table *table;
	struct column *column;
};

static int add_growth(void *context, const struct growth *growth)
{
	struct sink *sink = context;

	/* What ends at T belongs to the period before that instant. */
	return table_add(sink->table, sink->column, growth->time - 1,
			 &growth->counters);
}

static void report_memory(const struct show *show)
{
	message_report(show->request->messages, "%s", message_reason(ENOMEM));
}

/* An archive that can't be read is empty: live monitors are still shown. */
static void list_archive(struct show *show, const struct monitor_names *wanted)
{
	const struct show_request *request = show->request;
	const char *path = request->options->archive_path;
	int error = archive_open(&show->archive, path, request->messages);

	if (!error)
		error = archive_list(&show->archive, wanted, &show->listing);
	if (error)
		archive_report_open(request->messages, path, error);
}

static int open_histories(struct show *show)
{
	const struct show_request *request = show->request;
	const struct options *options = request->options;
	struct history *history;
	int error = 0;

	for (size_t at = 0; !error && at < options->operand_count; at++) {
		if (monitor_name_valid(options->operands[at]))
			error = monitor_names_add(&show->names,
						  options->operands[at]);
	}
	show->histories = calloc(options->operand_count,
				 sizeof(*show->histories));
	if (error || !show->histories)
		return -ENOMEM;
	monitor_names_sort(&show->names);
	list_archive(show, &show->names);
	for (size_t at = 0; at < options->operand_count; at++) {
		history = &show->histories[show->count];
		history_open(history, options->operands[at], request->source,
			     &show->archive, &show->listing);
		if (history->is_known)
			show->count++;
		else
			history_close(history);
	}
	return 0;
}

/* Files of the future are reported once, however often a monitor is named. */
static void report_future(const struct show *show)
{
	const struct show_request *request = show->request;
	int32_t today = calendar_day(request->calendar, request->machine_time);
	const struct archive_file *files;
	size_t count;

	for (size_t at = 0; at < show->names.count; at++) {
		files = archive_files_of(&show->listing, show->names.list[at],
					 &count);
		archive_report_future(&show->archive, files, count, today);
	}
}

/* Sets the window that -t asks for; tells from which day on files matter. */
static int set_window(struct show *show, int32_t *from_day)
{
	const struct show_request *request = show->request;
	struct table *table = &show->table;
	struct period period;
	int64_t first = 0;
	int error;

	*from_day = INT32_MIN;
	if (!request->options->times)
		return 0;
	for (size_t at = 0; at < show->count; at++) {
		int64_t own = history_first(&show->histories[at]);

		if (own && (!first || own < first))
			first = own;
	}
	error = table_set_window(table, request->options->times,
				 request->present,
				 first ? first - 1 : request->present);
	if (error || table->kind == PERIOD_TOTAL)
		return error;
	*from_day = INT32_MAX;
	if (table->window_count) {
		period_describe(request->calendar, table->kind,
				table->window[0], &period);
		*from_day = calendar_day(request->calendar, period.start) -
			    ZONE_MARGIN_DAYS;
	}
	return 0;
}

static int fill_table(struct show *show)
{
	const struct show_request *request = show->request;
	struct sink sink = { .table = &show->table };
	int32_t from_day;
	int error = table_start(&show->table, request->options->period,
				request->calendar, show->count);

	if (!error)
		error = set_window(show, &from_day);
	for (size_t at = 0; !error && at < show->count; at++) {
		const struct history *history = &show->histories[at];

		sink.column = table_add_column(&show->table, history->monitor);
		error = history_read(history, from_day,
				     add_growth, &sink);
	}
	return error ? error : table_finish(&show->table);
}

static void render_table(struct show *show)
{
	const struct show_request *request = show->request;
	const struct render_operations *render = request->render;
	struct table *table = &show->table;
	char zone[CALENDAR_ZONE_SIZE];
	struct report report = {
		.name = strchr(request->options->command_word, '-') + 1,
		.table = table,
		.unit = request->options->unit,
		.zone = zone,
		.output = request->output,
	};
	const struct counters *row;
	struct period period;
	size_t number = 0;
	int64_t key;

	calendar_zone(request->calendar, request->present, zone);
	render->report_start(&report);
	while (!ferror(report.output) && (row = table_next(table, &key))) {
		period_describe(request->calendar, table->kind, key, &period);
		render->report_row(&report, &period, row, number++);
	}
	render->report_end(&report);
}

static void show_close(struct show *show)
{
	for (size_t at = 0; at < show->count; at++)
		history_close(&show->histories[at]);
	free(show->histories);
	table_free(&show->table);
	archive_listing_free(&show->listing);
	monitor_names_free(&show->names);
	archive_close(&show->archive);
}

void show_run(const struct show_request *request)
{
	struct show show = { .request = request,
			     .archive = { .directory = -1 } };
	int error = open_histories(&show);

	if (!error) {
		report_future(&show);
		error = fill_table(&show);
	}
	if (error)
		report_memory(&show);
	else
		render_table(&show);
	show_close(&show);
}

/* All names there are, live and archived. */
static int all_names(struct show *show)
{
	const struct source *source = show->request->source;
	int error = source->operations->list(source, &show->names);

	list_archive(show, NULL);
	if (error && (error != -ENOENT || show->listing.count == 0))
		source_report_list(show->request->messages, source, error);
	error = 0;
	for (size_t at = 0; !error && at < show->listing.count; at++) {
		const char *name = show->listing.list[at].monitor;

		if (at == 0 || strcmp(name, show->listing.list[at - 1].monitor))
			error = monitor_names_add(&show->names, name);
	}
	monitor_names_sort(&show->names);
	return error;
}

static int add_entry(struct show *show, const char *monitor, struct list *list)
{
	struct list_entry entry = { 0 };
	struct history history;
	int error = 0;

	history_open(&history, monitor, show->request->source, &show->archive,
		     &show->listing);
	if (history.is_known) {
		memcpy(entry.monitor, monitor, strlen(monitor) + 1);
		entry.is_live = history.is_live;
		entry.references = history.live.references;
		entry.series = history.live.series;
		entry.archived_since = history_archived_since(&history);
		error = list_add(list, &entry);
	}
	history_close(&history);
	return error;
}

void show_list(const struct show_request *request)
{
	const struct options *options = request->options;
	struct show show = { .request = request,
			     .archive = { .directory = -1 } };
	struct list list = { 0 };
	int error = 0;

	if (options->operand_count == 0) {
		error = all_names(&show);
		for (size_t at = 0; !error && at < show.names.count; at++)
			error = add_entry(&show, show.names.list[at], &list);
	} else {
		list_archive(&show, NULL);
		for (size_t at = 0; !error && at < options->operand_count; at++)
			error = add_entry(&show, options->operands[at], &list);
	}
	if (error)
		report_memory(&show);
	else
		request->render->list(&list, request->output);
	list_free(&list);
	show_close(&show);
}
