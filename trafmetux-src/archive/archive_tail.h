/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last record of a monitor, without reading all of its files. */
#ifndef TRAFMETUX_ARCHIVE_TAIL_H
#define TRAFMETUX_ARCHIVE_TAIL_H

#include <stdint.h>

#include "archive/archive_directory.h"
#include "base/sample.h"

struct archive_tail {
	int64_t time;		/* of the last record; 0: there is none */
	uint64_t series;
	struct counters counters;
};

/**
 * archive_tail_read - read the end of the newest file that has a record
 * @files:	of one monitor, oldest first
 * @present:	records of a later time are passed over
 *
 * What can't be read tells nothing, and is not reported.
 */
void archive_tail_read(const struct archive *archive,
		       const struct archive_file *files, size_t count,
		       int64_t present, struct archive_tail *tail);

#endif
