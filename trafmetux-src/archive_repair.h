/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes damaged files of the archive anew, from what can be believed. */
#ifndef TRAFMETUX_ARCHIVE_REPAIR_H
#define TRAFMETUX_ARCHIVE_REPAIR_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "archive_scan.h"
#include "calendar.h"

/** What is to be done for one monitor. Start from {0}; archive_repair_free() it. */
struct archive_repair {
	int32_t *days;			/* whose files are damaged */
	size_t day_count;
	size_t day_capacity;
	struct growth *holes;		/* what records are missing */
	size_t hole_count;
	size_t hole_capacity;
};

/** archive_repair_file - note a damaged file; 0 or -ENOMEM */
int archive_repair_file(struct archive_repair *repair, int32_t day);

/** archive_repair_hole - note missing records; 0 or -ENOMEM */
int archive_repair_hole(struct archive_repair *repair,
			const struct growth *hole);

/**
 * archive_repair_run - write the files anew
 * @output:	gets a line for each
 *
 * First the file is copied to NAME-YYYY-MM-DD.damaged (or .damaged-2 and so on),
 * which is no name of the archive's. Missing records become one record each. A
 * file whose new text would not tell the same totals stays as it is. Updates of
 * the monitor wait.
 *
 * Returns 0 or -errno.
 */
int archive_repair_run(const struct archive_repair *repair,
		       const struct archive *archive, struct calendar *calendar,
		       const char *monitor, FILE *output);

/** archive_repair_free - release it; it is empty afterwards */
void archive_repair_free(struct archive_repair *repair);

#endif
