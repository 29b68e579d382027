/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file of a month, put in its place only if it tells what it should. */
#ifndef TRAFMETUX_ARCHIVE_MONTH_FILE_H
#define TRAFMETUX_ARCHIVE_MONTH_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "upkeep/archive_digest.h"
#include "archive/archive_directory.h"
#include "archive/archive_scan.h"

/** A month between its neighbours; all of it is the caller's. */
struct archive_month {
	const struct archive *archive;
	struct archive_file file;
	const struct archive_file *before;	/* the files read beside it, or NULL */
	const struct archive_file *after;
	struct archive_digest digest;		/* of what its file has to tell */
};

/**
 * archive_month_whole - is there nothing to be said of a file?
 *
 * Of one without a record, or with a hole, or left for another one for a time,
 * somebody may still want to know why.
 */
bool archive_month_whole(const struct archive_scan *scan);

/** archive_month_disagree - does one of two files that meet show the other one wrong? */
bool archive_month_disagree(struct archive_scan *scan, struct archive_scan *next);

/** archive_month_fits - do the neighbours leave the month, or a part of it, as it is? */
bool archive_month_fits(const struct archive_month *month,
			struct archive_scan *scan, bool is_first, bool is_last);

/**
 * archive_month_put - write the month's file, and put it in its place
 * @text:	of the file
 *
 * It is written beside, seen on the disk, and read again: if it is not whole, does
 * not fit, or tells another digest, nothing is changed.
 *
 * Returns 0, -EBADMSG, or another -errno.
 */
int archive_month_put(struct archive_month *month, const char *text,
		      size_t length);

#endif
