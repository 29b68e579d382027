// SPDX-License-Identifier: GPL-2.0-or-later
/* Written row by row, so that ten years of minutes need no memory for it all. */
#include <inttypes.h>

#include "base/writer.h"
#include "report/render.h"

static const char *const weekdays[] = {
	"sunday", "monday", "tuesday", "wednesday", "thursday", "friday",
	"saturday",
};

static void report_start(const struct report *report)
{
	struct writer writer;

	writer_start(&writer, report->output);
	writer_field_number(&writer, "{\"version\":", RENDER_JSON_VERSION);
	writer_field_json(&writer, ",\"report\":", report->name);
	writer_field_json(&writer, ",\"timezone\":", report->zone);
	if (report->kind == PERIOD_WEEK) {
		writer_field_json(&writer, ",\"first_day\":",
				  weekdays[report->calendar->first_weekday]);
	}
	if (report->kind == PERIOD_MONTH && report->calendar->first_month_day > 1) {
		writer_field_signed(&writer, ",\"month_start\":",
				    report->calendar->first_month_day);
	}
	writer_text(&writer, ",\"monitors\":[");
	for (size_t at = 0; at < report->column_count; at++) {
		if (at)
			writer_text(&writer, ",");
		writer_json_text(&writer, report->columns[at].label);
	}
	writer_text(&writer, "],\"rows\":[");
	writer_end(&writer);
}

static void write_rate(struct writer *writer, const char *key, bool is_there,
		       struct amount rate)
{
	writer_text(writer, key);
	if (is_there)
		writer_amount(writer, rate);
	else
		writer_text(writer, "null");
}

static void write_figure(const struct report *report,
			 const struct figure *figure, struct writer *writer)
{
	writer_field_amount(writer, ",\"packets\":", figure->packets);
	writer_field_amount(writer, ",\"bytes\":", figure->bytes);
	if (!report->has_rates)
		return;
	write_rate(writer, ",\"average_bits_per_second\":", figure->has_average,
		   figure->average);
	write_rate(writer, ",\"percentile_95_bits_per_second\":",
		   figure->has_percentile, figure->percentile);
}

/* The keys that a row and the total share. */
static void write_figures(const struct report *report, const struct row *row,
			  struct writer *writer)
{
	writer_field_known(writer, "\"start\":", row->has_start, row->start,
			   "null");
	writer_field_known(writer, ",\"end\":", row->has_end, row->end, "null");
	if (report->has_rates)
		writer_field_number(writer, ",\"seconds\":", row->seconds);
	writer_text(writer, ",\"monitors\":[");
	for (size_t at = 0; at < report->column_count; at++) {
		if (at)
			writer_text(writer, ",");
		writer_field_json(writer, "{\"name\":",
				  report->columns[at].label);
		if (report->columns[at].is_about)
			writer_text(writer, ",\"exact\":false");
		write_figure(report, &row->figures[at], writer);
		writer_text(writer, "}");
	}
	writer_text(writer, "]}");
}

static void report_row(const struct report *report, const struct row *row,
		       size_t number)
{
	struct writer writer;

	writer_start(&writer, report->output);
	writer_text(&writer, number ? ",\n{\"period\":\"" : "\n{\"period\":\"");
	writer_text(&writer, row->label);
	writer_text(&writer, "\",");
	write_figures(report, row, &writer);
	writer_end(&writer);
}

static void report_end(const struct report *report, const struct row *total)
{
	struct writer writer;

	writer_start(&writer, report->output);
	writer_text(&writer, "\n]");
	if (total) {
		writer_text(&writer, ",\"total\":{");
		write_figures(report, total, &writer);
	}
	writer_text(&writer, "}\n");
	writer_end(&writer);
}

static void list_entry(const struct list_entry *entry, FILE *output)
{
	struct writer writer;
	char series[32] = "null";

	if (entry->is_live)
		snprintf(series, sizeof(series), "\"%016" PRIx64 "\"",
			 entry->series);
	writer_start(&writer, output);
	writer_field_json(&writer, "{\"name\":", entry->monitor);
	writer_text(&writer, entry->is_live ? ",\"live\":true" :
					      ",\"live\":false");
	writer_field_known(&writer, ",\"rules\":",
			   entry->is_live && entry->references >= 0,
			   entry->references, "null");
	writer_field_known(&writer, ",\"archived_since\":",
			   entry->archived_since, entry->archived_since,
			   "null");
	writer_field_text(&writer, ",\"series\":", series);
	if (entry->is_about)
		writer_text(&writer, ",\"exact\":false");
	writer_text(&writer, "}");
	writer_end(&writer);
}

static void list(const struct list *monitors, FILE *output)
{
	fprintf(output, "{\"version\":%d,\"monitors\":[", RENDER_JSON_VERSION);
	for (size_t at = 0; at < monitors->count; at++) {
		fputs(at ? ",\n" : "\n", output);
		list_entry(&monitors->entries[at], output);
	}
	fputs("\n]}\n", output);
}

/* An object in a line of its own. */
static void live_row(const struct report *report, const struct live_row *row,
		     struct writer *writer)
{
	const struct period *period = row->period;

	writer_field_number(writer, "{\"version\":", RENDER_JSON_VERSION);
	writer_field_json(writer, ",\"report\":", report->name);
	writer_field_json(writer, ",\"timezone\":", report->zone);
	writer_field_signed(writer, ",\"time\":", row->present);
	writer_field_json(writer, ",\"period\":", period->label);
	writer_field_known(writer, ",\"start\":", period->bounded, period->start,
			   "null");
	writer_field_known(writer, ",\"end\":", period->bounded, period->end,
			   "null");
	writer_text(writer, ",\"monitors\":[");
	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &row->figures[at];

		writer_field_json(writer, at ? ",{\"name\":" : "{\"name\":",
				  report->columns[at].label);
		if (report->columns[at].is_about)
			writer_text(writer, ",\"exact\":false");
		writer_field_amount(writer, ",\"packets\":", figure->packets);
		writer_field_amount(writer, ",\"bytes\":", figure->bytes);
		writer_field_amount(writer, ",\"bits_per_second\":",
				    figure->average);
		writer_text(writer, "}");
	}
	writer_text(writer, "]}\n");
}

const struct render_operations render_json = {
	.is_for_programs = true,
	.report_start = report_start,
	.report_row = report_row,
	.report_end = report_end,
	.list = list,
	.live_row = live_row,
};
