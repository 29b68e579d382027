/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The overlapping views that vnStat keeps of the same traffic: pieces of five
 * minutes, hours, days, months, years and the total.
 */
#ifndef TRAFMETUX_VNSTAT_H
#define TRAFMETUX_VNSTAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exchange/import.h"

/** The views, the finest first. */
enum vnstat_view {
	VNSTAT_FIVE_MINUTES,
	VNSTAT_HOUR,
	VNSTAT_DAY,
	VNSTAT_MONTH,
	VNSTAT_YEAR,
	VNSTAT_TOTAL,
	VNSTAT_VIEWS,
};

enum { VNSTAT_RX, VNSTAT_TX, VNSTAT_DIRECTIONS };

/** An entry: the bytes of each direction from start up to, not including, end. */
struct vnstat_span {
	enum vnstat_view view;
	int64_t start;
	int64_t end;
	uint64_t bytes[VNSTAT_DIRECTIONS];
	bool is_top;		/* a day of those with most traffic */
	bool is_unused;		/* vnStat 1 says that it is not in use */
	bool is_gone;		/* see vnstat_remove() */
	int32_t date;		/* of a month: see vnstat_months.h */
	int64_t latest;		/* 0, or when a rest was at the latest */
	/* found by vnstat_settle(): what no finer entry holds, and when it was */
	uint64_t rest[VNSTAT_DIRECTIONS];
	int64_t rest_since;
	int64_t rest_time;
	/* while it looks for that */
	int64_t reached;	/* the end of the last finer entry */
	bool has_gap;
	bool is_closed;		/* after it, there was a finer entry that is no top day */
};

/** vnstat_view_name - its name in vnStat's JSON */
const char *vnstat_view_name(enum vnstat_view view);

/**
 * vnstat_settle - leave each byte to the finest entry that has it
 * @spans:	in any order; one of them is the total, around all others
 *
 * What an entry has more than the finer ones in it was where there are none: before
 * the first of these, which vnStat has not kept; or, if they begin with the entry, in
 * the first gap between or after them; or, if there is no gap, at its end. Top days
 * are kept for longer than what is around them, so gaps that nothing but top days
 * parts are one, and the rest is at its end. Afterwards the spans are in the order of
 * rest_time.
 *
 * Returns 0, or -EBADMSG when an entry has less than the finer ones in it, or
 * two overlap; @bad is a copy of it.
 */
int vnstat_settle(struct vnstat_span *spans, size_t count,
		  struct vnstat_span *bad);

/* An interface of vnStat's while it is imported. */

/** One interface; vnstat_free() releases it. */
struct vnstat {
	const struct import_request *request;
	const char *interface;
	bool is_first;			/* of vnStat 1, which dates its months */
	int64_t created;		/* 0: it is not told */
	int64_t updated;		/* when vnStat looked last */
	uint64_t total[VNSTAT_DIRECTIONS];
	bool has_changed;		/* MonthRotate; see vnstat_months_choose() */
	struct vnstat_span *spans;	/* all but the total */
	size_t count;
	size_t capacity;
};

/** Room for vnstat_amount(). */
#define VNSTAT_AMOUNT_SIZE 96

/**
 * vnstat_fault - report what is wrong with the file
 * @interface:	or NULL
 * @view:	or "", before the words
 *
 * Returns IMPORT_REPORTED.
 */
int vnstat_fault(const struct import_request *request, const char *interface,
		 const char *view, const char *words);

/** vnstat_refuse - the same for an interface, with a format; the words fit a line */
int vnstat_refuse(const struct vnstat *vnstat, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** vnstat_tell - say what became of something, in a line of the output */
void vnstat_tell(const struct vnstat *vnstat, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** vnstat_amount - "1.00 GB in, 20.00 MB out"; returns @text */
const char *vnstat_amount(const uint64_t bytes[VNSTAT_DIRECTIONS],
			  char text[VNSTAT_AMOUNT_SIZE]);

/** vnstat_sum - add to a sum, which stops at the largest number */
void vnstat_sum(uint64_t sum[VNSTAT_DIRECTIONS],
		const uint64_t bytes[VNSTAT_DIRECTIONS]);

/** vnstat_add - append a copy of @span; 0 or -ENOMEM */
int vnstat_add(struct vnstat *vnstat, const struct vnstat_span *span);

/** vnstat_remove - take away the spans that are marked as gone */
void vnstat_remove(struct vnstat *vnstat);

/** vnstat_has_day - is there a day that begins at @start? */
bool vnstat_has_day(const struct vnstat *vnstat, int64_t start);

/** vnstat_add_total - append the total, around all there is; 0 or -ENOMEM */
int vnstat_add_total(struct vnstat *vnstat);

/**
 * vnstat_growth - what of a span, which vnstat_settle() has settled, is imported
 *
 * Nothing was counted before vnStat began or after it looked last.
 */
struct sample vnstat_growth(const struct vnstat *vnstat,
			    const struct vnstat_span *span, int direction);

/**
 * vnstat_add_monitors - import the spans, which vnstat_settle() has settled
 *
 * Returns 0, -ENOMEM or IMPORT_REPORTED.
 */
int vnstat_add_monitors(const struct vnstat *vnstat,
			struct import_files *files);

/** vnstat_free - release the spans */
void vnstat_free(struct vnstat *vnstat);

#endif
