/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Finds how far the archive has come in a live series. Nearly always the newest
 * file tells. When the clock was set back, records went on in an older file;
 * the file they left has a bare "@" at its end, and the walk follows it.
 */
#ifndef TRAFMETUX_ARCHIVE_WALK_H
#define TRAFMETUX_ARCHIVE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive_directory.h"
#include "calendar.h"
#include "sample.h"
#include "series_table.h"

/** What is known of one file. */
struct archive_walk_file {
	bool visited;
	bool reported;		/* it can't be used, and that was said */
	struct series_state state;
};

/** A walk over one monitor's files; archive_walk_end() releases it. */
struct archive_walk {
	/* asked */
	const struct archive *archive;
	const struct archive_file *files;	/* oldest first */
	size_t count;
	uint64_t series;
	const struct counters *limit;	/* no true record is above it; or NULL */
	/* found */
	struct archive_walk_file *known;	/* one for each file */
	struct series_state state;	/* the highest there is */
	bool has_current;		/* the file that is written on: */
	size_t current;
	bool refused;			/* a file could not be read; was reported */
};

/** archive_walk_start - prepare a walk; 0 or -ENOMEM */
int archive_walk_start(struct archive_walk *walk, const struct archive *archive,
		       const struct archive_file *files, size_t count,
		       uint64_t series, const struct counters *limit);

/** archive_walk_know - tell what a file holds, when it was read anyway */
void archive_walk_know(struct archive_walk *walk, size_t file,
		       const struct series_state *state);

/** archive_walk_refuse - tell that a file can't be used and was reported */
void archive_walk_refuse(struct archive_walk *walk, size_t file);

/**
 * archive_walk_newest - go down from the newest file
 * @today:	local date of the reading, in days since 1970-01-01
 *
 * Returns true when the file that is written on was found; if not, the series
 * is new, or archive_walk_near() finds it.
 */
bool archive_walk_newest(struct archive_walk *walk, int32_t today);

/**
 * archive_walk_near - look into the files where samples would have gone
 * @samples:	what the source still has, oldest first
 * @created:	when the monitor was created, or LIVE_UNKNOWN
 *
 * For a machine that had the wrong date when it started: the series began in
 * a file below those of other series.
 */
void archive_walk_near(struct archive_walk *walk, struct calendar *calendar,
		       const struct samples *samples, int64_t created);

/** archive_walk_end - release what the walk holds */
void archive_walk_end(struct archive_walk *walk);

#endif
