// SPDX-License-Identifier: GPL-2.0-or-later
/* Written row by row, so that ten years of minutes need no memory for it all. */
#include <inttypes.h>

#include "json_text.h"
#include "number.h"
#include "render.h"

static const char *const weekdays[] = {
	"sunday", "monday", "tuesday", "wednesday", "thursday", "friday",
	"saturday",
};

/* A number and a comma, or null where there is none. */
static void write_number(FILE *output, const char *key, bool is_there,
		       int64_t number)
{
	fputc('"', output);
	fputs(key, output);
	fputs("\":", output);
	if (is_there)
		number_print_signed(output, number);
	else
		fputs("null", output);
	fputc(',', output);
}

static void report_start(const struct report *report)
{
	FILE *output = report->output;

	fprintf(output, "{\"version\":%d,\"report\":\"%s\",\"timezone\":",
		RENDER_JSON_VERSION, report->name);
	json_write_text(output, report->zone);
	if (report->kind == PERIOD_WEEK)
		fprintf(output, ",\"first_day\":\"%s\"",
			weekdays[report->calendar->first_weekday]);
	if (report->kind == PERIOD_MONTH && report->calendar->first_month_day > 1)
		fprintf(output, ",\"month_start\":%d",
			report->calendar->first_month_day);
	fputs(",\"monitors\":[", output);
	for (size_t at = 0; at < report->column_count; at++) {
		if (at)
			fputc(',', output);
		json_write_text(output, report->columns[at].label);
	}
	fputs("],\"rows\":[", output);
}

static void write_rate(FILE *output, const char *key, bool is_there,
		       struct amount rate)
{
	fprintf(output, ",\"%s\":", key);
	if (is_there)
		json_write_amount(output, rate);
	else
		fputs("null", output);
}

/* The keys that a row and the total share. */
static void write_figures(const struct report *report, const struct row *row)
{
	FILE *output = report->output;

	write_number(output, "start", row->has_start, row->start);
	write_number(output, "end", row->has_end, row->end);
	if (report->has_rates)
		fprintf(output, "\"seconds\":%" PRIu64 ",", row->seconds);
	fputs("\"monitors\":[", output);
	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &row->figures[at];

		fputs(at ? ",{\"name\":" : "{\"name\":", output);
		json_write_text(output, report->columns[at].label);
		fputs(",\"packets\":", output);
		json_write_amount(output, figure->packets);
		fputs(",\"bytes\":", output);
		json_write_amount(output, figure->bytes);
		if (report->has_rates) {
			write_rate(output, "average_bits_per_second",
				   figure->has_average, figure->average);
			write_rate(output, "percentile_95_bits_per_second",
				   figure->has_percentile, figure->percentile);
		}
		fputc('}', output);
	}
	fputs("]}", output);
}

static void report_row(const struct report *report, const struct row *row,
		       size_t number)
{
	fputs(number ? ",\n{\"period\":\"" : "\n{\"period\":\"", report->output);
	fputs(row->label, report->output);
	fputs("\",", report->output);
	write_figures(report, row);
}

static void report_end(const struct report *report, const struct row *total)
{
	fputs("\n]", report->output);
	if (total) {
		fputs(",\"total\":{", report->output);
		write_figures(report, total);
	}
	fputs("}\n", report->output);
}

static void list_entry(const struct list_entry *entry, FILE *output)
{
	fputs("{\"name\":", output);
	json_write_text(output, entry->monitor);
	fprintf(output, ",\"live\":%s,", entry->is_live ? "true" : "false");
	write_number(output, "rules", entry->is_live && entry->references >= 0,
		   entry->references);
	write_number(output, "archived_since", entry->archived_since,
		   entry->archived_since);
	if (entry->is_live)
		fprintf(output, "\"series\":\"%016" PRIx64 "\"}",
			entry->series);
	else
		fputs("\"series\":null}", output);
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

const struct render_operations render_json = {
	.report_start = report_start,
	.report_row = report_row,
	.report_end = report_end,
	.list = list,
};
