/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * All traffic of one monitor as one stream of growths: what the archive has,
 * then what the source has and the archive lacks.
 */
#ifndef TRAFMETUX_HISTORY_H
#define TRAFMETUX_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "archive/archive_scan.h"
#include "time/calendar.h"
#include "base/sample.h"
#include "source/source.h"
#include "time/time_range.h"

/** Dates of files, in days since 1970-01-01; both are in the window. */
struct history_window {
	int32_t first_day;
	int32_t last_day;
};

/** The window that holds all files. */
#define HISTORY_WINDOW_ALL { INT32_MIN, INT32_MAX }

/**
 * struct history_observer - whoever wants to know where figures come from
 * @file:	a file was read; @scan is valid during the call
 * @hole:	records are missing; their growth is handed out after this
 * @left_out:	records are missing; their growth is not handed out
 * @held:	records are missing that the source still has; their growth is handed out
 *		after this
 * @live:	the source has what the archive lacks; it is handed out after this
 *
 * Those that are NULL are not told.
 */
struct history_observer {
	void (*file)(void *context, const struct archive_file *file,
		     const struct archive_scan *scan);
	void (*hole)(void *context, const struct growth *growth);
	void (*left_out)(void *context, const struct growth *growth);
	void (*held)(void *context, const struct growth *growth);
	void (*live)(void *context, const struct growth *growth);
};

/** One monitor; history_close() releases it. */
struct history {
	const char *monitor;
	const struct archive *archive;
	const struct source *source;
	bool is_live;
	struct live live;		/* if is_live */
	struct samples samples;		/* if is_live: what the archive may lack */
	int64_t live_since;		/* of what is above them; see struct sample */
	const struct archive_file *files;	/* oldest first */
	size_t count;
	bool is_known;			/* live or archived */
	bool is_about;	/* of what a reader took, some is: it says so; see struct origin */
	const struct history_observer *observer;	/* NULL: nobody; */
	void *observer_context;				/* else for it */
};

/**
 * history_open - find a monitor
 * @listing:	of the archive, holding at least this monitor's files
 *
 * The source is read now and the archive later, so that nothing is missed when
 * an update runs between. What can't be read is reported; the rest is served.
 */
void history_open(struct history *history, const char *monitor,
		  const struct source *source, const struct archive *archive,
		  const struct archive_listing *listing);

/**
 * history_read_live - read the source (again), and report what is wrong with it
 *
 * Samples up to a state that the archive was seen to have are left unread.
 *
 * Returns false when the monitor is live but was not understood.
 */
bool history_read_live(struct history *history);

/**
 * history_archived_since - the first record's time; 0 when there is none
 *
 * What was recorded while the clock was not set is not the first: BELIEF_OLDEST.
 */
int64_t history_archived_since(const struct history *history);

/** history_first - the time of the first traffic; 0 when there was none */
int64_t history_first(const struct history *history);

/**
 * history_percent - how far the reading of the files has come, in percent
 * @time:	of the growth that was handed out last
 */
unsigned int history_percent(const struct history *history, int64_t time);

/** A file's date by its writer's zone may differ from the reader's by this. */
#define HISTORY_MARGIN_DAYS 2

/**
 * Says of two instants whether growths of both, and of those between, may be
 * handed out as one: then they are all of one row.
 */
typedef bool growth_together(void *context, int64_t first, int64_t last);

/**
 * history_window - the files that may hold what was counted in a range
 *
 * A file's date by its writer's zone may differ from the reader's.
 */
struct history_window history_window(struct calendar *calendar,
				     const struct time_range *range);

/**
 * history_read - hand out growths
 * @window:	files outside of it may be left out
 * @together:	lets closed files be left unread where the index tells enough; or
 *		NULL when each growth is wanted by itself
 * @context:	for @together and @sink
 *
 * Files may lack traffic that a later file proves, or damaged ones hold some twice:
 * each segment of a series is handed out once. The source may be read again.
 *
 * Returns 0, -ENOMEM, or what the sink returned.
 */
int history_read(struct history *history,
		 const struct history_window *window,
		 growth_together *together, growth_sink *sink, void *context);

/** history_is_about - is what the monitor counts now, or counted last, not the wire's? */
bool history_is_about(const struct history *history);

/** history_close - release what the history holds */
void history_close(struct history *history);

#endif
