/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of months: the files of a month's days one after another, byte for byte.
 * A report over years need not ask for thousands of files then. Later their minutes
 * may be put together, for those who have little room.
 */
#ifndef TRAFMETUX_ARCHIVE_MONTH_H
#define TRAFMETUX_ARCHIVE_MONTH_H

#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "time/calendar.h"

/**
 * archive_month_join - make the file of a month from those of its days
 * @days:	all there are of the month, oldest first
 * @before:	the file that is read before them; or NULL
 * @after:	the file that is read after them; or NULL
 *
 * Nothing is made unless each of them is whole, and the new file, read from the
 * disk, tells the same records. Theirs stay. The caller holds the monitor's lock.
 *
 * Returns 0; -EBADMSG, unreported, when the month is not whole; or another -errno.
 */
int archive_month_join(const struct archive *archive,
		       const struct archive_file *days, size_t count,
		       const struct archive_file *before,
		       const struct archive_file *after);

/**
 * archive_month_check - is all of a day's file in the month's?
 *
 * If not, this is reported, and what to do about it; so is what can't be read.
 *
 * Returns 1, 0, or -ENOMEM.
 */
int archive_month_check(const struct archive *archive,
			const struct archive_file *month,
			const struct archive_file *day);

/**
 * archive_month_thin - put the minutes of a month together to five minutes each
 * @month:	its file; no files of its days are there
 * @before:	as above
 * @calendar:	of the zone of the machine
 *
 * Done once for each file. What grew in each five minutes stays the same, and nothing
 * is changed unless the file is whole. The caller holds the monitor's lock.
 *
 * Returns 1; 0 when it was done before; -EBADMSG, unreported, when the month is not
 * whole; or another -errno.
 */
int archive_month_thin(const struct archive *archive,
		       const struct archive_file *month,
		       const struct archive_file *before,
		       const struct archive_file *after,
		       struct calendar *calendar);

/** archive_month_of - the file of the month that a day is in */
struct archive_file archive_month_of(const struct archive_file *day);

/**
 * archive_thin_start - when the interval of a record began
 * @time:	the record's; it belongs to time - 1
 *
 * Intervals are those of rates, five minutes by the clock of UTC, cut where a local
 * hour begins, which in all zones of today none needs to be. So whatever is told by
 * the hour, or as a 95th percentile, stays what it is.
 *
 * Returns epoch seconds.
 */
int64_t archive_thin_start(struct calendar *calendar, int64_t time);

#endif
