/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes damaged files of the archive anew, from what can be believed. */
#ifndef TRAFMETUX_ARCHIVE_REPAIR_H
#define TRAFMETUX_ARCHIVE_REPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive_copy.h"
#include "archive_scan.h"
#include "calendar.h"

/** A piece of a series in a file: missing records are put next to it. */
struct archive_repair_piece {
	int32_t day;			/* of the file: the first one, */
	int32_t last_day;
	bool is_empty;			/* the file has none */
	uint64_t series;
	struct counters base;
	struct counters end;
};

/** Missing records, to become one. */
struct archive_repair_hole {
	int32_t day;			/* the first of the file that is to have it */
	struct growth growth;
};

/** A file that was written anew. */
struct archive_repair_done {
	char name[ARCHIVE_NAME_SIZE];
	char copy[ARCHIVE_COPY_NAME_SIZE];	/* the file as it was */
};

/** What is to be done for one monitor. Start from {0}; archive_repair_free() it. */
struct archive_repair {
	int32_t *days;			/* the first of each damaged file's */
	size_t day_count;
	size_t day_capacity;
	struct archive_repair_hole *holes;
	size_t hole_count;
	size_t hole_capacity;
	struct archive_repair_piece *pieces;	/* of all files */
	size_t piece_count;
	size_t piece_capacity;
	bool has_homeless;		/* a hole that belongs to no file */
	struct archive_repair_done *done;	/* what was done */
	size_t done_count;
	size_t done_capacity;
};

/** archive_repair_file - note a damaged file; 0 or -ENOMEM */
int archive_repair_file(struct archive_repair *repair,
			const struct archive_file *file);

/** archive_repair_pieces - note what a file holds; 0 or -ENOMEM */
int archive_repair_pieces(struct archive_repair *repair,
			  const struct archive_file *file,
			  const struct archive_segments *segments);

/** archive_repair_hole - note missing records, after all pieces; 0 or -ENOMEM */
int archive_repair_hole(struct archive_repair *repair,
			const struct growth *hole);

/**
 * archive_repair_run - write the files anew
 *
 * First the file is copied to its name and .damaged (or .damaged-2 and so on),
 * which is no name of the archive's. Missing records become one record each. A
 * file whose new text would not tell the same totals stays as it is; all do if
 * there is no file for missing records. The caller holds the monitor's lock.
 *
 * Returns 0 or -errno; some files may be done then.
 */
int archive_repair_run(struct archive_repair *repair,
		       const struct archive *archive, struct calendar *calendar,
		       const char *monitor);

/** archive_repair_undo - put all files back as they were; 0 or -errno */
int archive_repair_undo(const struct archive_repair *repair,
			const struct archive *archive);

/** archive_repair_free - release it; it is empty afterwards */
void archive_repair_free(struct archive_repair *repair);

#endif
