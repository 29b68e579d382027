// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "index/archive_index.h"
#include "index/archive_index_file.h"
#include "base/array.h"
#include "base/number.h"

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
					       .counters = hour->counters };

		error = sink(context, &growth);
	}
	return error;
}
