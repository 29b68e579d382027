// SPDX-License-Identifier: GPL-2.0-or-later
/* Adds a file of the archive to its monitor's index; see archive_index.h. */
#include "index/archive_index.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_scan.h"
#include "base/array.h"
#include "base/file.h"
#include "base/machine.h"

/* A line for NAME.days that is still to be written. */
struct archive_index_new {
	int64_t order;			/* archive_date_order() */
	size_t at;			/* in the writer's days */
	size_t length;			/* with its newline */
};

/* A text that grows. */
struct archive_index_text {
	char *text;
	size_t length;
	size_t capacity;
};

/* Lines of NAME.hours of one kind, of one file. */
struct archive_index_sums {
	struct archive_index_text text;
	/* The hour or day that growths are added to, if it has any: */
	struct growth sum;
	int64_t first;
	int64_t end;
	int64_t before;			/* the last instant of the one before */
};

/* Start from { .calendar = ... }; archive_index_writer_free() releases it. */
struct archive_index_writer {
	struct calendar *calendar;	/* whose hours are written */
	struct archive_index_sums by_hour;
	struct archive_index_sums by_day;	/* of a month's file */
	bool has_days;			/* it is one */
	struct archive_index_text days;	/* all that is new in NAME.days: */
	struct archive_index_new *list;	/* its lines, by date */
	size_t count;
	size_t capacity;
};

/* Room for a line of NAME.hours, or for one segment or the rest of NAME.days. */
#define LINE_SIZE 192

static int add_text(struct archive_index_text *to, const char *line, size_t length)
{
	int error;

	/* Of nothing there may be no address, and memcpy() must have one. */
	if (!length)
		return 0;
	error = array_reserve((void **)&to->text, &to->capacity, to->length + length, 1);
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
				  " %s%016" PRIx64 " %" PRIu64 " %" PRIu64
				  " %" PRIu64 " %" PRIu64 " %" PRId64,
				  segment->is_about ? "~" : "", segment->series, segment->base.packets,
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

/*
 * Appends a file's hours, and makes its line for NAME.days.
 * @index:	its directory is made if need be
 * @scan:	of the file; its sink is set
 * @file:	it comes after those before
 * @day:	the file's size and time of change; the rest is filled in
 *
 * Returns 0 or -errno.
 */
static int archive_index_write(struct archive_index_writer *writer,
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
		error = file_write(descriptor, all.text, all.length);
	array_free((void **)&all.text, &all.capacity);
	return error;
}

/*
 * Writes the lines into NAME.days.
 * @is_changed:	the index has fewer lines than the file
 *
 * Mostly they come after those that the index has, and are appended. Else the file
 * is written anew, without the lines that they stand for.
 *
 * Returns 0 or -errno.
 */
static int archive_index_write_end(struct archive_index_writer *writer,
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

/* Releases what the writer holds. */
static void archive_index_writer_free(struct archive_index_writer *writer)
{
	array_free((void **)&writer->by_hour.text.text,
		   &writer->by_hour.text.capacity);
	array_free((void **)&writer->by_day.text.text,
		   &writer->by_day.text.capacity);
	array_free((void **)&writer->days.text, &writer->days.capacity);
	array_free((void **)&writer->list, &writer->capacity);
	writer->count = 0;
}

/* So much of NAME.hours may be outdated, beside as much as is not. In bytes. */
#define OUTDATED_MAX 100000

/* While an index is brought up to date. */
struct refresh {
	struct archive_index index;
	const struct archive *archive;
	struct archive_segments before;	/* of the file before; a copy */
	struct archive_index_writer writer;
};

/* Does the file, which has one segment of each series, go on from the one before? */
static bool continues(const struct refresh *refresh,
		      const struct archive_scan *scan)
{
	for (size_t at = 0; at < refresh->before.count; at++) {
		const struct archive_segment *last = &refresh->before.list[at];
		const struct archive_series *series =
			archive_entries_series(&scan->entries, last->series);

		if (series && series->segment &&
		    counters_compare(&last->end, &scan->segments.list[
						 series->segment - 1].base))
			return false;
	}
	return true;
}

static int remember(struct refresh *refresh,
		    const struct archive_segment *segments, size_t count)
{
	struct archive_segments *before = &refresh->before;
	int error = array_reserve((void **)&before->list, &before->capacity,
				  count, sizeof(*segments));

	before->count = error ? 0 : count;
	if (before->count)
		memcpy(before->list, segments, count * sizeof(*segments));
	return error;
}

/* Returns 1, 0 when the file was changed too shortly ago, or -errno. */
static int refresh_file(struct refresh *refresh, const struct archive_file *file)
{
	struct archive_index_day day = { 0 };
	struct archive_scan scan = archive_scan_of(file);
	struct archive_index_day after;
	int descriptor;
	int error;

	if (archive_file_state(refresh->archive, file, &day.size, &day.changed))
		return 1;
	if (!archive_is_settled(day.changed))
		return 0;
	descriptor = archive_open_file(refresh->archive, file, O_RDONLY);
	if (descriptor < 0)
		return 1;
	error = archive_scan_read(descriptor, &scan);
	close(descriptor);
	if (!error && !scan.damaged && !scan.torn && !scan.empty &&
	    !scan.has_returns && !scan.is_split &&
	    archive_entries_plain(&scan.entries) && continues(refresh, &scan) &&
	    !archive_file_state(refresh->archive, file, &after.size,
				&after.changed) &&
	    after.size == day.size && after.changed == day.changed)
		error = archive_index_write(&refresh->writer, &refresh->index,
					    &scan, file, &day);
	else if (error != -ENOMEM)
		error = 0;
	if (!error)
		error = remember(refresh, scan.segments.list,
				 scan.segments.count);
	archive_scan_free(&scan);
	return error ? error : 1;
}

static int refresh_files(struct refresh *refresh,
			 const struct archive_file *files, size_t count,
			 int64_t deadline)
{
	struct archive_index *index = &refresh->index;
	struct archive_index_day day;
	int done = 1;

	/* The last one is still being written on. */
	for (size_t at = 0; at + 1 < count; at++) {
		int result = archive_index_find(index, &files[at], &day);

		if (result > 0)
			result = remember(refresh, index->segments.list +
						   day.first_segment,
					  day.segment_count) ? -ENOMEM : 1;
		else if (!result && clock_monotonic() < deadline)
			result = refresh_file(refresh, &files[at]);
		else if (!result)
			return 0;
		if (result < 0)
			return result;
		done &= result;
	}
	return done;
}

/* Is the line of a day that is in a month's file now? */
static bool is_in_month(const struct archive_index_line *line,
			const struct archive_file *file)
{
	const struct archive_file last = { .day = archive_file_last_day(file) };

	return file->is_month && line->order <= archive_date_order(&last);
}

/*
 * Leaves out the lines of days that are in a month's file now. Returns false if
 * another line has no file any more: those beside it went on from that one.
 */
static bool leave_out(struct archive_index *index,
		      const struct archive_file *files, size_t count)
{
	const size_t before = index->count;
	size_t next = 0;
	size_t left = 0;

	for (size_t at = 0; at < before; at++) {
		const struct archive_index_line *line = &index->lines[at];

		while (next < count &&
		       archive_date_order(&files[next]) < line->order)
			next++;
		if (next < count &&
		    archive_date_order(&files[next]) == line->order)
			index->lines[left++] = *line;
		else if (!next || !is_in_month(line, &files[next - 1]))
			return false;
	}
	index->count = left;
	return true;
}

/* Is most of NAME.hours of no file as it is now? */
static bool is_outdated(struct archive_index *index)
{
	struct archive_index_day day;
	uint64_t used = 0;
	uint64_t size;
	int descriptor = archive_index_open_file(index->directory,
						 index->monitor,
						 ARCHIVE_INDEX_HOURS, &size);

	if (descriptor < 0)
		return index->count;
	close(descriptor);
	for (size_t at = 0; at < index->count; at++) {
		if (!archive_index_parse(index, &index->lines[at], &day))
			used += day.hours_length;
	}
	return size > 2 * used + OUTDATED_MAX;
}

int archive_index_refresh(const struct archive *archive,
			  const struct archive_file *files, size_t count,
			  struct calendar *calendar, int64_t deadline)
{
	struct refresh refresh = { .archive = archive,
				   .writer = { .calendar = calendar } };
	struct archive_index *index = &refresh.index;
	size_t before;
	int result;
	int error;

	result = archive_index_open(index, archive, files->monitor, INT32_MIN);
	before = index->count;
	/* Begin anew when most of it is outdated, or files were taken away. */
	if (!result && index->directory >= 0 &&
	    (!leave_out(index, files, count) || is_outdated(index))) {
		archive_index_remove(index->directory, files->monitor);
		index->count = 0;
		before = 0;
	}
	if (!result)
		result = refresh_files(&refresh, files, count, deadline);
	if (result >= 0) {
		error = archive_index_write_end(&refresh.writer, index,
						index->count < before);
		result = error ? error : result;
	}
	archive_index_close(index);
	archive_segments_free(&refresh.before);
	archive_index_writer_free(&refresh.writer);
	return result;
}
