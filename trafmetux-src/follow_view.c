// SPDX-License-Identifier: GPL-2.0-or-later
#include "follow_view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "json_text.h"

void follow_view_start(enum output_format format, FILE *output)
{
	if (format == OUTPUT_CSV)
		fputs("time,period,start,end,monitor,packets,bytes,bits_per_second\n",
		      output);
	fflush(output);
}

/* 15:30:22 2026-11-18: [input= 24.21 MB, 1.30 Mbit/s] */
static void write_text(const struct follow_view *view, FILE *output)
{
	const struct report *report = &view->report;
	const time_t present = (time_t)view->present;
	char text[UNIT_TEXT_SIZE];
	char clock[16] = "";
	struct tm local;

	if (localtime_r(&present, &local))
		strftime(clock, sizeof(clock), "%H:%M:%S ", &local);
	fprintf(output, "%s%s:", clock, view->period->label);
	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &view->figures[at];

		unit_format_amount(&report->unit, figure->bytes, text);
		fprintf(output, " [%s= %s", report->columns[at].label, text);
		if (report->has_packets)
			fprintf(output, ", %s%" PRIu64 " packets",
				figure->packets.is_negative ? "-" : "",
				figure->packets.size);
		unit_format_rate(figure->average, text);
		fprintf(output, ", %s]", text);
	}
}

/* Writes the line over the one before; what is too long is cut off. */
static void write_over(const struct follow_view *view)
{
	FILE *output = view->report.output;
	struct winsize size = { 0 };
	char *line = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&line, &length);

	if (!memory)
		return;
	write_text(view, memory);
	if (fclose(memory) == 0) {
		if (ioctl(fileno(output), TIOCGWINSZ, &size) == 0 &&
		    size.ws_col && length >= size.ws_col)
			length = (size_t)size.ws_col - 1;
		fprintf(output, "\r%.*s\033[K", (int)length, line);
	}
	free(line);
}

static void write_amount(const struct amount *amount, FILE *output)
{
	fputc(',', output);
	json_write_amount(output, *amount);
}

static void write_csv(const struct follow_view *view)
{
	const struct report *report = &view->report;
	FILE *output = report->output;

	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &view->figures[at];

		fprintf(output, "%" PRId64 ",%s,", view->present,
			view->period->label);
		if (view->period->bounded)
			fprintf(output, "%" PRId64 ",%" PRId64,
				view->period->start, view->period->end);
		else
			fputc(',', output);
		fprintf(output, ",%s", report->columns[at].label);
		write_amount(&figure->packets, output);
		write_amount(&figure->bytes, output);
		write_amount(&figure->average, output);
		fputc('\n', output);
	}
}

/* An object in a line of its own. */
static void write_json(const struct follow_view *view)
{
	const struct report *report = &view->report;
	FILE *output = report->output;

	fprintf(output, "{\"version\":%d,\"report\":\"%s\",\"timezone\":",
		RENDER_JSON_VERSION, report->name);
	json_write_text(output, report->zone);
	fprintf(output, ",\"time\":%" PRId64 ",\"period\":\"%s\",",
		view->present, view->period->label);
	if (view->period->bounded)
		fprintf(output, "\"start\":%" PRId64 ",\"end\":%" PRId64 ",",
			view->period->start, view->period->end);
	else
		fputs("\"start\":null,\"end\":null,", output);
	fputs("\"monitors\":[", output);
	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &view->figures[at];

		fputs(at ? ",{\"name\":" : "{\"name\":", output);
		json_write_text(output, report->columns[at].label);
		fputs(",\"packets\":", output);
		json_write_amount(output, figure->packets);
		fputs(",\"bytes\":", output);
		json_write_amount(output, figure->bytes);
		fputs(",\"bits_per_second\":", output);
		json_write_amount(output, figure->average);
		fputc('}', output);
	}
	fputs("]}\n", output);
}

void follow_view_row(const struct follow_view *view, enum output_format format)
{
	FILE *output = view->report.output;

	switch (format) {
	case OUTPUT_JSON:
		write_json(view);
		break;
	case OUTPUT_CSV:
		write_csv(view);
		break;
	default:
		if (view->is_terminal) {
			write_over(view);
			break;
		}
		write_text(view, output);
		fputc('\n', output);
	}
	fflush(output);
}

void follow_view_end(enum output_format format, bool is_terminal, FILE *output)
{
	if (is_terminal && format == OUTPUT_TEXT)
		fputc('\n', output);
}
