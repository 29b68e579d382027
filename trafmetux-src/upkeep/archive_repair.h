/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes comments of damaged lines, and records of what is missing between whole ones. */
#ifndef TRAFMETUX_ARCHIVE_REPAIR_H
#define TRAFMETUX_ARCHIVE_REPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_file.h"
#include "archive/archive_scan.h"
#include "archive/record.h"
#include "time/calendar.h"

/* The text of a file of the archive, written anew. */

/** Room for the first line of a file, with newline and NUL. */
#define ARCHIVE_HEADER_SIZE (RECORD_TEXT_SIZE + CALENDAR_ZONE_SIZE)

/** A record that is missing in a file. */
struct archive_missing {
	size_t entry;		/* it comes after; counted from 1; 0: before all */
	struct growth growth;
	bool is_held;		/* as the source has it; else its minute is a guess */
};

/**
 * archive_rewrite_header - the first line for a file that is written anew
 * @text:	of the old one, whose own first line is taken if it is a whole one
 */
void archive_rewrite_header(struct calendar *calendar,
			    const struct archive_file *file, const char *text,
			    size_t length, char header[ARCHIVE_HEADER_SIZE]);

/**
 * archive_rewrite - make comments of a file's damaged lines
 * @header:	for a file that does not begin as it should
 * @text:	the file
 * @scan:	of this text, held against the files beside it
 * @missing:	in the order of their entries and states
 * @new_length:	of the text
 *
 * All other lines stay as they are, with a newline only. Where an "@" became a
 * comment, another one is put before the record that needs it.
 *
 * Returns the text, to be freed, or NULL when there is no memory.
 */
char *archive_rewrite(const char *header, const char *text, size_t length,
		      const struct archive_scan *scan,
		      const struct archive_missing *missing, size_t count,
		      size_t *new_length);

/** A file that was written anew. */
struct archive_repair_done {
	char name[ARCHIVE_NAME_SIZE];
	char copy[ARCHIVE_COPY_NAME_SIZE];	/* the file as it was */
};

/** What is to be done for one monitor; archive_repair_free() it. */
struct archive_repair {
	const struct archive *archive;
	struct calendar *calendar;
	struct archive_missing *holes;	/* missing records, in the order of states */
	size_t hole_count;
	size_t hole_capacity;
	struct archive_repair_done *done;	/* what was done */
	size_t done_count;
	size_t done_capacity;
};

/**
 * archive_repair_hole - note missing records
 * @is_held:	as the source has it: it belongs into the file of its date
 *
 * Returns 0 or -ENOMEM.
 */
int archive_repair_hole(struct archive_repair *repair,
			const struct growth *hole, bool is_held);

/**
 * archive_repair_file - write a file anew, if it is damaged or lacks records
 * @scan:	the file as reports read it
 *
 * First it is copied to its name and .damaged (or .damaged-2 and so on), which is no
 * name of the archive's. The caller holds the monitor's lock.
 *
 * Returns 0 or -errno; nothing was changed then.
 */
int archive_repair_file(struct archive_repair *repair,
			const struct archive_file *file,
			const struct archive_scan *scan);

/** archive_repair_undo - put all files back as they were; 0 or -errno */
int archive_repair_undo(struct archive_repair *repair);

/** archive_repair_free - release it; it is empty afterwards */
void archive_repair_free(struct archive_repair *repair);

#endif
