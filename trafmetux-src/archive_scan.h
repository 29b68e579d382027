/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads one file of the archive: what grew when, how far each series came, and
 * what is damaged. Readers and the updater share it, so that both take the same
 * lines for true.
 */
#ifndef TRAFMETUX_ARCHIVE_SCAN_H
#define TRAFMETUX_ARCHIVE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "archive_directory.h"
#include "series_table.h"

/** How much of a file's end is read to learn where it stands, in bytes. */
#define ARCHIVE_TAIL_SIZE 4096

/** Traffic counted up to a time; its period is the one that holds time - 1. */
struct growth {
	int64_t time;
	struct counters counters;
};

/** Takes growths one by one; returns 0, or -errno to stop. */
typedef int growth_sink(void *context, const struct growth *growth);

/** What is asked for, and what was found. */
struct archive_scan {
	/* asked */
	growth_sink *sink;		/* NULL: growths are not wanted */
	void *context;			/* for the sink */
	uint64_t series;		/* whose state is wanted */
	const struct counters *limit;	/* a record above it can't be true; or NULL */
	bool first_only;		/* stop after the first record */
	/* found */
	struct series_state state;	/* of the series asked for */
	bool beyond;			/* a record is above the limit */
	bool has_last;			/* the last line of state, of any series: */
	bool last_bare;			/* it is an "@" */
	uint64_t last_series;
	struct counters last_counters;
	int64_t first_time;		/* the earliest record's; 0 when there is none */
	uint64_t version;		/* of the format, if the file names one */
	uint64_t damaged;		/* how many lines are, and the first one */
	uint64_t first_damaged;
	bool torn;			/* the last line has no newline */
	bool empty;			/* not a byte */
	bool whole;			/* read from the first line */
	bool series_far;		/* no "@" in the last ARCHIVE_TAIL_SIZE bytes */
};

/**
 * archive_scan_file - read a whole file
 *
 * Returns 0; -EPROTO when a newer program wrote the file, see scan.version; or
 * -errno. What the sink took before an error stays taken.
 */
int archive_scan_file(int descriptor, struct archive_scan *scan);

/**
 * archive_scan_tail - learn from the end of a file where it stands
 *
 * Reads ARCHIVE_TAIL_SIZE bytes, and more only if they hold no "@" line.
 * scan.whole tells whether it came to reading all; if not, damage is counted
 * for that end only, and scan.first_time is not the file's. The sink is not
 * called. Returns as archive_scan_file() does.
 */
int archive_scan_tail(int descriptor, struct archive_scan *scan);

/** archive_scan_report - report damage, or the error, in one line; or nothing */
void archive_scan_report(const struct archive *archive,
			 const struct archive_file *file,
			 const struct archive_scan *scan, int error);

#endif
