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

#include "archive/archive_directory.h"
#include "archive/archive_entry.h"

/** How much of a file's end is read to learn where it stands, in bytes. */
#define ARCHIVE_TAIL_SIZE 4096

/** So many damaged lines of a file are remembered by their numbers. */
#define ARCHIVE_DAMAGED_LINES 16

/** Traffic counted up to a time; its period is the one that holds time - 1. */
struct growth {
	int64_t time;
	int64_t since;			/* see struct sample */
	uint64_t series;
	struct counters from;		/* the state before it */
	struct counters counters;	/* what was counted since that state */
	bool is_about;			/* see struct origin */
};

/** Records one after another that go on from one state. */
struct archive_segment {
	uint64_t series;
	struct counters base;		/* the state it begins with */
	struct counters end;
	int64_t end_time;		/* of the record that reached end; 0: none */
	bool is_about;			/* see struct origin */
};

/** Segments in the order of their first lines. */
struct archive_segments {
	struct archive_segment *list;
	size_t count;
	size_t capacity;
};

/** A series of which a comment says where it comes from. */
struct archive_source {
	uint64_t series;
	struct origin origin;
};

/** Each series once, in the order in which they were told of first. */
struct archive_sources {
	struct archive_source *list;
	size_t count;
	size_t capacity;
	struct series_table table;	/* their places */
};

/** Takes growths one by one; returns 0, or -errno to stop. */
typedef int growth_sink(void *context, const struct growth *growth);

/** What is asked for, and what was found. archive_scan_free() releases it. */
struct archive_scan {
	/* asked */
	growth_sink *sink;		/* NULL: growths are not wanted */
	void *context;			/* for the sink */
	uint64_t series;		/* whose state is wanted */
	const struct counters *limit;	/* a record above it can't be true; or NULL */
	bool has_days;			/* records far from these are damaged: */
	int32_t first_day;
	int32_t last_day;
	bool first_only;		/* stop after the first growth */
	/* found */
	struct archive_entries entries;
	struct archive_segments segments;
	struct archive_sources sources;
	struct counters total;		/* of all growths */
	struct series_state state;	/* of the series asked for */
	bool beyond;			/* a record is above the limit */
	bool has_last;			/* the last line of state, of any series: */
	bool last_bare;			/* it is an "@" */
	uint64_t last_series;
	struct counters last_counters;
	int64_t first_time;		/* the earliest growth's; 0 when there is none */
	int64_t last_time;		/* the latest growth's */
	uint64_t version;		/* of the format, if the file names one */
	bool lost_version;	/* the first line was one of it, cut off and closed */
	bool is_thinned;		/* it says so: records are of five minutes */
	uint64_t damaged;		/* how many lines are, and which the first are */
	uint64_t damaged_lines[ARCHIVE_DAMAGED_LINES];
	uint64_t closed;	/* of them were cut off, and closed by an update */
	bool torn;			/* the last line has no newline */
	bool empty;			/* not a byte */
	bool has_returns;		/* a line ends in a carriage return */
	bool is_split;			/* a series has more than one segment */
	bool whole;			/* read from the first line */
	/* where damage is of which the file itself does not tell what it took: */
	bool lost_begin;		/* before the first line that tells a state */
	uint64_t lost_before;		/* lines there, but beginnings of the next one */
	bool lost_end;		/* after the last one, or that one is not believed */
	bool lost_between;		/* where a series ended, or began, or may have */
	bool has_unnamed;		/* records of no series, or of an unknown one: */
	struct counters unnamed_first;
	struct counters unnamed_last;
	bool series_far;		/* no "@" in the last ARCHIVE_TAIL_SIZE bytes */
	bool needs_series;		/* which one is current is not sure any more */
};

/** archive_scan_of - what to ask of a file: which dates it is of */
static inline struct archive_scan archive_scan_of(const struct archive_file *file)
{
	return (struct archive_scan){
		.has_days = true, .first_day = file->day,
		.last_day = archive_file_last_day(file),
	};
}

/**
 * archive_scan_read - read a whole file
 *
 * Finds everything but the growths: those archive_scan_grow() hands out.
 *
 * Returns 0; -EPROTO when a newer program wrote the file, see scan.version; or
 * -errno.
 */
int archive_scan_read(int descriptor, struct archive_scan *scan);

/**
 * archive_scan_meet - hold a file against the one after it
 * @scan:	read, its growths not yet handed out
 * @next:	read as well
 *
 * Of a series that goes on in the next file, nothing is above its first record
 * there; nor the one line that is above the "@" before this record, while of several
 * lines the "@" is damaged. What goes on from a state above all this was written
 * later, after the clock was set back.
 *
 * Returns 0 or -ENOMEM.
 */
int archive_scan_meet(struct archive_scan *scan, struct archive_scan *next);

/**
 * archive_scan_grow - hand out the growths that were read
 *
 * Returns 0 or what the sink returned. What it took before stays taken.
 */
int archive_scan_grow(struct archive_scan *scan);

/**
 * archive_scan_tail - learn from the end of a file where it stands
 *
 * Reads ARCHIVE_TAIL_SIZE bytes, and more only if they hold no "@" line.
 * scan.whole tells whether it came to reading all; if not, damage, segments and
 * times are of that end only. The sink is not called. Returns as
 * archive_scan_read() does.
 */
int archive_scan_tail(int descriptor, struct archive_scan *scan);

/**
 * archive_scan_is_emptied - has the file lost what was in it?
 *
 * An update makes a file before it writes the first lines: that moment is no damage.
 */
bool archive_scan_is_emptied(const struct archive *archive,
			     const struct archive_file *file,
			     const struct archive_scan *scan);

/** archive_scan_free - release what was found */
void archive_scan_free(struct archive_scan *scan);

/**
 * archive_scan_report - tell damage, or report the error, in one line; or nothing
 * @is_known:	what the damage took is told elsewhere; else it is trouble
 */
void archive_scan_report(const struct archive *archive,
			 const struct archive_file *file,
			 const struct archive_scan *scan, int error,
			 bool is_known);

/** Before the "@" of a series that is written anew, behind records of it. */
#define ARCHIVE_AGAIN "# written again"

/** archive_growth_damaged - count a damaged line of the file */
void archive_growth_damaged(struct archive_scan *scan, uint64_t line);

/**
 * archive_growth_find - find segments, totals, times and states
 * @scan:	entries are there, and those that are not believed are marked; what was
 *		found before is forgotten
 *
 * Returns 0 or -ENOMEM.
 */
int archive_growth_find(struct archive_scan *scan);

/** archive_scan_source - where a series comes from; all zero if that is not told */
struct origin archive_scan_source(const struct archive_scan *scan, uint64_t series);

/** archive_segments_free - release the array; the struct is empty afterwards */
void archive_segments_free(struct archive_segments *segments);

#endif
