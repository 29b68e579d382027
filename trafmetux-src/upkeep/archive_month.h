/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files of months: the files of a month's days one after another, byte for byte.
 * A report over years need not ask for thousands of files then. Later their minutes
 * may be put together, for those who have little room.
 */
#ifndef TRAFMETUX_ARCHIVE_MONTH_H
#define TRAFMETUX_ARCHIVE_MONTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "archive/archive_entry.h"
#include "archive/archive_scan.h"
#include "time/calendar.h"

/* Records of minutes put together to records of five minutes. */

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

/**
 * archive_thin - put records of the same interval together
 * @entries:	of a whole file, as archive_scan_read() made them; what is put together
 *		becomes one entry
 *
 * Records stay apart where one of them says that it began before the interval, and
 * where the clock was set back between them. All "@" lines stay, since each of them
 * limits what a damaged line can do, and so does the record after each: whether
 * something is missing before it is judged by its time and its growth.
 */
void archive_thin(struct archive_entries *entries, struct calendar *calendar);

/* What files tell, as one number: do two texts tell the same? */

/** Made by archive_digest_start(). */
struct archive_digest {
	struct calendar *calendar;	/* NULL: of each record */
	uint64_t hash;
	struct counters total;
	struct growth piece;		/* what an interval has grown so far */
	bool has_piece;
};

/**
 * archive_digest_start - a digest of nothing
 * @calendar:	NULL: of every record, with its times; or else of what grew in each of
 *		the intervals of archive_thin_start() in this calendar
 */
struct archive_digest archive_digest_start(struct calendar *calendar);

/** archive_digest_add - add what a scan that was read tells */
void archive_digest_add(struct archive_digest *digest, struct archive_scan *scan);

/** archive_digest_same - do they tell the same? Nothing can be added after. */
bool archive_digest_same(struct archive_digest *left, struct archive_digest *right);

/* The file of a month, put in its place only if it tells what it should. */

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

#endif
