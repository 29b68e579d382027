/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instants as ISO 8601 writes them, with the local clock's offset from UTC. */
#ifndef TRAFMETUX_TIMESTAMP_H
#define TRAFMETUX_TIMESTAMP_H

#include <stddef.h>
#include <stdint.h>

#include "time/calendar.h"

/** Room for a timestamp and its NUL. */
#define TIMESTAMP_SIZE 40

/**
 * timestamp_format - write "YYYY-MM-DDTHH:MM:SS+HH:MM"; returns its length
 * @instant:	epoch seconds, 0 to SAMPLE_TIME_MAX
 *
 * An offset of odd seconds, as zones had before 1972, is cut to minutes, and so
 * is the time beside it: together they are the instant.
 */
size_t timestamp_format(struct calendar *calendar, int64_t instant,
			char text[TIMESTAMP_SIZE]);

/**
 * timestamp_parse - read epoch seconds, ISO 8601 or a local time
 *
 *	time = seconds / date ("T" / " ") HH:MM [":" SS] [offset]
 *	offset = "Z" / ("+" / "-") HH [":"] MM
 *
 * Without an offset it is local time, see clock_parse().
 *
 * Returns 0, or -EINVAL for anything else and for a local time that never was.
 */
int timestamp_parse(const char *text, int64_t *instant);

/**
 * timestamp_parse_words - likewise, as it is given on the command line
 *
 * A blank stands between date and time, and may stand before the offset, as in
 * "2026-10-25 02:30 +02:00".
 */
int timestamp_parse_words(const char *text, int64_t *instant);

#endif
