/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds a file of the archive to its monitor's index; see archive_index.h. */
#ifndef TRAFMETUX_ARCHIVE_INDEX_WRITE_H
#define TRAFMETUX_ARCHIVE_INDEX_WRITE_H

#include "index/archive_index.h"

/** A line for NAME.days that is still to be written. */
struct archive_index_new {
	int64_t order;			/* archive_date_order() */
	size_t at;			/* in the writer's days */
	size_t length;			/* with its newline */
};

/** A text that grows. */
struct archive_index_text {
	char *text;
	size_t length;
	size_t capacity;
};

/** Lines of NAME.hours of one kind, of one file. */
struct archive_index_sums {
	struct archive_index_text text;
	/* The hour or day that growths are added to, if it has any: */
	struct growth sum;
	int64_t first;
	int64_t end;
	int64_t before;			/* the last instant of the one before */
};

/** Start from { .calendar = ... }; archive_index_writer_free() releases it. */
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

/**
 * archive_index_write - append a file's hours, and make its line for NAME.days
 * @index:	its directory is made if need be
 * @scan:	of the file; its sink is set
 * @file:	it comes after those before
 * @day:	the file's size and time of change; the rest is filled in
 *
 * Returns 0 or -errno.
 */
int archive_index_write(struct archive_index_writer *writer,
			struct archive_index *index, struct archive_scan *scan,
			const struct archive_file *file,
			struct archive_index_day *day);

/**
 * archive_index_write_end - write the lines into NAME.days
 * @is_changed:	the index has fewer lines than the file
 *
 * Mostly they come after those that the index has, and are appended. Else the file
 * is written anew, without the lines that they stand for.
 *
 * Returns 0 or -errno.
 */
int archive_index_write_end(struct archive_index_writer *writer,
			    const struct archive_index *index, bool is_changed);

/** archive_index_writer_free - release what the writer holds */
void archive_index_writer_free(struct archive_index_writer *writer);

#endif
