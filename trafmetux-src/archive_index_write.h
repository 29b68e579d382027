/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Adds a file of the archive to its monitor's index; see archive_index.h. */
#ifndef TRAFMETUX_ARCHIVE_INDEX_WRITE_H
#define TRAFMETUX_ARCHIVE_INDEX_WRITE_H

#include "archive_index.h"

/** Start from { .calendar = ... }; archive_index_writer_free() releases it. */
struct archive_index_writer {
	struct calendar *calendar;	/* whose hours are written */
	char *text;
	size_t length;
	size_t capacity;
	/* The hour that growths are added to, if it has any: */
	struct growth hour;
	int64_t hour_first;
	int64_t hour_end;
};

/**
 * archive_index_write - append what a file tells to both files of the index
 * @index:	its directory is made if need be
 * @scan:	of the file; its sink is set
 * @day:	the file's date, size and time of change; the rest is filled in
 *
 * The hours are written first, so that the day never lacks them. Returns 0 or
 * -errno.
 */
int archive_index_write(struct archive_index_writer *writer,
			struct archive_index *index, struct archive_scan *scan,
			struct archive_index_day *day);

/** archive_index_writer_free - release what the writer holds */
void archive_index_writer_free(struct archive_index_writer *writer);

#endif
