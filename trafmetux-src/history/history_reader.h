/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside history_read(): what its parts share. */
#ifndef TRAFMETUX_HISTORY_READER_H
#define TRAFMETUX_HISTORY_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_entry.h"
#include "archive/archive_scan.h"
#include "base/sample.h"
#include "history/history.h"
#include "index/archive_index.h"
#include "index/archive_walk.h"

/*
 * Which states of each series are accounted for. The counters of a series only
 * grow, so its traffic is a line from its first state to its last; files and the
 * kernel each hold segments of it. What none of them holds shows as a hole.
 */

/** A segment of a series without a hole. */
struct coverage_segment {
	struct counters low;
	struct counters high;
	int64_t low_time;		/* of the first growth in it; 0 unknown */
	int64_t high_time;		/* of the growth that reached high; 0 unknown */
};

/** The segments of one series, from the lowest state on; no two touch. */
struct coverage_series {
	uint64_t series;
	bool is_about;		/* some of its growths are, see struct origin */
	struct coverage_segment *segments;
	size_t count;
	size_t capacity;
};

/** All series. Start from {0}; coverage_free() releases it. */
struct coverage {
	struct coverage_series *list;
	size_t count;
	size_t capacity;
	struct series_table table;	/* places in the list */
};

/** Takes a hole, between two segments; returns 0, or -errno to stop. */
typedef int coverage_hole(void *context, uint64_t series,
			  const struct coverage_segment *before,
			  const struct coverage_segment *after);

/**
 * coverage_take - account for a growth
 * @growth:	of no counters to only say that its state was reached
 * @fresh:	what of it was not accounted for before
 *
 * Returns 0 or -ENOMEM.
 */
int coverage_take(struct coverage *coverage, const struct growth *growth,
		  struct counters *fresh);

/** coverage_is_about - are growths of a series not those on the wire? */
bool coverage_is_about(const struct coverage *coverage, uint64_t series);

/** coverage_lacks - is nothing between two states accounted for? */
bool coverage_lacks(const struct coverage *coverage, uint64_t series,
		    const struct counters *low, const struct counters *high);

/**
 * coverage_take_misnamed - account for what was counted under a damaged name
 *
 * A series that begins with the very state that this one has come to, and not with
 * nothing, is this one. Returns 0 or -ENOMEM.
 */
int coverage_take_misnamed(struct coverage *coverage, uint64_t series,
			   const struct counters *state);

/**
 * coverage_holes - hand out the holes
 *
 * Not those above which there is but a state that nothing goes on from, since one
 * damaged line can make such; nor those that coverage_take_misnamed() would fill.
 *
 * Returns 0, -ENOMEM, or what the sink returned.
 */
int coverage_holes(const struct coverage *coverage, coverage_hole *sink,
		   void *context);

/** coverage_free - release it; it is empty afterwards */
void coverage_free(struct coverage *coverage);

/* What the index tells of a file. */
struct history_known {
	bool is_found;		/* it tells something: */
	struct archive_index_day day;
	bool is_enough;		/* the file need not be read; */
	bool awaits_next;	/* or not if the next one, which must be, follows it */
};

/* A series that lines tell of, if there are such lines, and a state of it. */
struct history_told {
	bool is_there;
	uint64_t series;
	struct counters counters;
};

/* While a history is read. */
struct history_reader {
	struct history *history;
	growth_sink *sink;
	void *context;
	struct coverage coverage;
	struct archive_walk walk;
	struct history_window window;
	bool is_partial;	/* files were left out */
	bool refreshed;		/* the source was read again */
	struct series_state nameless;	/* of the live series, under another name */
	bool is_blind;	/* how far the archive has come in its series is unknown */
	struct history_window *doubts;	/* of the files that are damaged */
	size_t doubt_count;
	size_t doubt_capacity;
	size_t at;		/* the file in @scan, read and not handed out */
	bool pending;
	struct archive_scan scan;
	struct history_told last;	/* by the files before it */
	size_t ahead_at;	/* the file in @ahead, read before its turn */
	bool is_ahead;
	struct archive_scan ahead;
	struct history_known *known;	/* one for each file; NULL: read them all */
	struct archive_index index;
	growth_together *together;	/* NULL: every growth is wanted by itself */
};

/**
 * history_read_samples - read those of the source again that are above a state
 * @is_reached:	see source_collect()
 *
 * None when the source can't be read any more, or has begun anew. Returns 0 or
 * -ENOMEM.
 */
int history_read_samples(const struct history *history,
			 const struct counters *known, struct samples *samples,
			 bool *is_reached);

/** history_in_window - may a growth at this time matter in the window? */
bool history_in_window(const struct history_reader *reader, int64_t time);

/** history_wants - must a file be read? */
bool history_wants(const struct history_reader *reader, size_t at);

/**
 * history_finish_file - hand out the file that waits, and tell its faults
 * @next:	the file after it, if that was read; or NULL
 */
int history_finish_file(struct history_reader *reader,
			const struct archive_scan *next);

/**
 * history_look_up - find out which files need not be read
 *
 * What is next to a file that is read is read as well: only together they show
 * what is damaged.
 *
 * Returns 0 or -ENOMEM.
 */
int history_look_up(struct history_reader *reader);

/**
 * history_goes_on - does a file go on where the index says that the one before it ended?
 * @at:		a file that the index has
 * @next:	the file after it, which was read
 *
 * Only where nothing is out of the ordinary: each of one segment, @next whole, and no
 * file before them that waits to be held against the first.
 */
bool history_goes_on(const struct history_reader *reader, size_t at,
		     const struct archive_scan *next);

/**
 * history_take_known - hand out a file from the index
 *
 * Returns 0, -EBADMSG when it must be read after all (nothing of it was handed
 * out then), or an error.
 */
int history_take_known(struct history_reader *reader, size_t at);

/** history_doubt - note that a file is damaged; 0 or -ENOMEM */
int history_doubt(struct history_reader *reader,
		  const struct archive_file *file);

/**
 * history_doubt_hole - may a hole be what files hold that were left out?
 *
 * Returns 1 if so, and if it would matter in the window; else 0.
 */
int history_doubt_hole(void *context, uint64_t series,
		       const struct coverage_segment *before,
		       const struct coverage_segment *after);

/**
 * history_take_hole - hand out a hole
 *
 * The source may still tell when it was. What it does not tell is handed out only if
 * damage has made the hole, and counted to the minute after the last whole record:
 * mostly it was that minute's.
 */
int history_take_hole(void *context, uint64_t series,
		      const struct coverage_segment *before,
		      const struct coverage_segment *after);

#endif
