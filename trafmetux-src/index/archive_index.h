/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the archive's closed files, so that a long report need not
 * read them: two files for each monitor in the directory .index of the archive.
 * All in them is derived, and used only for a file that has not been changed
 * since; whatever is missing or doubtful is read from the archive itself.
 *
 * NAME.days, a line for each file, in the order of their dates:
 *	DATE size changed first last packets bytes at days hours [SEGMENT...]
 * with the file's size in bytes and its time of change in nanoseconds, the times
 * of its earliest and latest growth (0 for none), their sum, where in NAME.hours
 * its days and behind them its hours are and how many bytes they take, and for each
 * segment
 *	series packets bytes packets bytes time
 * which are the state it begins with, and the one it ends with at that time.
 *
 * NAME.hours, a line for each hour of growths of each file, and if it is of a month
 * before them a line for each day:
 *	first last packets bytes
 * the earliest and the latest instant (a growth's time - 1), and the sum. first is
 * counted from the last of the line before, or from 1970 in a file's first line of
 * either kind, and last from first. Hours and days are those of the zone that update
 * ran in.
 */
#ifndef TRAFMETUX_ARCHIVE_INDEX_H
#define TRAFMETUX_ARCHIVE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "archive/archive_scan.h"
#include "time/calendar.h"

/** What is known of one file. */
struct archive_index_day {
	uint64_t size;
	int64_t changed;		/* nanoseconds since 1970 */
	int64_t first;			/* time of the earliest growth; 0: none */
	int64_t last;
	struct counters total;
	uint64_t hours_at;		/* in NAME.hours, bytes: */
	uint64_t days_length;		/* first the days, of a month's file, */
	uint64_t hours_length;		/* then the hours */
	size_t first_segment;		/* in the index's segments */
	size_t segment_count;
};

/** A line of NAME.days, which is read when it is asked for. */
struct archive_index_line {
	int64_t order;			/* archive_date_order() */
	const char *text;		/* with the date */
	size_t length;			/* without the newline */
};

/** A line of NAME.hours. */
struct archive_index_hour {
	int64_t first;			/* instants */
	int64_t last;
	struct counters counters;
};

/** One monitor's index; archive_index_close() releases it. */
struct archive_index {
	const struct archive *archive;
	int directory;			/* of the index; -1: there is none */
	char monitor[MONITOR_NAME_SIZE];
	char *text;			/* of NAME.days, or the end of it */
	struct archive_index_line *lines;	/* in the order of their dates */
	size_t count;
	size_t capacity;
	struct archive_segments segments;
	int hours;			/* descriptor of NAME.hours */
	bool hours_opened;		/* or at least tried */
	uint64_t hours_size;
	char *piece;			/* what was read of it, */
	uint64_t piece_at;		/* from here on */
	size_t piece_length;
	size_t piece_capacity;
	struct archive_index_hour *hour_list;	/* of the file asked for last */
	size_t hour_count;
	size_t hour_capacity;
};

/**
 * archive_index_open - read a monitor's index
 * @first_day:	what is known of files before this date may be left out
 *
 * What is not there or can't be read is left out: the index is empty then.
 *
 * Returns 0 or -ENOMEM.
 */
int archive_index_open(struct archive_index *index,
		       const struct archive *archive, const char *monitor,
		       int32_t first_day);

/**
 * archive_index_parse - what a line tells
 *
 * Its segments are added to the index's.
 *
 * Returns 0, -EBADMSG for a line that is wrong, or -ENOMEM.
 */
int archive_index_parse(struct archive_index *index,
			const struct archive_index_line *line,
			struct archive_index_day *day);

/**
 * archive_index_find - what is known of a file
 *
 * Returns 1; 0 when nothing is, or when the file has changed since; or -ENOMEM.
 */
int archive_index_find(struct archive_index *index,
		       const struct archive_file *file,
		       struct archive_index_day *day);

/**
 * archive_index_hours - hand out a file's growths, summed up by the day or the hour
 * @together:	says of two instants whether growths of both, and of those
 *		between, may be handed out as one
 * @sink:	takes them, at the time of the latest of each sum
 *
 * Returns 0, -EBADMSG when the hours can't be used (nothing was handed out
 * then), -ENOMEM, or what the sink returned.
 */
int archive_index_hours(struct archive_index *index,
			const struct archive_index_day *day,
			bool (*together)(void *context, int64_t first,
					 int64_t last),
			growth_sink *sink, void *context);

/** archive_index_close - release what the index holds */
void archive_index_close(struct archive_index *index);

/**
 * archive_index_refresh - bring a monitor's index up to date
 * @files:	the monitor's, oldest first; the last one is being written on
 * @deadline:	clock_monotonic() from which on the rest is left for next time
 *
 * Leaves out files that are damaged, that don't go on from the one before, that were
 * left for another one, or that have a series in pieces: these, and those next to
 * them, are always read. So are those of which something is to be told.
 *
 * Returns 1 when all is done, 0 when something is left, or -errno.
 */
int archive_index_refresh(const struct archive *archive,
			  const struct archive_file *files, size_t count,
			  struct calendar *calendar, int64_t deadline);

#endif
