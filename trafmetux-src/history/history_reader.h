/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside history_read(): what its parts share. */
#ifndef TRAFMETUX_HISTORY_READER_H
#define TRAFMETUX_HISTORY_READER_H

#include "index/archive_index.h"
#include "index/archive_walk.h"
#include "history/coverage.h"
#include "history/history.h"

/* What the index tells of a file. */
struct history_known {
	bool is_found;		/* it tells something: */
	struct archive_index_day day;
	bool is_enough;		/* the file need not be read; */
	bool awaits_next;	/* or not if the next one, which must be, goes on from it */
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
	bool is_blind;		/* how far the archive has come in its series is unknown */
	struct history_window *doubts;	/* of the files that are damaged */
	size_t doubt_count;
	size_t doubt_capacity;
	size_t at;		/* the file in @scan, read and not handed out */
	bool pending;
	struct archive_scan scan;
	bool has_last;		/* files before it tell of series, the last of which is: */
	uint64_t last_series;
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
		       const struct coverage_run *before,
		       const struct coverage_run *after);

/**
 * history_take_hole - hand out a hole
 *
 * The source may still tell when it was. What it does not tell is handed out only if
 * damage has made the hole, and counted to the minute after the last whole record:
 * mostly it was that minute's.
 */
int history_take_hole(void *context, uint64_t series,
		      const struct coverage_run *before,
		      const struct coverage_run *after);

#endif
