/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The compact command: one file for each month that is over, and fewer records. */
#ifndef TRAFMETUX_COMPACT_H
#define TRAFMETUX_COMPACT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "time/calendar.h"
#include "base/message.h"
#include "base/monitor_name.h"

struct compact_request {
	const char *archive_path;
	const struct monitor_names *names;	/* empty: every monitor */
	int64_t present;			/* epoch seconds */
	bool has_keep_minutes;
	int64_t keep_minutes;			/* of months that ended so many days ago */
	struct calendar *calendar;
	struct messages *messages;
	FILE *progress_output;			/* a terminal, or NULL */
	FILE *output;
};

/**
 * compact_run - join the files of days into files of months
 *
 * A month's days stay beside its file for an hour at least, for those who have
 * begun to read them; the next run takes them away, and one after that puts the minutes
 * of months that are old enough together. What it did is written, a line
 * for each monitor; months that are not whole stay as they are, and so do all days
 * of which something is not in the month's file, which is reported.
 */
void compact_run(const struct compact_request *request);

#endif
