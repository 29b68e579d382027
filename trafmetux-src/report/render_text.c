// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>

#include "report/render.h"
#include "base/writer.h"

static void report_start(const struct report *report)
{
	(void)report;
}

/* What --packets and --rates add to a figure. */
static void write_details(const struct report *report,
			  const struct figure *figure, struct writer *writer)
{
	char text[UNIT_TEXT_SIZE] = "-";

	if (report->has_packets) {
		writer_text(writer, ", ");
		writer_amount(writer, figure->packets);
		writer_text(writer, " packets");
	}
	if (!report->has_rates)
		return;
	if (figure->has_average)
		unit_format_rate(figure->average, text);
	writer_text(writer, ", average ");
	writer_text(writer, text);
	strcpy(text, "-");
	if (figure->has_percentile)
		unit_format_rate(figure->percentile, text);
	writer_text(writer, ", 95th percentile ");
	writer_text(writer, text);
}

/* 2008-10-27 19:00-20:00: [input= 24.21 MB] [output= 3.37 MB] */
static void report_row(const struct report *report, const struct row *row,
		       size_t number)
{
	char figure[UNIT_TEXT_SIZE];
	struct writer writer;

	(void)number;
	writer_start(&writer, report->output);
	writer_text(&writer, row->label);
	writer_text(&writer, ":");
	for (size_t at = 0; at < report->column_count; at++) {
		unit_format_amount(&report->unit, row->figures[at].bytes,
				   figure);
		writer_text(&writer, " [");
		writer_text(&writer, report->columns[at].label);
		writer_text(&writer, report->columns[at].is_about ? "= ~" : "= ");
		writer_text(&writer, figure);
		write_details(report, &row->figures[at], &writer);
		writer_text(&writer, "]");
	}
	writer_text(&writer, "\n");
	writer_end(&writer);
}

static void report_end(const struct report *report, const struct row *total)
{
	if (total)
		report_row(report, total, 0);
}

/* 15:30:22 2026-11-18: [input= 24.21 MB, 1.30 Mbit/s] */
static void live_row(const struct report *report, const struct live_row *row,
		     struct writer *writer)
{
	char text[UNIT_TEXT_SIZE];
	struct calendar_time time;
	char clock[32];

	time = calendar_time(report->calendar, row->present);
	snprintf(clock, sizeof(clock), "%02d:%02d:%02d ", time.hour,
		 time.minute, time.second);
	writer_text(writer, clock);
	writer_text(writer, row->period->label);
	writer_text(writer, ":");
	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &row->figures[at];

		writer_field_text(writer, " [", report->columns[at].label);
		writer_text(writer, report->columns[at].is_about ? "= ~" : "= ");
		unit_format_amount(&report->unit, figure->bytes, text);
		writer_text(writer, text);
		if (report->has_packets) {
			writer_field_amount(writer, ", ", figure->packets);
			writer_text(writer, " packets");
		}
		writer_text(writer, ", ");
		unit_format_rate(figure->average, text);
		writer_text(writer, text);
		writer_text(writer, "]");
	}
	writer_text(writer, "\n");
}

static void list(const struct list *monitors, FILE *output)
{
	int width = (int)strlen("monitor");
	char references[32];
	char since[CALENDAR_TIME_SIZE];
	char series[32];

	for (size_t at = 0; at < monitors->count; at++) {
		int length = (int)strlen(monitors->entries[at].monitor);

		width = length > width ? length : width;
	}
	fprintf(output, "%-*s  live  rules  %-19s  series\n", width, "monitor",
		"archived since");
	for (size_t at = 0; at < monitors->count; at++) {
		const struct list_entry *entry = &monitors->entries[at];

		strcpy(references, "-");
		strcpy(since, "-");
		strcpy(series, "-");
		if (entry->is_live && entry->references >= 0)
			snprintf(references, sizeof(references), "%" PRId64,
				 entry->references);
		if (entry->is_live)
			snprintf(series, sizeof(series), "%016" PRIx64,
				 entry->series);
		if (entry->archived_since)
			calendar_format_time(monitors->calendar,
					     entry->archived_since,
					     CALENDAR_SECONDS, since);
		fprintf(output, "%-*s  %-4s  %5s  %-19s  %s%s\n", width,
			entry->monitor, entry->is_live ? "yes" : "no",
			references, since, series,
			entry->is_about ? "  not wire-exact" : "");
	}
}

const struct render_operations render_text = {
	.report_start = report_start,
	.report_row = report_row,
	.report_end = report_end,
	.list = list,
	.live_row = live_row,
};
