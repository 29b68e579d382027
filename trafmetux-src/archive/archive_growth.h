/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the lines of an archive file to segments and growths. */
#ifndef TRAFMETUX_ARCHIVE_GROWTH_H
#define TRAFMETUX_ARCHIVE_GROWTH_H

#include <stdint.h>

#include "archive/archive_scan.h"

/** Before the "@" of a series that is written anew, behind records of it. */
#define ARCHIVE_AGAIN "# written again"

/** archive_growth_damaged - count a damaged line of the file */
void archive_growth_damaged(struct archive_scan *scan, uint64_t line);

/**
 * archive_growth_find - find segments, totals, times and states
 * @scan:	entries are there, and those that are not believed are marked; what was
 *		found before is forgotten
 *
 * Returns 0 or -ENOMEM.
 */
int archive_growth_find(struct archive_scan *scan);

/** archive_segments_free - release the array; the struct is empty afterwards */
void archive_segments_free(struct archive_segments *segments);

#endif
