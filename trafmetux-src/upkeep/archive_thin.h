/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of minutes put together to records of five minutes. */
#ifndef TRAFMETUX_ARCHIVE_THIN_H
#define TRAFMETUX_ARCHIVE_THIN_H

#include <stdint.h>

#include "archive/archive_entry.h"
#include "time/calendar.h"

/**
 * archive_thin_start - when the interval of a record began
 * @time:	the record's; it belongs to time - 1
 *
 * Intervals are those of rates, five minutes by the clock of UTC, cut where a local
 * hour begins, which in all zones of today none needs to be. So whatever is told by
 * the hour, or as a 95th percentile, stays what it is.
 *
 * Returns epoch seconds.
 */
int64_t archive_thin_start(struct calendar *calendar, int64_t time);

/**
 * archive_thin - put records of the same interval together
 * @entries:	of a whole file, as archive_scan_read() made them; what is put together
 *		becomes one entry
 *
 * Records stay apart where one of them says that it began before the interval, and
 * where the clock was set back between them. All "@" lines stay, since each of them
 * limits what a damaged line can do, and so does the record after each: whether
 * something is missing before it is judged by its time and its growth.
 */
void archive_thin(struct archive_entries *entries, struct calendar *calendar);

#endif
