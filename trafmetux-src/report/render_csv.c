// SPDX-License-Identifier: GPL-2.0-or-later
/* No field holds a comma or a quote: names and labels can't. */
#include <inttypes.h>

#include "report/render.h"
#include "base/writer.h"

static void report_start(const struct report *report)
{
	fputs("period,start,end,monitor,packets,bytes", report->output);
	if (report->has_rates)
		fputs(",seconds,average_bits_per_second,percentile_95_bits_per_second",
		      report->output);
	fputs(report->has_about ? ",exact\n" : "\n", report->output);
}

static void write_rates(const struct row *row, const struct figure *figure,
			struct writer *writer)
{
	writer_field_number(writer, ",", row->seconds);
	writer_text(writer, ",");
	if (figure->has_average)
		writer_amount(writer, figure->average);
	writer_text(writer, ",");
	if (figure->has_percentile)
		writer_amount(writer, figure->percentile);
}

static void report_row(const struct report *report, const struct row *row,
		       size_t number)
{
	struct writer writer;

	(void)number;
	writer_start(&writer, report->output);
	for (size_t at = 0; at < report->column_count; at++) {
		writer_text(&writer, row->label);
		writer_field_known(&writer, ",", row->has_start, row->start,
				   "");
		writer_field_known(&writer, ",", row->has_end, row->end, "");
		writer_field_text(&writer, ",", report->columns[at].label);
		writer_field_amount(&writer, ",", row->figures[at].packets);
		writer_field_amount(&writer, ",", row->figures[at].bytes);
		if (report->has_rates)
			write_rates(row, &row->figures[at], &writer);
		if (report->has_about)
			writer_text(&writer, report->columns[at].is_about ? ",no" : ",yes");
		writer_text(&writer, "\n");
	}
	writer_end(&writer);
}

static void report_end(const struct report *report, const struct row *total)
{
	if (total)
		report_row(report, total, 0);
}

static void list(const struct list *monitors, FILE *output)
{
	bool has_about = false;

	for (size_t at = 0; at < monitors->count; at++)
		has_about |= monitors->entries[at].is_about;
	fprintf(output, "monitor,live,rules,archived_since,series%s\n",
		has_about ? ",exact" : "");
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
		if (has_about)
			fputs(entry->is_about ? ",no" : ",yes", output);
		fputc('\n', output);
	}
}

static void live_start(FILE *output)
{
	fputs("time,period,start,end,monitor,packets,bytes,bits_per_second\n",
	      output);
}

static void live_row(const struct report *report, const struct live_row *row,
		     struct writer *writer)
{
	for (size_t at = 0; at < report->column_count; at++) {
		const struct figure *figure = &row->figures[at];

		writer_signed(writer, row->present);
		writer_field_text(writer, ",", row->period->label);
		writer_field_known(writer, ",", row->period->bounded,
				   row->period->start, "");
		writer_field_known(writer, ",", row->period->bounded,
				   row->period->end, "");
		writer_field_text(writer, ",", report->columns[at].label);
		writer_field_amount(writer, ",", figure->packets);
		writer_field_amount(writer, ",", figure->bytes);
		writer_field_amount(writer, ",", figure->average);
		writer_text(writer, "\n");
	}
}

const struct render_operations render_csv = {
	.is_for_programs = true,
	.report_start = report_start,
	.report_row = report_row,
	.report_end = report_end,
	.list = list,
	.live_start = live_start,
	.live_row = live_row,
};
