/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a monitor's newest records come from, and how far a counter has come in them. */
#ifndef TRAFMETUX_ARCHIVE_ORIGIN_H
#define TRAFMETUX_ARCHIVE_ORIGIN_H

#include <stdint.h>

#include "archive/archive_directory.h"
#include "source/source.h"

/**
 * archive_origin_find - what the file tells that a monitor is written to
 * @counter:	see source_plain.h; 0: none
 * @archived:	all zero
 *
 * That is the newest one that was not left for another. What can't be read tells nothing.
 *
 * Returns 0, or -errno if it is not known which files there are.
 */
int archive_origin_find(const struct archive *archive, const char *monitor,
			uint64_t counter, struct source_archived *archived);

#endif
