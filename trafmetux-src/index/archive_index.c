// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/archive_index.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_scan.h"
#include "base/array.h"
#include "base/file.h"
#include "base/number.h"

/* The first line; with a change of the format its number grows. */
const char archive_index_heading[] = "# trafmetux index version 4\n";

#define HEADING_LENGTH (sizeof(archive_index_heading) - 1)

int archive_index_directory(int archive)
{
	int directory = openat(archive, ARCHIVE_INDEX_DIRECTORY,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return directory < 0 ? -errno : directory;
}

/* Writes the name of a file of the index. */
static void archive_index_name(const char *monitor, const char *kind,
			       char name[ARCHIVE_INDEX_NAME_SIZE])
{
	snprintf(name, ARCHIVE_INDEX_NAME_SIZE, "%s%s", monitor, kind);
}

static int open_file(int directory, const char *monitor, const char *kind,
		     int flags, uint64_t *size)
{
	char name[ARCHIVE_INDEX_NAME_SIZE];
	struct stat status;
	int descriptor;

	archive_index_name(monitor, kind, name);
	descriptor = openat(directory, name, flags | O_NOFOLLOW | O_NONBLOCK |
			    O_CLOEXEC, 0644);
	if (descriptor < 0)
		return -errno;
	if (fstat(descriptor, &status) < 0 || !S_ISREG(status.st_mode) ||
	    status.st_size > INT32_MAX) {
		close(descriptor);
		return -ELOOP;
	}
	*size = (uint64_t)status.st_size;
	return descriptor;
}

/* Reads a part of a file; false when it isn't all there. */
static bool archive_index_read(int descriptor, char *text, uint64_t size, uint64_t at)
{
	while (size > 0) {
		ssize_t count = pread(descriptor, text, (size_t)size, (off_t)at);

		if (count < 0 && errno == EINTR)
			continue;
		/* Also when the file became shorter meanwhile. */
		if (count <= 0)
			return false;
		text += count;
		size -= (uint64_t)count;
		at += (uint64_t)count;
	}
	return true;
}

static bool is_ours(int descriptor, uint64_t size)
{
	char begin[HEADING_LENGTH];

	return size >= HEADING_LENGTH &&
	       archive_index_read(descriptor, begin, sizeof(begin), 0) &&
	       memcmp(begin, archive_index_heading, HEADING_LENGTH) == 0;
}

int archive_index_open_file(int directory, const char *monitor,
			    const char *kind, uint64_t *size)
{
	int descriptor = open_file(directory, monitor, kind, O_RDONLY, size);

	if (descriptor < 0 || is_ours(descriptor, *size))
		return descriptor;
	close(descriptor);
	return -EBADMSG;
}

char *archive_index_load(int directory, const char *monitor, const char *kind,
			 uint64_t *size)
{
	int descriptor = archive_index_open_file(directory, monitor, kind,
						 size);
	char *text = NULL;

	if (descriptor < 0)
		return NULL;
	text = malloc((size_t)*size);
	if (text && !archive_index_read(descriptor, text, *size, 0)) {
		free(text);
		text = NULL;
	}
	close(descriptor);
	return text;
}

/* A line that was cut off must not become one with the next. */
static int end_line(int descriptor, uint64_t *size)
{
	char last;

	if (pread(descriptor, &last, 1, (off_t)*size - 1) == 1 && last == '\n')
		return 0;
	(*size)++;
	return file_write(descriptor, "\n", 1);
}

int archive_index_append(int directory, const char *monitor, const char *kind,
			 const char *text, size_t length, uint64_t *at)
{
	uint64_t size;
	int descriptor = open_file(directory, monitor, kind,
				   O_RDWR | O_APPEND | O_CREAT, &size);
	int error = 0;

	if (descriptor < 0)
		return descriptor;
	if (is_ours(descriptor, size)) {
		error = end_line(descriptor, &size);
	} else {
		if (ftruncate(descriptor, 0) < 0)
			error = -errno;
		if (!error)
			error = file_write(descriptor, archive_index_heading,
					   HEADING_LENGTH);
		size = HEADING_LENGTH;
	}
	if (!error)
		error = file_write(descriptor, text, length);
	if (at)
		*at = size;
	close(descriptor);
	return error;
}

/* The file's name, with ".new". */
static void new_name(const char *monitor, const char *kind,
		     char name[ARCHIVE_INDEX_NAME_SIZE])
{
	archive_index_name(monitor, kind, name);
	strcat(name, ARCHIVE_INDEX_NEW);
}

int archive_index_create(int directory, const char *monitor, const char *kind)
{
	char name[ARCHIVE_INDEX_NAME_SIZE];
	int descriptor;
	int error;

	new_name(monitor, kind, name);
	unlinkat(directory, name, 0);
	descriptor = openat(directory, name,
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (descriptor < 0)
		return -errno;
	error = file_write(descriptor, archive_index_heading, HEADING_LENGTH);
	if (!error)
		return descriptor;
	close(descriptor);
	return error;
}

int archive_index_replace(int directory, const char *monitor, const char *kind)
{
	char from[ARCHIVE_INDEX_NAME_SIZE];
	char to[ARCHIVE_INDEX_NAME_SIZE];

	new_name(monitor, kind, from);
	archive_index_name(monitor, kind, to);
	return renameat(directory, from, directory, to) < 0 ? -errno : 0;
}

void archive_index_remove(int directory, const char *monitor)
{
	char name[ARCHIVE_INDEX_NAME_SIZE];

	archive_index_name(monitor, ARCHIVE_INDEX_DAYS, name);
	unlinkat(directory, name, 0);
	archive_index_name(monitor, ARCHIVE_INDEX_HOURS, name);
	unlinkat(directory, name, 0);
}

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
	segment->is_about = *cursor < end && **cursor == '~';
	*cursor += segment->is_about;
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
		day->is_about |= segment->is_about;
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

/* So much of NAME.hours is read at once: the hours of two months. */
#define PIECE_SIZE 65536

/* Four numbers, each with a byte after it. */
#define SHORTEST_LINE 8

/* Lines of NAME.hours that are wanted. */
struct stretch {
	uint64_t at;
	uint64_t length;
	bool is_alone;		/* what comes after them is not wanted next */
};

/* Sees to it that the lines are in the index's piece of NAME.hours. */
static int load_piece(struct archive_index *index, const struct stretch *stretch)
{
	uint64_t length;

	if (!index->hours_opened)
		index->hours = archive_index_open_file(index->directory,
						       index->monitor,
						       ARCHIVE_INDEX_HOURS,
						       &index->hours_size);
	index->hours_opened = true;
	if (index->hours < 0 || stretch->at > index->hours_size ||
	    stretch->length > index->hours_size - stretch->at)
		return -EBADMSG;
	if (stretch->at >= index->piece_at &&
	    stretch->at + stretch->length <=
		    index->piece_at + index->piece_length)
		return 0;
	length = index->hours_size - stretch->at;
	if (length > PIECE_SIZE)
		length = PIECE_SIZE;
	if (length < stretch->length || stretch->is_alone)
		length = stretch->length;
	index->piece_length = 0;
	if (array_reserve((void **)&index->piece, &index->piece_capacity,
			  (size_t)length, 1))
		return -ENOMEM;
	if (!archive_index_read(index->hours, index->piece, length,
				stretch->at))
		return -EBADMSG;
	index->piece_at = stretch->at;
	index->piece_length = (size_t)length;
	return 0;
}

/* A number and the one byte after it. */
static bool parse_number(const char **cursor, const char *end, char after,
			 uint64_t *value)
{
	return number_parse(cursor, end, value) && *cursor < end &&
	       *(*cursor)++ == after;
}

/*
 * One line of NAME.hours, after one that ended at @before; moves on to the next.
 * Where the clock was set back, so do the hours.
 */
static bool parse_hour(const char **cursor, const char *end, int64_t before,
		       struct archive_index_hour *hour)
{
	const bool is_back = **cursor == '-';
	uint64_t first;
	uint64_t seconds;

	*cursor += is_back;
	if (!parse_number(cursor, end, ' ', &first) ||
	    !parse_number(cursor, end, ' ', &seconds) ||
	    !parse_number(cursor, end, ' ', &hour->counters.packets) ||
	    !parse_number(cursor, end, '\n', &hour->counters.bytes) ||
	    first > SAMPLE_TIME_MAX || seconds > SAMPLE_TIME_MAX)
		return false;
	hour->first = before + (is_back ? -(int64_t)first : (int64_t)first);
	hour->last = hour->first + (int64_t)seconds;
	return hour->first >= 0 && hour->last < SAMPLE_TIME_MAX;
}

/* Fills the index's list with the lines, which must come to @total. */
static int parse_stretch(struct archive_index *index,
			 const struct stretch *stretch,
			 const struct counters *total)
{
	int error = load_piece(index, stretch);
	struct counters sum = { 0 };
	int64_t before = 0;
	const char *cursor;
	const char *end;

	if (error)
		return error;
	if (array_reserve((void **)&index->hour_list, &index->hour_capacity,
			  (size_t)stretch->length / SHORTEST_LINE + 1,
			  sizeof(*index->hour_list)))
		return -ENOMEM;
	cursor = index->piece + (stretch->at - index->piece_at);
	end = cursor + stretch->length;
	for (index->hour_count = 0; cursor < end; index->hour_count++) {
		struct archive_index_hour *hour =
			&index->hour_list[index->hour_count];

		if (!parse_hour(&cursor, end, before, hour))
			return -EBADMSG;
		before = hour->last;
		counters_add(&sum, &hour->counters);
	}
	return counters_compare(&sum, total) ? -EBADMSG : 0;
}

/* Are the lines fine enough? */
static bool is_fine(const struct archive_index *index,
		    bool (*together)(void *context, int64_t first, int64_t last),
		    void *context)
{
	for (size_t at = 0; at < index->hour_count; at++) {
		const struct archive_index_hour *hour = &index->hour_list[at];

		if (!together(context, hour->first, hour->last))
			return false;
	}
	return true;
}

int archive_index_hours(struct archive_index *index,
			const struct archive_index_day *day,
			bool (*together)(void *context, int64_t first,
					 int64_t last),
			growth_sink *sink, void *context)
{
	const struct stretch days = { day->hours_at, day->days_length, true };
	const struct stretch hours = { day->hours_at + day->days_length,
				       day->hours_length, false };
	int error = -EBADMSG;

	if (days.length)
		error = parse_stretch(index, &days, &day->total);
	if (error == -EBADMSG || (!error && !is_fine(index, together, context))) {
		error = parse_stretch(index, &hours, &day->total);
		if (!error && !is_fine(index, together, context))
			error = -EBADMSG;
	}
	for (size_t at = 0; !error && at < index->hour_count; at++) {
		const struct archive_index_hour *hour = &index->hour_list[at];
		const struct growth growth = { .time = hour->last + 1,
					       .counters = hour->counters,
					       .is_about = day->is_about };

		error = sink(context, &growth);
	}
	return error;
}
