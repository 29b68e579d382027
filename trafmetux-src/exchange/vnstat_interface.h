/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An interface of vnStat's while it is imported. */
#ifndef TRAFMETUX_VNSTAT_INTERFACE_H
#define TRAFMETUX_VNSTAT_INTERFACE_H

#include "exchange/import.h"
#include "exchange/import_vnstat.h"

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
