// SPDX-License-Identifier: GPL-2.0-or-later
/* docs/trafmetux-explain.schema.json describes what is written here. */
#include <inttypes.h>

#include "explain/explain.h"
#include "base/writer.h"

static const char *const begin_words[] = {
	[EXPLAIN_NEW] = "new",
	[EXPLAIN_GOES_ON] = "goes on",
	[EXPLAIN_LACKS_BEGIN] = "lacks its begin",
};

static const char *const remark_words[] = {
	[EXPLAIN_GAP] = "gap",
	[EXPLAIN_MISSING] = "missing",
	[EXPLAIN_LEFT_OUT] = "left out",
	[EXPLAIN_CLOCK_BACK] = "clock set back",
};

/* "key":123, or null where there is none; then a comma. */
static void write_time(FILE *output, const char *key, bool is_there,
		       int64_t time)
{
	if (is_there)
		fprintf(output, "\"%s\":%" PRId64 ",", key, time);
	else
		fprintf(output, "\"%s\":null,", key);
}

static void write_counters(FILE *output, const struct counters *counters)
{
	fprintf(output, "\"packets\":%" PRIu64 ",\"bytes\":%" PRIu64,
		counters->packets, counters->bytes);
}

static void write_sum(FILE *output, const struct explain_sum *sum)
{
	write_time(output, "first", sum->records, sum->first_time);
	write_time(output, "last", sum->records, sum->last_time);
	write_counters(output, &sum->counters);
}

static void write_file(FILE *output, const struct explain_file *file)
{
	char name[ARCHIVE_NAME_SIZE];

	archive_file_name(&file->file, name);
	fprintf(output, "{\"name\":\"%s\",\"interval\":%d,\"records\":%" PRIu64 ",",
		name, explain_interval(file),
		file->sum.records);
	write_sum(output, &file->sum);
	fprintf(output, ",\"damaged\":%" PRIu64 ",\"damaged_lines\":[",
		file->damaged);
	for (size_t at = 0;
	     at < file->damaged && at < ARCHIVE_DAMAGED_LINES; at++)
		fprintf(output, "%s%" PRIu64, at ? "," : "",
			file->damaged_lines[at]);
	fprintf(output, "],\"cut_off\":%s,\"empty\":%s,\"indexed\":%s}",
		file->torn ? "true" : "false", file->empty ? "true" : "false",
		file->is_indexed ? "true" : "false");
}

static void write_series(FILE *output, const struct explain_series *series)
{
	fprintf(output, "{\"series\":\"%016" PRIx64 "\",\"begin\":\"%s\",",
		series->series, begin_words[series->begin]);
	if (series->is_import)
		fputs("\"import\":true,", output);
	if (*series->origin.kind)
		fprintf(output, "\"source\":\"%s\",", series->origin.kind);
	if (series->origin.is_about)
		fputs("\"exact\":false,", output);
	fprintf(output, "\"base_packets\":%" PRIu64 ",\"base_bytes\":%" PRIu64 ",",
		series->base.packets, series->base.bytes);
	write_time(output, "created", series->created != LIVE_UNKNOWN,
		   series->created);
	write_sum(output, &series->sum);
	fputc('}', output);
}

static void write_remark(FILE *output, const struct explain_remark *remark)
{
	char name[ARCHIVE_NAME_SIZE];

	fprintf(output, "{\"kind\":\"%s\",", remark_words[remark->kind]);
	if (remark->has_file) {
		archive_file_name(&remark->file, name);
		fprintf(output, "\"file\":\"%s\",\"line\":%" PRIu64 ",", name,
			remark->line);
	}
	write_time(output, "since", remark->since, remark->since);
	write_time(output, "time", true, remark->time);
	write_counters(output, &remark->counters);
	fputc('}', output);
}

void explain_json(const struct explain *explain, FILE *output)
{
	const struct time_range *range = &explain->range;
	struct writer writer;

	/* Names of monitors and files are plain ASCII, a zone's may not be. */
	writer_start(&writer, output);
	writer_field_number(&writer, "{\"version\":", EXPLAIN_JSON_VERSION);
	writer_field_json(&writer, ",\"monitor\":", explain->monitor);
	writer_field_json(&writer, ",\"timezone\":", explain->zone);
	writer_text(&writer, ",");
	writer_end(&writer);
	write_time(output, "start", range->start != TIME_RANGE_START,
		   range->start);
	write_time(output, "end", range->end != TIME_RANGE_END, range->end);
	fputs("\"files\":[", output);
	for (size_t at = 0; at < explain->file_count; at++) {
		fputs(at ? ",\n" : "\n", output);
		write_file(output, &explain->files[at]);
	}
	fprintf(output, "\n],\"live\":{\"samples\":%" PRIu64 ",",
		explain->live.records);
	write_sum(output, &explain->live);
	fputs("},\"series\":[", output);
	for (size_t at = 0; at < explain->series_count; at++) {
		fputs(at ? ",\n" : "\n", output);
		write_series(output, &explain->series[at]);
	}
	fputs("\n],\"remarks\":[", output);
	for (size_t at = 0; at < explain->remark_count; at++) {
		fputs(at ? ",\n" : "\n", output);
		write_remark(output, &explain->remarks[at]);
	}
	fputs("\n],", output);
	write_counters(output, &explain->total);
	fputs("}\n", output);
}
