/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A list of the archive's files in its index, so that a directory of many
 * thousands need not be read every minute: .index/files, with the lines
 *	# trafmetux index version 4
 *	CHANGED
 *	NAME COUNT [DATE..DATE]... [DATE]...
 * where CHANGED is when the archive's directory was changed last, in nanoseconds
 * since 1970: the list is good while it still is. COUNT is how many files the
 * monitor has. DATE..DATE stands for files of all these dates, days or months, that
 * are in the monitor's own index, see archive_index.h; the single dates are those of
 * files that are not. They are few.
 */
#ifndef TRAFMETUX_ARCHIVE_FILES_H
#define TRAFMETUX_ARCHIVE_FILES_H

#include <stdbool.h>

#include "archive/archive_directory.h"

/**
 * archive_files_recent - the files that are not in the index
 * @monitors:	only these monitors; NULL for all
 * @listing:	empty; the caller frees it
 *
 * Returns 0, -ESTALE when there is no good list, or -ENOMEM.
 */
int archive_files_recent(const struct archive *archive,
			 const struct monitor_names *monitors,
			 struct archive_listing *listing);

/**
 * archive_files_list - as archive_list(), from the index if it has a good list
 */
int archive_files_list(const struct archive *archive,
		       const struct monitor_names *monitors,
		       struct archive_listing *listing);

/**
 * archive_files_stamp - when the archive's directory was changed last
 *
 * To be asked for before the directory is read. Returns 0 when it can't be told,
 * or was so shortly ago that a change to come may bear the same time.
 */
int64_t archive_files_stamp(const struct archive *archive);

/**
 * archive_files_write - write the list, by the monitors' indexes as they are
 * @listing:	of all files
 * @stamp:	from before they were listed; with 0 nothing is written
 *
 * Returns 0 or -errno.
 */
int archive_files_write(const struct archive *archive,
			const struct archive_listing *listing, int64_t stamp);

#endif
