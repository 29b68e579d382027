// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "render.h"

static void report_start(const struct report *report)
{
	(void)report;
}

/* 2008-10-27 19:00-20:00: [input= 24.21 MB] [output= 3.37 MB] */
static void report_row(const struct report *report, const struct period *period,
		       const struct counters *row, size_t number)
{
	const struct table *table = report->table;
	char figure[UNIT_TEXT_SIZE];

	(void)number;
	fprintf(report->output, "%s:", period->label);
	for (size_t at = 0; at < table->column_count; at++) {
		unit_format(&report->unit, row[at].bytes, figure);
		fprintf(report->output, " [%s= %s]",
			table->columns[at].monitor, figure);
	}
	fputc('\n', report->output);
}

static void report_end(const struct report *report)
{
	(void)report;
}

static void format_since(int64_t time, char text[32])
{
	time_t instant = (time_t)time;
	struct tm local;

	if (!time || instant != time || !localtime_r(&instant, &local) ||
	    !strftime(text, 32, "%Y-%m-%d %H:%M:%S", &local))
		strcpy(text, "-");
}

static void list(const struct list *monitors, FILE *output)
{
	int width = (int)strlen("monitor");
	char references[32];
	char since[32];
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
		strcpy(series, "-");
		if (entry->is_live && entry->references >= 0)
			snprintf(references, sizeof(references), "%" PRId64,
				 entry->references);
		if (entry->is_live)
			snprintf(series, sizeof(series), "%016" PRIx64,
				 entry->series);
		format_since(entry->archived_since, since);
		fprintf(output, "%-*s  %-4s  %5s  %-19s  %s\n", width,
			entry->monitor, entry->is_live ? "yes" : "no",
			references, since, series);
	}
}

const struct render_operations render_text = {
	.report_start = report_start,
	.report_row = report_row,
	.report_end = report_end,
	.list = list,
};
