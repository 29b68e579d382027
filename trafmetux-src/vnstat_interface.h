/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An interface of vnStat's while it is imported. */
#ifndef TRAFMETUX_VNSTAT_INTERFACE_H
#define TRAFMETUX_VNSTAT_INTERFACE_H

#include "import.h"
#include "import_vnstat.h"

/** One interface; vnstat_free() releases it. */
struct vnstat {
	const struct import_request *request;
	struct import_files *files;
	const char *interface;
	int64_t created;
	int64_t updated;		/* when vnStat looked last */
	struct vnstat_span *spans;
	size_t count;
	size_t capacity;
};

/**
 * vnstat_fault - report what is wrong with the file
 * @interface:	or NULL
 * @view:	or "", before the words
 *
 * Returns IMPORT_REPORTED.
 */
int vnstat_fault(const struct import_request *request, const char *interface,
		 const char *view, const char *words);

/** vnstat_add - append a copy of @span; 0 or -ENOMEM */
int vnstat_add(struct vnstat *vnstat, const struct vnstat_span *span);

/** vnstat_has_day - is there a day that begins at @start? */
bool vnstat_has_day(const struct vnstat *vnstat, int64_t start);

/** vnstat_add_total - append the total, around all there is; 0 or -ENOMEM */
int vnstat_add_total(struct vnstat *vnstat,
		     const uint64_t bytes[VNSTAT_DIRECTIONS]);

/**
 * vnstat_add_monitors - import the spans, which vnstat_settle() has settled
 *
 * Returns 0, -ENOMEM or IMPORT_REPORTED.
 */
int vnstat_add_monitors(const struct vnstat *vnstat);

/** vnstat_free - release the spans */
void vnstat_free(struct vnstat *vnstat);

#endif
