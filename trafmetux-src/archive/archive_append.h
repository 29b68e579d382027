/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes to the archive: only ever at the end of a file, one write each. */
#ifndef TRAFMETUX_ARCHIVE_APPEND_H
#define TRAFMETUX_ARCHIVE_APPEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "time/calendar.h"
#include "base/sample.h"

/** A piece of one series for one file. */
struct archive_block {
	struct archive_file file;
	uint64_t series;
	struct counters state;		/* before the first record */
	const struct sample *records;	/* oldest first */
	size_t count;			/* 0: only mark the file as left */
	const struct counters *limit;	/* as in struct archive_scan */
	const struct origin *origin;	/* where it comes from; NULL: nobody knows */
	bool sync;			/* wait until the disk has it */
	bool is_again;			/* records of it stand there without its name */
	bool is_kept;			/* the kernel has it still, if this fails */
	bool created;			/* found: the file was made for it */
};

/**
 * archive_append - append a block to its file, which is made if need be
 *
 * Closes a line that was cut off, and writes an "@" line when the file's last
 * line is not the block's state. The caller holds the monitor's lock.
 *
 * Returns 0; -ELOOP, unreported, when the file is no plain file; or another
 * -errno that was reported.
 */
int archive_append(const struct archive *archive, struct calendar *calendar,
		   struct archive_block *block);

#endif
