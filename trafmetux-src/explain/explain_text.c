// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "explain/explain.h"

/* With the offset that tells apart an hour that came twice. */
static const char *format_time(const struct explain *explain, int64_t time,
			       char text[CALENDAR_TIME_SIZE])
{
	return calendar_format_time(explain->calendar, time, CALENDAR_OFFSET,
				    text);
}

static void print_range(const struct explain *explain, FILE *output)
{
	const struct time_range *range = &explain->range;
	char text[CALENDAR_TIME_SIZE];

	fprintf(output, "%s:", explain->monitor);
	if (range->start != TIME_RANGE_START)
		fprintf(output, " from %s", format_time(explain, range->start, text));
	if (range->end != TIME_RANGE_END)
		fprintf(output, " to %s", format_time(explain, range->end, text));
	if (range->start == TIME_RANGE_START && range->end == TIME_RANGE_END)
		fputs(" all there is", output);
	fprintf(output, ", zone %s\n", explain->zone);
}

/* ": 3 records, FIRST to LAST, 123 packets, 456 bytes" */
static void print_sum(const struct explain *explain,
		      const struct explain_sum *sum, const char *what,
		      FILE *output)
{
	char first[CALENDAR_TIME_SIZE];
	char last[CALENDAR_TIME_SIZE];

	if (what)
		fprintf(output, ": %" PRIu64 " %s%s", sum->records, what,
			sum->records == 1 ? "" : "s");
	if (sum->records)
		fprintf(output, ", %s to %s, %" PRIu64 " packets, %" PRIu64 " bytes",
			format_time(explain, sum->first_time, first),
			format_time(explain, sum->last_time, last),
			sum->counters.packets, sum->counters.bytes);
	fputc('\n', output);
}

static bool is_whole(const struct explain_file *file)
{
	return !file->damaged && !file->torn && !file->empty;
}

/* Whole files of days one after another share a line, so that what is not shows. */
static size_t print_files_from(const struct explain *explain, size_t at,
			       FILE *output)
{
	const struct explain_file *first = &explain->files[at];
	struct explain_sum sum = first->sum;
	char name[ARCHIVE_NAME_SIZE];
	size_t count = 1;

	for (; at + count < explain->file_count; count++) {
		const struct explain_file *next = &explain->files[at + count];

		if (!is_whole(first) || !is_whole(next) ||
		    first->is_thinned != next->is_thinned ||
		    next->file.day != archive_file_last_day(&next[-1].file) + 1)
			break;
		explain_sum_join(&sum, &next->sum);
	}
	archive_file_name(&first->file, name);
	fprintf(output, "  %s", name);
	if (count > 1) {
		archive_file_name(&first[count - 1].file, name);
		fprintf(output, " to %s, %zu files", name, count);
	}
	print_sum(explain, &sum, first->is_thinned ? "five-minute record" : "record",
		  output);
	return count;
}

static void print_files(const struct explain *explain, FILE *output)
{
	fputs("files:\n", output);
	for (size_t at = 0; at < explain->file_count;)
		at += print_files_from(explain, at, output);
	if (explain->live.records) {
		fputs("  kernel, not archived yet", output);
		print_sum(explain, &explain->live, "sample", output);
	} else if (!explain->file_count) {
		fputs("  none\n", output);
	}
}

static void print_series(const struct explain *explain, FILE *output)
{
	char created[CALENDAR_TIME_SIZE];

	if (explain->series_count)
		fputs("series:\n", output);
	for (size_t at = 0; at < explain->series_count; at++) {
		const struct explain_series *series = &explain->series[at];

		fprintf(output, "  %016" PRIx64 ": ", series->series);
		if (series->begin == EXPLAIN_NEW)
			fputs(series->is_import ? "begins at 0 (an import)" :
			      series->origin.is_about ?
			      "begins at 0 (chosen, reboot, made anew or set back)" :
			      "begins at 0 (first rule, reboot, module reloaded or monitor expired)",
			      output);
		else
			fprintf(output, "goes on from %" PRIu64 " packets, %" PRIu64 " bytes%s",
				series->base.packets, series->base.bytes,
				series->begin == EXPLAIN_GOES_ON ? "" :
				", which no file has");
		if (*series->origin.kind)
			fprintf(output, ", by %s%s", series->origin.kind,
				series->origin.is_about ? ", not wire-exact" : "");
		if (series->created != LIVE_UNKNOWN)
			fprintf(output, ", made %s",
				format_time(explain, series->created, created));
		print_sum(explain, &series->sum, NULL, output);
	}
}

static void print_damage(const struct explain_file *file, FILE *output)
{
	const size_t count = file->damaged < ARCHIVE_DAMAGED_LINES ?
			     (size_t)file->damaged : ARCHIVE_DAMAGED_LINES;
	char name[ARCHIVE_NAME_SIZE];

	archive_file_name(&file->file, name);
	for (size_t at = 0; at < count; at++)
		fprintf(output, "  %s line %" PRIu64 ": damaged, passed over; the next whole record has its traffic\n",
			name, file->damaged_lines[at]);
	if (file->damaged > count)
		fprintf(output, "  %s: and %" PRIu64 " more damaged lines\n",
			name, file->damaged - count);
	if (file->torn)
		fprintf(output, "  %s: the last line is cut off, passed over\n",
			name);
	if (file->empty)
		fprintf(output, "  %s: empty\n", name);
}

static void print_remark(const struct explain *explain,
			 const struct explain_remark *remark, FILE *output)
{
	char name[ARCHIVE_NAME_SIZE];
	char since[CALENDAR_TIME_SIZE] = "unknown";
	char time[CALENDAR_TIME_SIZE];

	fputs("  ", output);
	format_time(explain, remark->time, time);
	if (remark->since)
		format_time(explain, remark->since, since);
	if (remark->has_file) {
		archive_file_name(&remark->file, name);
		fprintf(output, "%s line %" PRIu64 ": ", name, remark->line);
	}
	if (remark->kind == EXPLAIN_CLOCK_BACK) {
		fprintf(output, "clock set back, from %s or later to %s or earlier\n",
			since, time);
		return;
	}
	if (remark->kind == EXPLAIN_GAP)
		fprintf(output, "gap from %s to %s, counted at its end", since,
			time);
	else if (remark->kind == EXPLAIN_MISSING)
		fprintf(output, "records missing after %s, counted at %s",
			since, time);
	else
		fprintf(output, "records missing after %s, not counted", since);
	fprintf(output, ": %" PRIu64 " packets, %" PRIu64 " bytes\n",
		remark->counters.packets, remark->counters.bytes);
}

static void print_remarks(const struct explain *explain, FILE *output)
{
	bool any = explain->remark_count;

	for (size_t at = 0; at < explain->file_count; at++)
		any |= !is_whole(&explain->files[at]);
	fputs(any ? "remarks:\n" : "remarks: none\n", output);
	for (size_t at = 0; at < explain->file_count; at++)
		print_damage(&explain->files[at], output);
	for (size_t at = 0; at < explain->remark_count; at++)
		print_remark(explain, &explain->remarks[at], output);
}

void explain_text(const struct explain *explain, FILE *output)
{
	size_t indexed = 0;

	for (size_t at = 0; at < explain->file_count; at++)
		indexed += explain->files[at].is_indexed;
	print_range(explain, output);
	print_files(explain, output);
	print_series(explain, output);
	print_remarks(explain, output);
	fprintf(output, "index: has %zu of %zu files\n", indexed,
		explain->file_count);
	fprintf(output, "sum: %" PRIu64 " packets, %" PRIu64 " bytes\n",
		explain->total.packets, explain->total.bytes);
}
