// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_index_write.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "archive_index_file.h"
#include "array.h"

/* Room for a line of NAME.hours, or for one segment or the rest of NAME.days. */
#define LINE_SIZE 192

static int add_text(struct archive_index_writer *writer, const char *line, int length)
{
	int error = array_reserve((void **)&writer->text, &writer->capacity,
				  writer->length + (size_t)length, 1);

	if (error)
		return error;
	memcpy(writer->text + writer->length, line, (size_t)length);
	writer->length += (size_t)length;
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
			  writer->hour_first, hour->time - 1,
			  hour->counters.packets, hour->counters.bytes);
	writer->hour = (struct growth){ 0 };
	return add_text(writer, line, length);
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

static int add_day(struct archive_index_writer *writer,
		   const struct archive_scan *scan,
		   const struct archive_index_day *day)
{
	char line[LINE_SIZE];
	int length = (int)calendar_format_day(day->day, line, sizeof(line));
	int error;

	length += snprintf(line + length, sizeof(line) - (size_t)length,
			   " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64
			   " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
			   day->size, day->changed, scan->first_time,
			   scan->last_time, scan->total.packets,
			   scan->total.bytes, day->hours_at,
			   day->hours_length);
	writer->length = 0;
	error = add_text(writer, line, length);
	for (size_t at = 0; !error && at < scan->segments.count; at++) {
		const struct archive_segment *segment = &scan->segments.list[at];

		length = snprintf(line, sizeof(line),
				  " %016" PRIx64 " %" PRIu64 " %" PRIu64
				  " %" PRIu64 " %" PRIu64 " %" PRId64,
				  segment->series, segment->base.packets,
				  segment->base.bytes, segment->end.packets,
				  segment->end.bytes, segment->end_time);
		error = add_text(writer, line, length);
	}
	return error ? error : add_text(writer, "\n", 1);
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
			struct archive_index_day *day)
{
	int error = make_directory(index);

	if (error)
		return error;
	writer->length = 0;
	writer->hour = (struct growth){ 0 };
	writer->hour_end = 0;
	scan->sink = add_growth;
	scan->context = writer;
	error = archive_scan_grow(scan);
	if (!error)
		error = finish_hour(writer);
	day->hours_length = writer->length;
	if (!error)
		error = archive_index_append(index->directory, index->monitor,
					     ARCHIVE_INDEX_HOURS, writer->text,
					     writer->length, &day->hours_at);
	if (!error)
		error = add_day(writer, scan, day);
	return error ? error :
		archive_index_append(index->directory, index->monitor,
				     ARCHIVE_INDEX_DAYS, writer->text,
				     writer->length, NULL);
}

void archive_index_writer_free(struct archive_index_writer *writer)
{
	array_free((void **)&writer->text, &writer->capacity);
}
