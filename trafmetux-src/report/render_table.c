// SPDX-License-Identifier: GPL-2.0-or-later
/* Columns side by side, aligned, under a line of their names. */
#include <inttypes.h>
#include <string.h>

#include "report/render.h"

/* Room for a cell's text, its heading included. */
#define CELL_SIZE 576

/* What a column of the report is shown as. */
enum shown_cell {
	CELL_BYTES,
	CELL_PACKETS,
	CELL_AVERAGE,
	CELL_PERCENTILE,
	CELLS,
};

static bool is_shown(const struct report *report, enum shown_cell cell)
{
	switch (cell) {
	case CELL_PACKETS:
		return report->has_packets;
	case CELL_AVERAGE:
	case CELL_PERCENTILE:
		return report->has_rates;
	default:
		return true;
	}
}

static void format_heading(const struct report *report, size_t column,
			   enum shown_cell cell, char text[CELL_SIZE])
{
	static const char *const additions[] = { "", " packets", " average",
						 " 95%" };

	snprintf(text, CELL_SIZE, "%s%s", report->columns[column].label,
		 additions[cell]);
}

static void format_cell(const struct report *report, const struct row *row,
			size_t column, enum shown_cell cell, char text[CELL_SIZE])
{
	const struct figure *figure = &row->figures[column];
	const bool is_about = report->columns[column].is_about;

	strcpy(text, "-");
	switch (cell) {
	case CELL_PACKETS:
		snprintf(text, CELL_SIZE, "%s%" PRIu64,
			 figure->packets.is_negative ? "-" : "",
			 figure->packets.size);
		break;
	case CELL_AVERAGE:
		if (figure->has_average)
			unit_format_rate(figure->average, text);
		break;
	case CELL_PERCENTILE:
		if (figure->has_percentile)
			unit_format_rate(figure->percentile, text);
		break;
	default:
		strcpy(text, is_about ? "~" : "");
		unit_format_amount(&report->unit, figure->bytes, text + is_about);
	}
}

/* Where a cell's width is kept; the first one is the label's. */
static int *width_of(const struct report *report, size_t column, enum shown_cell cell)
{
	return &report->widths[1 + column * CELLS + cell];
}

static void widen(int *width, const char *text)
{
	const int length = (int)strlen(text);

	if (*width < length)
		*width = length;
}

static void measure(const struct report *report, const struct row *row)
{
	char text[CELL_SIZE];

	widen(&report->widths[0], row->label);
	for (size_t column = 0; column < report->column_count; column++) {
		for (int cell = 0; cell < CELLS; cell++) {
			format_cell(report, row, column, cell, text);
			widen(width_of(report, column, cell), text);
		}
	}
}

static void report_start(const struct report *report)
{
	char text[CELL_SIZE];

	widen(&report->widths[0], "period");
	fprintf(report->output, "%s%-*s", report->is_styled ? "\033[1m" : "",
		report->widths[0], "period");
	for (size_t column = 0; column < report->column_count; column++) {
		for (int cell = 0; cell < CELLS; cell++) {
			if (!is_shown(report, cell))
				continue;
			format_heading(report, column, cell, text);
			widen(width_of(report, column, cell), text);
			fprintf(report->output, "  %*s",
				*width_of(report, column, cell), text);
		}
	}
	fputs(report->is_styled ? "\033[0m\n" : "\n", report->output);
}

static void report_row(const struct report *report, const struct row *row,
		       size_t number)
{
	char text[CELL_SIZE];

	(void)number;
	fprintf(report->output, "%-*s", report->widths[0], row->label);
	for (size_t column = 0; column < report->column_count; column++) {
		for (int cell = 0; cell < CELLS; cell++) {
			if (!is_shown(report, cell))
				continue;
			format_cell(report, row, column, cell, text);
			fprintf(report->output, "  %*s",
				*width_of(report, column, cell), text);
		}
	}
	fputc('\n', report->output);
}

static void report_end(const struct report *report, const struct row *total)
{
	if (total)
		report_row(report, total, 0);
}

const struct render_operations render_table = {
	.measure = measure,
	.report_start = report_start,
	.report_row = report_row,
	.report_end = report_end,
};
