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

#include "archive/archive_directory.h"
#include "index/archive_index.h"
#include "time/calendar.h"
#include "base/sample.h"
#include "archive/archive_scan.h"

/** What is known of one file. */
struct archive_walk_file {
	bool visited;
	bool reported;		/* it can't be used, and that was said */
	bool is_unread;		/* it may hold what nobody knows of then */
	bool ends_otherwise;	/* with a line of another series */
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
	struct counters named;		/* likewise, under its own name */
	struct series_state assumed;	/* see archive_walk_assume() */
	bool has_current;		/* the file that is written on: */
	size_t current;
	bool refused;			/* a file was not read, and that was reported */
	struct archive_index index;
	bool has_index;			/* it was opened */
};

/** archive_walk_start - prepare a walk; 0 or -ENOMEM */
int archive_walk_start(struct archive_walk *walk, const struct archive *archive,
		       const struct archive_file *files, size_t count,
		       uint64_t series, const struct counters *limit);

/** archive_walk_know - tell what a file holds, when it was read anyway */
void archive_walk_know(struct archive_walk *walk, size_t file,
		       const struct series_state *state);

/** archive_walk_refuse - tell that a file can't be used, and that this was reported */
void archive_walk_refuse(struct archive_walk *walk, size_t file, int error);

/** archive_walk_is_blind - may a file that can't be read hold a higher state? */
bool archive_walk_is_blind(const struct archive_walk *walk);

/**
 * archive_walk_newest - find the highest state, and the file it is in
 *
 * Nearly always the newest file is written on, and no other is looked at. Where
 * it is not (a new series, or a clock that was set back), any file may hold the
 * state; all are looked at then that the index does not tell to be without it.
 */
void archive_walk_newest(struct archive_walk *walk);

/** A live series of which no file knows. */
struct archive_unknown {
	int64_t created;	/* when it began, in epoch seconds; below 0: unknown */
	const struct counters *counters;	/* by now */
	const struct sample *oldest;	/* that is left, if some are gone; or NULL */
};

/**
 * archive_walk_assume - how far did a series come that stands by another name?
 *
 * By one that differs in a digit; or, where samples are gone, behind a line that is
 * damaged and may have been its "@", by that of the series before. Assumed becomes the
 * highest state there that it can go on from; of the latter not long before its begin.
 */
void archive_walk_assume(struct archive_walk *walk,
			 const struct archive_unknown *unknown);

/** archive_walk_end - release what the walk holds */
void archive_walk_end(struct archive_walk *walk);

#endif
