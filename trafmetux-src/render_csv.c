// SPDX-License-Identifier: GPL-2.0-or-later
/* No field holds a comma or a quote: names and labels can't. */
#include <inttypes.h>

#include "render.h"

static void report_start(const struct report *report)
{
	fputs("period,start,end,monitor,packets,bytes\n", report->output);
}

static void report_row(const struct report *report, const struct period *period,
		       const struct counters *row, size_t number)
{
	const struct table *table = report->table;

	(void)number;
	for (size_t at = 0; at < table->column_count; at++) {
		fprintf(report->output, "%s,", period->label);
		if (period->bounded)
			fprintf(report->output, "%" PRId64 ",%" PRId64,
				period->start, period->end);
		else
			fputc(',', report->output);
		fprintf(report->output, ",%s,%" PRIu64 ",%" PRIu64 "\n",
			table->columns[at].monitor, row[at].packets,
			row[at].bytes);
	}
}

static void report_end(const struct report *report)
{
	(void)report;
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
