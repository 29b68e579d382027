// SPDX-License-Identifier: GPL-2.0-or-later
/* No field holds a comma or a quote: names and labels can't. */
#include <inttypes.h>

#include "number.h"
#include "render.h"

static void report_start(const struct report *report)
{
	fputs("period,start,end,monitor,packets,bytes", report->output);
	if (report->has_rates)
		fputs(",seconds,average_bits_per_second,percentile_95_bits_per_second",
		      report->output);
	fputc('\n', report->output);
}

static void write_amount(const struct amount *amount, FILE *output)
{
	fputs(amount->is_negative ? ",-" : ",", output);
	number_print(output, amount->size);
}

static void write_rates(const struct row *row, const struct figure *figure,
			FILE *output)
{
	fprintf(output, ",%" PRIu64, row->seconds);
	if (figure->has_average)
		write_amount(&figure->average, output);
	else
		fputc(',', output);
	if (figure->has_percentile)
		write_amount(&figure->percentile, output);
	else
		fputc(',', output);
}

static void report_row(const struct report *report, const struct row *row,
		       size_t number)
{
	FILE *output = report->output;

	(void)number;
	for (size_t at = 0; at < report->column_count; at++) {
		fputs(row->label, output);
		fputc(',', output);
		if (row->has_start)
			number_print_signed(output, row->start);
		fputc(',', output);
		if (row->has_end)
			number_print_signed(output, row->end);
		fputc(',', output);
		fputs(report->columns[at].label, output);
		write_amount(&row->figures[at].packets, output);
		write_amount(&row->figures[at].bytes, output);
		if (report->has_rates)
			write_rates(row, &row->figures[at], output);
		fputc('\n', output);
	}
}

static void report_end(const struct report *report, const struct row *total)
{
	if (total)
		report_row(report, total, 0);
}

static void list(const struct list *monitors, FILE *output)
{
	fputs("monitor,live,rules,archived_since,series\n", output);
	for (size_t at = 0; at < monitors->count; at++) {
		const struct list_entry *entry = &monitors->entries[at];

		fprintf(output, "%s,%s,", entry->monitor,
			entry->is_live ? "yes" : "no");
		if (entry->is_live && entry->references >= 0)
			fprintf(output, "%" PRId64, entry->references);
		fputc(',', output);
		if (entry->archived_since)
			fprintf(output, "%" PRId64, entry->archived_since);
		fputc(',', output);
		if (entry->is_live)
			fprintf(output, "%016" PRIx64, entry->series);
		fputc('\n', output);
	}
}

const struct render_operations render_csv = {
	.report_start = report_start,
	.report_row = report_row,
	.report_end = report_end,
	.list = list,
};
