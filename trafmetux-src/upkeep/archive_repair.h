/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes comments of damaged lines, and records of what is missing between whole ones. */
#ifndef TRAFMETUX_ARCHIVE_REPAIR_H
#define TRAFMETUX_ARCHIVE_REPAIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_file.h"
#include "archive/archive_scan.h"
#include "time/calendar.h"
#include "upkeep/archive_rewrite.h"

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
