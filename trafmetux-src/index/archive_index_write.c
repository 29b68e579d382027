// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/archive_index_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/archive_index_file.h"
#include "base/array.h"

/* Room for a line of NAME.hours, or for one segment or the rest of NAME.days. */
#define LINE_SIZE 192

static int add_text(struct archive_index_text *to, const char *line, size_t length)
{
	int error = array_reserve((void **)&to->text, &to->capacity,
				  to->length + length, 1);

	if (error)
		return error;
	memcpy(to->text + to->length, line, length);
	to->length += length;
	return 0;
}

static void start_sums(struct archive_index_sums *sums)
{
	*sums = (struct archive_index_sums){
		.text = { .text = sums->text.text,
			  .capacity = sums->text.capacity },
	};
}

static int finish_sum(struct archive_index_sums *sums)
{
	const struct growth *sum = &sums->sum;
	char line[LINE_SIZE];
	int length;

	if (!sum->time)
		return 0;
	length = snprintf(line, sizeof(line),
			  "%" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 "\n",
			  sums->first - sums->before,
			  sum->time - 1 - sums->first,
			  sum->counters.packets, sum->counters.bytes);
	sums->before = sum->time - 1;
	sums->sum = (struct growth){ 0 };
	return add_text(&sums->text, line, (size_t)length);
}

/* Does a growth belong to another sum than the one before? That one is finished. */
static bool is_new(struct archive_index_sums *sums, int64_t instant, int *error)
{
	if (instant < sums->first || instant >= sums->end)
		*error = finish_sum(sums);
	return !sums->sum.time;
}

static void add_to_sum(struct archive_index_sums *sums,
		       const struct growth *growth)
{
	if (growth->time > sums->sum.time)
		sums->sum.time = growth->time;
	counters_add(&sums->sum.counters, &growth->counters);
}

static int add_to_day(struct archive_index_writer *writer,
		      const struct growth *growth)
{
	struct archive_index_sums *sums = &writer->by_day;
	const int64_t instant = growth->time - 1;
	struct calendar_run run;
	int error = 0;

	if (is_new(sums, instant, &error)) {
		calendar_day_run(writer->calendar, instant, &run);
		sums->first = instant;
		sums->end = run.end;
	}
	add_to_sum(sums, growth);
	return error;
}

static int add_growth(void *context, const struct growth *growth)
{
	struct archive_index_writer *writer = context;
	struct archive_index_sums *sums = &writer->by_hour;
	const int64_t instant = growth->time - 1;
	int error = 0;

	if (is_new(sums, instant, &error)) {
		sums->first = instant;
		sums->end = calendar_hour(writer->calendar, instant)->end;
	}
	add_to_sum(sums, growth);
	return error || !writer->has_days ? error : add_to_day(writer, growth);
}

static int add_line(struct archive_index_writer *writer,
		    const struct archive_scan *scan,
		    const struct archive_index_day *day)
{
	char line[LINE_SIZE];
	int length;
	int error;

	length = snprintf(line, sizeof(line),
			  " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64
			  " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
			  " %" PRIu64,
			  day->size, day->changed, scan->first_time,
			  scan->last_time, scan->total.packets,
			  scan->total.bytes, day->hours_at, day->days_length,
			  day->hours_length);
	error = add_text(&writer->days, line, (size_t)length);
	for (size_t at = 0; !error && at < scan->segments.count; at++) {
		const struct archive_segment *segment = &scan->segments.list[at];

		length = snprintf(line, sizeof(line),
				  " %016" PRIx64 " %" PRIu64 " %" PRIu64
				  " %" PRIu64 " %" PRIu64 " %" PRId64,
				  segment->series, segment->base.packets,
				  segment->base.bytes, segment->end.packets,
				  segment->end.bytes, segment->end_time);
		error = add_text(&writer->days, line, (size_t)length);
	}
	return error ? error : add_text(&writer->days, "\n", 1);
}

/* A line that could not be made leaves no trace. */
static int add_day(struct archive_index_writer *writer,
		   const struct archive_scan *scan,
		   const struct archive_file *file,
		   const struct archive_index_day *day)
{
	const size_t start = writer->days.length;
	char date[ARCHIVE_DATE_SIZE];
	int error = array_reserve((void **)&writer->list, &writer->capacity,
				  writer->count + 1, sizeof(*writer->list));

	if (!error)
		error = add_text(&writer->days, date,
				 archive_date_format(file, date));
	if (!error)
		error = add_line(writer, scan, day);
	if (error)
		writer->days.length = start;
	else
		writer->list[writer->count++] = (struct archive_index_new){
			.order = archive_date_order(file), .at = start,
			.length = writer->days.length - start,
		};
	return error;
}

/* Makes the index's directory when there is something to put into it. */
static int make_directory(struct archive_index *index)
{
	const int archive = index->archive->directory;

	if (index->directory >= 0)
		return 0;
	if (mkdirat(archive, ARCHIVE_INDEX_DIRECTORY, 0755) < 0 &&
	    errno != EEXIST)
		return -errno;
	index->directory = archive_index_directory(archive);
	return index->directory < 0 ? index->directory : 0;
}

int archive_index_write(struct archive_index_writer *writer,
			struct archive_index *index, struct archive_scan *scan,
			const struct archive_file *file,
			struct archive_index_day *day)
{
	struct archive_index_text *text = &writer->by_day.text;
	int error = make_directory(index);

	if (error)
		return error;
	start_sums(&writer->by_hour);
	start_sums(&writer->by_day);
	writer->has_days = file->is_month;
	scan->sink = add_growth;
	scan->context = writer;
	error = archive_scan_grow(scan);
	if (!error)
		error = finish_sum(&writer->by_hour);
	if (!error)
		error = finish_sum(&writer->by_day);
	day->days_length = text->length;
	day->hours_length = writer->by_hour.text.length;
	if (!error)
		error = add_text(text, writer->by_hour.text.text,
				 writer->by_hour.text.length);
	if (!error)
		error = archive_index_append(index->directory, index->monitor,
					     ARCHIVE_INDEX_HOURS, text->text,
					     text->length, &day->hours_at);
	return error ? error : add_day(writer, scan, file, day);
}

/* The lines that the index has and those that are new, by date. */
static int write_merged(const struct archive_index_writer *writer,
			const struct archive_index *index, int descriptor)
{
	struct archive_index_text all = { 0 };
	size_t old = 0;
	int error = 0;

	for (size_t at = 0; !error && at <= writer->count; at++) {
		const struct archive_index_new *line = &writer->list[at];
		const bool end = at == writer->count;

		for (; !error && old < index->count &&
		       (end || index->lines[old].order < line->order); old++)
			error = add_text(&all, index->lines[old].text,
					 index->lines[old].length + 1);
		if (end)
			break;
		old += old < index->count &&
		       index->lines[old].order == line->order;
		if (!error)
			error = add_text(&all, writer->days.text + line->at,
					 line->length);
	}
	if (!error)
		error = archive_index_write_text(descriptor, all.text,
						 all.length);
	array_free((void **)&all.text, &all.capacity);
	return error;
}

int archive_index_write_end(struct archive_index_writer *writer,
			    const struct archive_index *index, bool is_changed)
{
	int descriptor;
	int error;

	if (!writer->count && !is_changed)
		return 0;
	if (!is_changed &&
	    (!index->count || index->lines[index->count - 1].order <
			      writer->list[0].order))
		return archive_index_append(index->directory, index->monitor,
					    ARCHIVE_INDEX_DAYS,
					    writer->days.text,
					    writer->days.length, NULL);
	descriptor = archive_index_create(index->directory, index->monitor,
					  ARCHIVE_INDEX_DAYS);
	if (descriptor < 0)
		return descriptor;
	error = write_merged(writer, index, descriptor);
	if (close(descriptor) < 0 && !error)
		error = -errno;
	return error ? error : archive_index_replace(index->directory,
						     index->monitor,
						     ARCHIVE_INDEX_DAYS);
}

void archive_index_writer_free(struct archive_index_writer *writer)
{
	array_free((void **)&writer->by_hour.text.text,
		   &writer->by_hour.text.capacity);
	array_free((void **)&writer->by_day.text.text,
		   &writer->by_day.text.capacity);
	array_free((void **)&writer->days.text, &writer->days.capacity);
	array_free((void **)&writer->list, &writer->capacity);
	writer->count = 0;
}
