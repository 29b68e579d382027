// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_index_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive_index_file.h"
#include "array.h"

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

static int finish_hour(struct archive_index_writer *writer)
{
	const struct growth *hour = &writer->hour;
	char line[LINE_SIZE];
	int length;

	if (!hour->time)
		return 0;
	length = snprintf(line, sizeof(line),
			  "%" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 "\n",
			  writer->hour_first - writer->hour_before,
			  hour->time - 1 - writer->hour_first,
			  hour->counters.packets, hour->counters.bytes);
	writer->hour_before = hour->time - 1;
	writer->hour = (struct growth){ 0 };
	return add_text(&writer->hours, line, (size_t)length);
}

static int add_growth(void *context, const struct growth *growth)
{
	struct archive_index_writer *writer = context;
	int64_t instant = growth->time - 1;
	const struct calendar_hour *hour;
	int error = 0;

	if (instant < writer->hour_first || instant >= writer->hour_end)
		error = finish_hour(writer);
	if (!writer->hour.time) {
		hour = calendar_hour(writer->calendar, instant);
		writer->hour_first = instant;
		writer->hour_end = hour->end;
	}
	if (growth->time > writer->hour.time)
		writer->hour.time = growth->time;
	counters_add(&writer->hour.counters, &growth->counters);
	return error;
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
			  " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
			  day->size, day->changed, scan->first_time,
			  scan->last_time, scan->total.packets,
			  scan->total.bytes, day->hours_at, day->hours_length);
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
		   const struct archive_scan *scan, int32_t file_day,
		   const struct archive_index_day *day)
{
	const size_t start = writer->days.length;
	char date[ARCHIVE_INDEX_DATE_LENGTH + 1];
	int error = array_reserve((void **)&writer->list, &writer->capacity,
				  writer->count + 1, sizeof(*writer->list));

	calendar_format_day(file_day, date, sizeof(date));
	if (!error)
		error = add_text(&writer->days, date, strlen(date));
	if (!error)
		error = add_line(writer, scan, day);
	if (error)
		writer->days.length = start;
	else
		writer->list[writer->count++] = (struct archive_index_new){
			.day = file_day, .at = start,
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
			int32_t file_day, struct archive_index_day *day)
{
	int error = make_directory(index);

	if (error)
		return error;
	writer->hours.length = 0;
	writer->hour = (struct growth){ 0 };
	writer->hour_end = 0;
	writer->hour_before = 0;
	scan->sink = add_growth;
	scan->context = writer;
	error = archive_scan_grow(scan);
	if (!error)
		error = finish_hour(writer);
	day->hours_length = writer->hours.length;
	if (!error)
		error = archive_index_append(index->directory, index->monitor,
					     ARCHIVE_INDEX_HOURS,
					     writer->hours.text,
					     writer->hours.length,
					     &day->hours_at);
	return error ? error : add_day(writer, scan, file_day, day);
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
		       (end || index->lines[old].day < line->day); old++)
			error = add_text(&all, index->lines[old].text,
					 index->lines[old].length + 1);
		if (end)
			break;
		old += old < index->count && index->lines[old].day == line->day;
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
			    const struct archive_index *index)
{
	int descriptor;
	int error;

	if (!writer->count)
		return 0;
	if (!index->count ||
	    index->lines[index->count - 1].day < writer->list[0].day)
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
	array_free((void **)&writer->hours.text, &writer->hours.capacity);
	array_free((void **)&writer->days.text, &writer->days.capacity);
	array_free((void **)&writer->list, &writer->capacity);
	writer->count = 0;
}
