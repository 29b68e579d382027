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
 * which are the state it begins with, and the one it ends with at that time; before the
 * series stands '~' if its bytes are not those on the wire.
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
#include "base/monitor_name.h"
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
	bool is_about;			/* of a segment: see struct origin */
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

/* The two files of a monitor's index, as whole texts. */

/** The directory of the index inside the archive's. */
#define ARCHIVE_INDEX_DIRECTORY ".index"

/** Which file of the index; also the end of its name. */
#define ARCHIVE_INDEX_DAYS ".days"
#define ARCHIVE_INDEX_HOURS ".hours"

/** The end of its name while a file is written anew. No monitor's file has it. */
#define ARCHIVE_INDEX_NEW ".new"

/** Room for a file's name. */
#define ARCHIVE_INDEX_NAME_SIZE (MONITOR_NAME_SIZE + 12)

/** The first line of every file of the index, with its newline. */
extern const char archive_index_heading[];

/**
 * archive_index_directory - open the index's directory
 * @archive:	descriptor of the archive's
 *
 * Returns a descriptor or -errno.
 */
int archive_index_directory(int archive);

/**
 * archive_index_open_file - open a file of the index for reading
 * @directory:	of the index
 *
 * Only a plain file that begins with the line of this version is taken.
 *
 * Returns a descriptor or -errno.
 */
int archive_index_open_file(int directory, const char *monitor,
			    const char *kind, uint64_t *size);

/**
 * archive_index_load - read a file of the index
 *
 * Returns the text, to be freed, or NULL.
 */
char *archive_index_load(int directory, const char *monitor, const char *kind,
			 uint64_t *size);

/**
 * archive_index_append - add to a file of the index; made anew if it is no such
 * @at:		where in the file the text is then; or NULL
 *
 * Returns 0 or -errno.
 */
int archive_index_append(int directory, const char *monitor, const char *kind,
			 const char *text, size_t length, uint64_t *at);

/**
 * archive_index_create - begin to write a file anew
 *
 * It is written beside the old one, under a first line of its own.
 *
 * Returns a descriptor or -errno.
 */
int archive_index_create(int directory, const char *monitor, const char *kind);

/** archive_index_replace - put the new file in the old one's place; 0 or -errno */
int archive_index_replace(int directory, const char *monitor, const char *kind);

/** archive_index_remove - remove both files of a monitor's index */
void archive_index_remove(int directory, const char *monitor);

#endif
