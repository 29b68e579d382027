// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/export.h"

#include <errno.h>
#include <string.h>

#include "base/message.h"
#include "time/timestamp.h"
#include "base/writer.h"

/* The growth of a record that names no since belongs to this long before it. */
#define MINUTE_SECONDS 60

/* After so many rows it is time to look at the clock. */
#define ROWS_PER_STEP 4096

/* While the command runs. */
struct export {
	const struct context *context;
	const struct query *query;
	struct selection selection;
	struct progress progress;
	const struct history *history;	/* that is read */
	uint64_t rows;
	bool is_started;
	bool is_json;
};

/* A row, understood. */
struct export_row {
	const char *monitor;
	char time[TIMESTAMP_SIZE];
	int64_t seconds;
	int64_t since;
	struct counters counters;
};

/* RFC 4180: lines end in CR LF. No field needs quotes: names can't hold any. */
static void write_csv(struct writer *writer, const struct export_row *row)
{
	writer_text(writer, row->monitor);
	writer_field_text(writer, ",", row->time);
	writer_field_signed(writer, ",", row->seconds);
	writer_field_signed(writer, ",", row->since);
	writer_field_number(writer, ",", row->counters.packets);
	writer_field_number(writer, ",", row->counters.bytes);
	writer_text(writer, "\r\n");
}

static void write_json(struct writer *writer, const struct export_row *row)
{
	writer_field_json(writer, "\n{\"monitor\":", row->monitor);
	writer_field_text(writer, ",\"time\":\"", row->time);
	writer_field_signed(writer, "\",\"seconds\":", row->seconds);
	writer_field_signed(writer, ",\"since\":", row->since);
	writer_field_number(writer, ",\"packets\":", row->counters.packets);
	writer_field_number(writer, ",\"bytes\":", row->counters.bytes);
	writer_text(writer, "}");
}

static int write_growth(void *context, const struct growth *growth)
{
	struct export *export = context;
	FILE *output = export->context->output;
	struct export_row row = { .monitor = export->history->monitor,
				  .seconds = growth->time,
				  .since = growth->since,
				  .counters = growth->counters };
	struct writer writer;

	/* What ends at T belongs to the period before that instant. */
	if (!time_range_holds(&export->query->range, growth->time - 1))
		return 0;
	if (row.since == SAMPLE_MINUTE)
		row.since = growth->time - MINUTE_SECONDS;
	if (row.since < 0)
		row.since = 0;
	timestamp_format(export->context->calendar, growth->time, row.time);
	writer_start(&writer, output);
	if (!export->is_json) {
		write_csv(&writer, &row);
	} else {
		if (export->rows)
			writer_text(&writer, ",");
		write_json(&writer, &row);
	}
	writer_end(&writer);
	if (++export->rows % ROWS_PER_STEP == 0)
		progress_step(&export->progress, row.monitor,
			      history_percent(export->history, growth->time));
	/* Nobody reads on; main says why. */
	return ferror(output) ? -EPIPE : 0;
}

/* What is not there gives no file that looks like one without traffic. */
static void write_start(struct export *export)
{
	const struct context *context = export->context;
	char zone[CALENDAR_ZONE_SIZE];
	struct writer writer;

	if (export->is_started)
		return;
	export->is_started = true;
	writer_start(&writer, context->output);
	if (export->is_json) {
		calendar_zone(context->calendar, context->present, zone);
		writer_field_number(&writer, "{\"version\":",
				    EXPORT_JSON_VERSION);
		writer_field_json(&writer,
				  ",\"export\":\"records\",\"timezone\":",
				  zone);
		writer_text(&writer, ",\"records\":[");
	} else {
		writer_text(&writer,
			    "monitor,time,seconds,since,packets,bytes\r\n");
	}
	writer_end(&writer);
}

static int export_monitor(struct export *export, const char *monitor)
{
	const struct history_window window =
		history_window(export->context->calendar, &export->query->range);
	struct history history;
	int error;

	selection_history(&export->selection, monitor, &history);
	export->history = &history;
	if (history.is_known)
		write_start(export);
	error = history_read(&history, &window, NULL, write_growth, export);
	history_close(&history);
	return error;
}

/* Those asked for, each once; or all there are. */
static int find_names(struct export *export, struct monitor_names *names)
{
	const struct query *query = export->query;
	int error = 0;

	if (query->word_count == 0)
		return selection_list_all(&export->selection, names);
	for (size_t at = 0; !error && at < query->word_count; at++) {
		if (monitor_name_valid(query->words[at]))
			error = monitor_names_add(names,
						  query->words[at]);
		else
			monitor_name_report(export->context->messages,
					    query->words[at]);
	}
	monitor_names_sort(names);
	selection_list_archive(&export->selection, names);
	return error;
}

void export_run(const struct context *context, const struct query *query)
{
	struct export export = {
		.context = context, .query = query,
		.selection = selection_start(context),
		.progress = progress_start(context->messages,
					   context->progress_output),
		.is_json = query->render == &render_json,
	};
	struct monitor_names names = { 0 };
	int error = find_names(&export, &names);

	if (!error && !query->word_count)
		write_start(&export);
	for (size_t at = 0; !error && at < names.count; at++)
		error = export_monitor(&export, names.list[at]);
	progress_end(&export.progress);
	/* What ends early must not be taken for whole. */
	if (!error && export.is_started && export.is_json)
		fputs("\n]}\n", context->output);
	if (error && error != -EPIPE)
		message_report(context->messages, "%s", message_reason(-error));
	monitor_names_free(&names);
	selection_close(&export.selection);
}
