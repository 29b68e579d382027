// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/follow_view.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "base/writer.h"

void follow_view_start(enum output_format format, FILE *output)
{
	if (format == OUTPUT_CSV)
		fputs("time,period,start,end,monitor,packets,bytes,bits_per_second\n",
		      output);
	fflush(output);
}

/* 15:30:22 2026-11-18: [input= 24.21 MB, 1.30 Mbit/s] */
static void write_text(const struct follow_view *view, struct writer *writer)
{
	const struct report *report = &view->report;
	char text[UNIT_TEXT_SIZE];
	struct calendar_time time;
	char clock[32];

	time = calendar_time(view->calendar, view->present);
	snprintf(clock, sizeof(clock), "%02d:%02d:%02d ", time.hour,
		 time.minute, time.second);
	writer_text(writer, clock);
	writer_text(writer, view->period->label);
	writer_text(writer, ":");
	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &view->figures[at];

		writer_text(writer, " [");
		writer_text(writer, report->columns[at].label);
		writer_text(writer, "= ");
		unit_format_amount(&report->unit, figure->bytes, text);
		writer_text(writer, text);
		if (report->has_packets) {
			writer_text(writer, ", ");
			writer_amount(writer, figure->packets);
			writer_text(writer, " packets");
		}
		writer_text(writer, ", ");
		unit_format_rate(figure->average, text);
		writer_text(writer, text);
		writer_text(writer, "]");
	}
}

/* Writes the line over the one before; what is too long is cut off. */
static void write_over(const struct follow_view *view)
{
	FILE *output = view->report.output;
	struct winsize size = { 0 };
	struct writer writer;
	char *line = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&line, &length);

	if (!memory)
		return;
	writer_start(&writer, memory);
	write_text(view, &writer);
	writer_end(&writer);
	if (fclose(memory) == 0) {
		if (ioctl(fileno(output), TIOCGWINSZ, &size) == 0 &&
		    size.ws_col && length >= size.ws_col)
			length = (size_t)size.ws_col - 1;
		fprintf(output, "\r%.*s\033[K", (int)length, line);
	}
	free(line);
}

static void write_csv(const struct follow_view *view, struct writer *writer)
{
	const struct report *report = &view->report;

	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &view->figures[at];

		writer_signed(writer, view->present);
		writer_text(writer, ",");
		writer_text(writer, view->period->label);
		writer_text(writer, ",");
		if (view->period->bounded)
			writer_signed(writer, view->period->start);
		writer_text(writer, ",");
		if (view->period->bounded)
			writer_signed(writer, view->period->end);
		writer_text(writer, ",");
		writer_text(writer, report->columns[at].label);
		writer_text(writer, ",");
		writer_amount(writer, figure->packets);
		writer_text(writer, ",");
		writer_amount(writer, figure->bytes);
		writer_text(writer, ",");
		writer_amount(writer, figure->average);
		writer_text(writer, "\n");
	}
}

static void write_bound(struct writer *writer, const char *key,
			const struct period *period, int64_t bound)
{
	writer_text(writer, key);
	if (period->bounded)
		writer_signed(writer, bound);
	else
		writer_text(writer, "null");
}

/* An object in a line of its own. */
static void write_json(const struct follow_view *view, struct writer *writer)
{
	const struct report *report = &view->report;
	const struct period *period = view->period;

	writer_text(writer, "{\"version\":");
	writer_number(writer, RENDER_JSON_VERSION);
	writer_text(writer, ",\"report\":");
	writer_json_text(writer, report->name);
	writer_text(writer, ",\"timezone\":");
	writer_json_text(writer, report->zone);
	writer_text(writer, ",\"time\":");
	writer_signed(writer, view->present);
	writer_text(writer, ",\"period\":");
	writer_json_text(writer, period->label);
	write_bound(writer, ",\"start\":", period, period->start);
	write_bound(writer, ",\"end\":", period, period->end);
	writer_text(writer, ",\"monitors\":[");
	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &view->figures[at];

		writer_text(writer, at ? ",{\"name\":" : "{\"name\":");
		writer_json_text(writer, report->columns[at].label);
		writer_text(writer, ",\"packets\":");
		writer_amount(writer, figure->packets);
		writer_text(writer, ",\"bytes\":");
		writer_amount(writer, figure->bytes);
		writer_text(writer, ",\"bits_per_second\":");
		writer_amount(writer, figure->average);
		writer_text(writer, "}");
	}
	writer_text(writer, "]}\n");
}

void follow_view_row(const struct follow_view *view, enum output_format format)
{
	FILE *output = view->report.output;
	struct writer writer;

	writer_start(&writer, output);
	if (format == OUTPUT_JSON) {
		write_json(view, &writer);
	} else if (format == OUTPUT_CSV) {
		write_csv(view, &writer);
	} else if (view->is_terminal) {
		write_over(view);
	} else {
		write_text(view, &writer);
		writer_text(&writer, "\n");
	}
	writer_end(&writer);
	fflush(output);
}

void follow_view_end(enum output_format format, bool is_terminal, FILE *output)
{
	if (is_terminal && format == OUTPUT_TEXT)
		fputc('\n', output);
}
