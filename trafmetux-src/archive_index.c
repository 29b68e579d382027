// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive_growth.h"
#include "archive_index_file.h"
#include "array.h"
#include "number.h"

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

/* Returns 0, -EBADMSG for a line that is wrong, or -ENOMEM. */
static int parse_day(struct archive_index *index, const char *text,
		     const char *end, struct archive_index_day *day)
{
	const char *cursor = text + ARCHIVE_INDEX_DATE_LENGTH;

	*day = (struct archive_index_day){ 0 };
	if (cursor >= end || !calendar_parse_day(text, &day->day) ||
	    !parse_field(&cursor, end, &day->size) ||
	    !parse_time(&cursor, end, &day->changed) ||
	    !parse_time(&cursor, end, &day->first) ||
	    !parse_time(&cursor, end, &day->last) ||
	    !parse_counters(&cursor, end, &day->total) ||
	    !parse_field(&cursor, end, &day->hours_at) ||
	    !parse_field(&cursor, end, &day->hours_length))
		return -EBADMSG;
	return parse_segments(index, &cursor, end, day);
}

/* Puts the day in its place; what was known of its date is outdated. */
static int insert_day(struct archive_index *index,
		      const struct archive_index_day *day)
{
	size_t at = index->count;

	if (array_reserve((void **)&index->days, &index->capacity,
			  index->count + 1, sizeof(*index->days)))
		return -ENOMEM;
	while (at > 0 && index->days[at - 1].day > day->day)
		at--;
	if (at > 0 && index->days[at - 1].day == day->day) {
		index->days[at - 1] = *day;
		return 0;
	}
	memmove(index->days + at + 1, index->days + at,
		(index->count - at) * sizeof(*index->days));
	index->days[at] = *day;
	index->count++;
	return 0;
}

static int parse_days(struct archive_index *index, const char *text,
		      const char *end)
{
	while (text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));
		struct archive_index_day day;
		int error;

		if (!line_end)
			break;
		error = *text == '#' ? -EBADMSG :
				       parse_day(index, text, line_end, &day);
		if (!error)
			error = insert_day(index, &day);
		if (error == -ENOMEM)
			return error;
		index->lines++;
		text = line_end + 1;
	}
	return 0;
}

int archive_index_open(struct archive_index *index,
		       const struct archive *archive, const char *monitor)
{
	uint64_t size = 0;
	char *text;
	int error;

	*index = (struct archive_index){ .archive = archive, .directory = -1 };
	memcpy(index->monitor, monitor, strnlen(monitor, MONITOR_NAME_SIZE - 1));
	if (archive->directory < 0)
		return 0;
	index->directory = archive_index_directory(archive->directory);
	if (index->directory < 0)
		return 0;
	text = archive_index_load(index->directory, monitor,
				  ARCHIVE_INDEX_DAYS, &size);
	if (!text)
		return 0;
	error = parse_days(index, text, text + size);
	free(text);
	return error;
}

const struct archive_index_day *
archive_index_find(const struct archive_index *index,
		   const struct archive_file *file)
{
	size_t low = 0;
	size_t high = index->count;
	const struct archive_index_day *day;
	uint64_t size;
	int64_t changed;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (index->days[middle].day < file->day)
			low = middle + 1;
		else
			high = middle;
	}
	day = &index->days[low];
	if (low == index->count || day->day != file->day ||
	    archive_file_state(index->archive, file, &size, &changed) ||
	    size != day->size || changed != day->changed)
		return NULL;
	return day;
}

/* One line of NAME.hours; moves on to the next one. */
static bool parse_hour(const char **cursor, const char *end,
		       int64_t *first, struct growth *growth)
{
	uint64_t from;

	*growth = (struct growth){ 0 };
	if (!number_parse(cursor, end, &from) || from > INT64_MAX ||
	    !parse_time(cursor, end, &growth->time) ||
	    !parse_counters(cursor, end, &growth->counters) ||
	    *cursor >= end || **cursor != '\n')
		return false;
	(*cursor)++;
	*first = (int64_t)from;
	growth->time++;
	return true;
}

int archive_index_hours(struct archive_index *index,
			const struct archive_index_day *day,
			bool (*together)(void *context, int64_t first,
					 int64_t last),
			growth_sink *sink, void *context)
{
	struct counters sum = { 0 };
	struct growth growth;
	const char *cursor;
	const char *end;
	int64_t first;
	int error = 0;

	if (!index->hours_read)
		index->hours = archive_index_load(index->directory,
						  index->monitor,
						  ARCHIVE_INDEX_HOURS,
						  &index->hours_size);
	index->hours_read = true;
	if (!index->hours || day->hours_at > index->hours_size ||
	    day->hours_length > index->hours_size - day->hours_at)
		return -EBADMSG;
	cursor = index->hours + day->hours_at;
	end = cursor + day->hours_length;
	while (cursor < end) {
		if (!parse_hour(&cursor, end, &first, &growth) ||
		    !together(context, first, growth.time - 1))
			return -EBADMSG;
		counters_add(&sum, &growth.counters);
	}
	if (counters_compare(&sum, &day->total))
		return -EBADMSG;
	cursor = index->hours + day->hours_at;
	while (!error && cursor < end &&
	       parse_hour(&cursor, end, &first, &growth))
		error = sink(context, &growth);
	return error;
}

void archive_index_close(struct archive_index *index)
{
	if (index->directory >= 0)
		close(index->directory);
	index->directory = -1;
	array_free((void **)&index->days, &index->capacity);
	index->count = 0;
	archive_segments_free(&index->segments);
	free(index->hours);
	index->hours = NULL;
}
