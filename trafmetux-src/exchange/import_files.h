/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What an import makes: files of the archive, put together in its directory
 * .import and moved into place when all of them are whole and on the disk.
 *
 * All of them depend on nothing but what is imported. So a file that is in the
 * archive already shows that it was imported before, and an import that was cut
 * off is finished by running it again.
 */
#ifndef TRAFMETUX_IMPORT_FILES_H
#define TRAFMETUX_IMPORT_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "archive/context.h"
#include "base/sample.h"

/** Where it is put together, in the archive's directory. */
#define IMPORT_DIRECTORY ".import"

/** A monitor that is imported. */
struct import_monitor {
	char name[MONITOR_NAME_SIZE];
	uint64_t series;
	struct counters state;		/* of the series, with what was added */
	int64_t last_time;		/* of what was added last; 0: nothing was */
	uint64_t records;
	struct samples pending;		/* of one date, not in its file yet; */
	int32_t day;			/* the date */
	struct counters before;		/* the state they go on from */
	uint64_t new_files;		/* after import_files_commit() */
	uint64_t old_files;
};

/** An import; import_files_close() releases it. */
struct import_files {
	struct archive archive;
	struct archive stage;
	const struct context *context;
	struct progress *progress;
	uint64_t seed;
	int lock;
	struct import_monitor *monitors;
	size_t count;
	size_t capacity;
};

/** What was reported already has this error. */
#define IMPORT_REPORTED (-ECANCELED)

/**
 * import_files_open - begin an import
 * @seed:	a hash of what is imported; the series get their names from it
 * @progress:	of the whole import
 *
 * Returns 0 or IMPORT_REPORTED.
 */
int import_files_open(struct import_files *files, const struct context *context,
		      uint64_t seed, struct progress *progress);

/**
 * import_files_monitor - the place of a monitor, added when it is new
 * @name:	a valid one
 *
 * Returns 0 or -ENOMEM.
 */
int import_files_monitor(struct import_files *files, const char *name,
			 size_t *place);

/**
 * import_files_add - add what a monitor counted
 * @growth:	as a record, but with what was counted for its counters
 *
 * Where the numbers would exceed 64 bits, another series begins.
 *
 * Returns 0, -ENOMEM or IMPORT_REPORTED.
 */
int import_files_add(struct import_files *files, size_t place,
		     const struct sample *growth);

/**
 * import_files_commit - move all files into the archive, or none
 *
 * None if a file of the same monitor and date is there, unless it begins with
 * the very same records. Updates of the monitors wait.
 *
 * Returns 0, -ENOMEM or IMPORT_REPORTED.
 */
int import_files_commit(struct import_files *files);

/** import_files_close - take away what is left in .import */
void import_files_close(struct import_files *files);

#endif
