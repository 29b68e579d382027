/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts a monitor's new samples into the files of their days, and on the disk. */
#ifndef TRAFMETUX_ARCHIVE_WRITE_H
#define TRAFMETUX_ARCHIVE_WRITE_H

#include <stdbool.h>

#include "archive/archive_directory.h"
#include "base/sample.h"
#include "index/archive_walk.h"
#include "source/source.h"
#include "time/calendar.h"

/**
 * When to wait until the disk has what was written. All else is left to the
 * kernel, which writes it out within half a minute or so.
 */
enum archive_sync {
	ARCHIVE_SYNC_DAILY,	/* a day's file before the next one is begun */
	ARCHIVE_SYNC_NEVER,
	ARCHIVE_SYNC_ALWAYS,	/* every record */
};

/** One run of update, over all of its monitors. */
struct archive_write {
	const struct archive *archive;
	struct calendar *calendar;
	enum archive_sync sync;
	const struct origin *origin;	/* of what is written; NULL: nobody knows */
	bool created;		/* found: the directory has new files */
	bool is_held;		/* samples are no minutes, so none is there already */
};

/**
 * archive_write_samples - append samples, each run of a local date to its file
 * @walk:	over the monitor's files; tells the archive's state
 * @samples:	oldest first, all above this state
 *
 * What fails is reported, and the rest is left for the next update. The caller
 * holds the monitor's lock.
 */
void archive_write_samples(struct archive_write *write,
			   const struct archive_walk *walk, const char *monitor,
			   const struct samples *samples);

/** archive_write_end - have the disk keep the names of new files */
void archive_write_end(struct archive_write *write);

/* Records that the archive has lost and the kernel still has are written again. */

/**
 * refill_monitor - write again what is missing between records of the live series
 * @write:	of whoever holds the monitor's lock
 * @listing:	holds the monitor's files
 *
 * Each record goes into the file of its date, behind what is there; where records of
 * later states are there, it is left to reports. What can't be read is passed over in
 * silence, what can't be written is reported.
 *
 * Returns 0 or -ENOMEM.
 */
int refill_monitor(struct archive_write *write, const struct source *source,
		   const char *monitor, const struct archive_listing *listing);

#endif
