/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The explain command: what the figure of one monitor is made of. */
#ifndef TRAFMETUX_EXPLAIN_H
#define TRAFMETUX_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "history/history.h"
#include "report/show.h"

/** Version of the JSON document, as RENDER_JSON_VERSION is one. */
#define EXPLAIN_JSON_VERSION 1

/** Records of the range: how many, of which times, and what they add up to. */
struct explain_sum {
	uint64_t records;
	int64_t first_time;		/* the earliest, if there are any */
	int64_t last_time;		/* the latest */
	struct counters counters;
};

/** A file that has records of the range, or is dated in it. */
struct explain_file {
	struct archive_file file;
	struct explain_sum sum;
	struct counters total;		/* of all its records */
	uint64_t damaged;		/* lines, as in struct archive_scan */
	uint64_t damaged_lines[ARCHIVE_DAMAGED_LINES];
	bool torn;
	bool empty;
	bool is_thinned;		/* records are of five minutes */
	bool is_indexed;
};

/** How a series comes into the range. */
enum explain_begin {
	EXPLAIN_NEW,		/* the kernel, or an import, began to count, at 0 */
	EXPLAIN_GOES_ON,	/* it has records before the range */
	EXPLAIN_LACKS_BEGIN,	/* what it counted before is in no file */
};

struct explain_series {
	uint64_t series;
	enum explain_begin begin;
	bool is_import;
	struct origin origin;		/* where it comes from, if a file or the source tells */
	struct counters base;		/* the state before its first record here */
	int64_t created;		/* by the kernel, or LIVE_UNKNOWN */
	struct explain_sum sum;
};

enum explain_remark_kind {
	EXPLAIN_GAP,		/* counted at unknown times in (since, time] */
	EXPLAIN_MISSING,	/* lost records, counted at a guessed time */
	EXPLAIN_LEFT_OUT,	/* records that were taken away, not counted */
	EXPLAIN_CLOCK_BACK,	/* the clock was set back from since to time */
};

struct explain_remark {
	enum explain_remark_kind kind;
	bool has_file;
	struct archive_file file;
	uint64_t line;			/* of the file, or 0 */
	int64_t since;			/* 0: not known */
	int64_t time;
	struct counters counters;
};

/** Records of a series that go on from each other while the clock runs forward. */
struct explain_segment {
	uint64_t series;
	struct counters low;		/* the states it leads from and to */
	struct counters high;
	int64_t first_time;
	int64_t last_time;
	bool is_guess;			/* lost records: the times are guessed */
};

/** What is asked, and what was found. */
struct explain {
	/* asked */
	const char *monitor;
	struct time_range range;
	int32_t first_day;		/* the dates that it touches */
	int32_t last_day;
	const struct history *history;
	const char *zone;
	struct calendar *calendar;
	/* found */
	struct explain_file *files;
	size_t file_count;
	size_t file_capacity;
	struct explain_sum live;	/* samples that are not archived */
	struct explain_series *series;	/* in the order of their first records */
	size_t series_count;
	size_t series_capacity;
	struct explain_remark *remarks;
	size_t remark_count;
	size_t remark_capacity;
	struct archive_sources sources;		/* that the files tell */
	struct explain_segment *segments;	/* of the files around the range, too */
	size_t segment_count;
	size_t segment_capacity;
	struct counters total;		/* as reports add it up */
	int error;			/* -ENOMEM, or 0 */
};

/** explain_run - explain the query's first word, a monitor; what fails is reported */
void explain_run(const struct context *context, const struct query *query);

/** explain_interval - what a record is of, in seconds; @file: NULL for the kernel's */
int explain_interval(const struct explain_file *file);

/** explain_sum_join - add what @other has */
void explain_sum_join(struct explain_sum *sum, const struct explain_sum *other);

/** explain_text, explain_json - write what was found */
void explain_text(const struct explain *explain, FILE *output);
void explain_json(const struct explain *explain, FILE *output);

#endif
