// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/archive_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_scan.h"
#include "index/archive_index_file.h"
#include "base/array.h"
#include "base/number.h"

/* The part of NAME.days that is read at first, from its end. */
#define TAIL_SIZE 65536

/* One field and the space before it; false at the end or when it is none. */
static bool parse_field(const char **cursor, const char *end, uint64_t *value)
{
	if (*cursor >= end || **cursor != ' ')
		return false;
	(*cursor)++;
	return number_parse(cursor, end, value);
}

static bool parse_time(const char **cursor, const char *end, int64_t *time)
{
	uint64_t value;

	if (!parse_field(cursor, end, &value) || value > INT64_MAX)
		return false;
	*time = (int64_t)value;
	return true;
}

static bool parse_counters(const char **cursor, const char *end,
			   struct counters *counters)
{
	return parse_field(cursor, end, &counters->packets) &&
	       parse_field(cursor, end, &counters->bytes);
}

static bool parse_segment(const char **cursor, const char *end,
			  struct archive_segment *segment)
{
	if (*cursor >= end || **cursor != ' ')
		return false;
	(*cursor)++;
	return number_parse_series(cursor, end, &segment->series) &&
	       parse_counters(cursor, end, &segment->base) &&
	       parse_counters(cursor, end, &segment->end) &&
	       parse_time(cursor, end, &segment->end_time) &&
	       counters_may_follow(&segment->end, &segment->base);
}

static int parse_segments(struct archive_index *index, const char **cursor,
			  const char *end, struct archive_index_day *day)
{
	struct archive_segments *segments = &index->segments;
	struct counters sum = { 0 };

	day->first_segment = segments->count;
	while (*cursor < end) {
		struct archive_segment *segment;
		struct counters growth;

		if (array_reserve((void **)&segments->list, &segments->capacity,
				  segments->count + 1, sizeof(*segment)))
			return -ENOMEM;
		segment = &segments->list[segments->count];
		*segment = (struct archive_segment){ 0 };
		if (!parse_segment(cursor, end, segment))
			return -EBADMSG;
		growth = counters_difference(&segment->end, &segment->base);
		counters_add(&sum, &growth);
		segments->count++;
		day->segment_count++;
	}
	return counters_compare(&sum, &day->total) ? -EBADMSG : 0;
}

int archive_index_parse(struct archive_index *index,
			const struct archive_index_line *line,
			struct archive_index_day *day)
{
	const char *end = line->text + line->length;
	const char *cursor = line->text;
	struct archive_file file;

	*day = (struct archive_index_day){ 0 };
	if (!archive_date_parse(&cursor, end, &file) ||
	    !parse_field(&cursor, end, &day->size) ||
	    !parse_time(&cursor, end, &day->changed) ||
	    !parse_time(&cursor, end, &day->first) ||
	    !parse_time(&cursor, end, &day->last) ||
	    !parse_counters(&cursor, end, &day->total) ||
	    !parse_field(&cursor, end, &day->hours_at) ||
	    !parse_field(&cursor, end, &day->days_length) ||
	    !parse_field(&cursor, end, &day->hours_length))
		return -EBADMSG;
	return parse_segments(index, &cursor, end, day);
}

/* The first line that begins in the text, if it is a file's. */
static bool first_date(const char *text, uint64_t size, int32_t *day)
{
	const char *line = memchr(text, '\n', (size_t)size);
	struct archive_file file;

	if (!line++ || !archive_date_parse(&line, text + size, &file))
		return false;
	*day = file.day;
	return true;
}

/* Reads the end of NAME.days, back to before @first_day. */
static int load_days(struct archive_index *index, int descriptor,
		     uint64_t size, int32_t first_day, uint64_t *length)
{
	char *text;
	int32_t day;

	*length = first_day == INT32_MIN || size < TAIL_SIZE ? size : TAIL_SIZE;
	for (;;) {
		text = realloc(index->text, (size_t)*length);
		if (!text)
			return -ENOMEM;
		index->text = text;
		if (!archive_index_read(descriptor, text, *length,
					size - *length)) {
			*length = 0;
			return 0;
		}
		if (*length == size || (first_date(text, *length, &day) &&
					day < first_day))
			return 0;
		*length = *length < size / 4 ? *length * 4 : size;
	}
}

static int add_line(struct archive_index *index, int64_t order,
		    const char *text, const char *end)
{
	int error = array_reserve((void **)&index->lines, &index->capacity,
				  index->count + 1, sizeof(*index->lines));

	if (!error)
		index->lines[index->count++] = (struct archive_index_line){
			.order = order, .text = text,
			.length = (size_t)(end - text),
		};
	return error;
}

/* A line that is out of order is passed over: nothing is known of its file. */
static int find_lines(struct archive_index *index, const char *text,
		      const char *end)
{
	int error = 0;

	while (!error && text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));
		const char *cursor = text;
		struct archive_file file;

		if (!line_end)
			break;
		if (archive_date_parse(&cursor, line_end, &file) &&
		    (!index->count || index->lines[index->count - 1].order <
				      archive_date_order(&file)))
			error = add_line(index, archive_date_order(&file), text,
					 line_end);
		text = line_end + 1;
	}
	return error;
}

int archive_index_open(struct archive_index *index,
		       const struct archive *archive, const char *monitor,
		       int32_t first_day)
{
	uint64_t length;
	uint64_t size;
	int descriptor;
	int error;

	*index = (struct archive_index){ .archive = archive, .directory = -1,
					 .hours = -1 };
	memcpy(index->monitor, monitor, strnlen(monitor, MONITOR_NAME_SIZE - 1));
	if (archive->directory < 0)
		return 0;
	index->directory = archive_index_directory(archive->directory);
	if (index->directory < 0)
		return 0;
	descriptor = archive_index_open_file(index->directory, monitor,
					     ARCHIVE_INDEX_DAYS, &size);
	if (descriptor < 0)
		return 0;
	error = load_days(index, descriptor, size, first_day, &length);
	close(descriptor);
	return error ? error : find_lines(index, index->text,
					  index->text + length);
}

int archive_index_find(struct archive_index *index,
		       const struct archive_file *file,
		       struct archive_index_day *day)
{
	const int64_t order = archive_date_order(file);
	size_t low = 0;
	size_t high = index->count;
	uint64_t size;
	int64_t changed;
	int error;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->lines[middle].order < order)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == index->count || index->lines[low].order != order)
		return 0;
	error = archive_index_parse(index, &index->lines[low], day);
	if (error)
		return error == -ENOMEM ? error : 0;
	return !archive_file_state(index->archive, file, &size, &changed) &&
	       size == day->size && changed == day->changed;
}

void archive_index_close(struct archive_index *index)
{
	if (index->directory >= 0)
		close(index->directory);
	index->directory = -1;
	free(index->text);
	index->text = NULL;
	array_free((void **)&index->lines, &index->capacity);
	index->count = 0;
	archive_segments_free(&index->segments);
	if (index->hours_opened && index->hours >= 0)
		close(index->hours);
	index->hours = -1;
	array_free((void **)&index->piece, &index->piece_capacity);
	array_free((void **)&index->hour_list, &index->hour_capacity);
}
