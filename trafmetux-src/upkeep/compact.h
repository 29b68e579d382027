/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compact command: one file for each month that is over, and fewer records. */
#ifndef TRAFMETUX_COMPACT_H
#define TRAFMETUX_COMPACT_H

#include <stdint.h>

#include "archive/context.h"
#include "base/monitor_name.h"

/** All minutes are kept. */
#define COMPACT_KEEP_ALL INT64_C(-1)

/**
 * compact_run - join the files of days into files of months
 * @names:	only these; empty: every monitor
 * @keep_minutes:	of months that ended so many days ago; or COMPACT_KEEP_ALL
 *
 * A month's days stay beside its file for an hour at least, for those who have
 * begun to read them; the next run takes them away, and one after that puts the minutes
 * of months that are old enough together. What it did is written, a line
 * for each monitor; months that are not whole stay as they are, and so do all days
 * of which something is not in the month's file, which is reported.
 */
void compact_run(const struct context *context, const struct monitor_names *names,
		 int64_t keep_minutes);

#endif
