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

/* Local times that a change of the clock skipped, or that came twice. */

/** Room for what local_time_explain() says. */
#define LOCAL_TIME_WORDS_SIZE 192

/** How often a local time came. */
enum local_time_kind {
	LOCAL_TIME_NONE,	/* it is no "YYYY-MM-DD HH:MM[:SS]" */
	LOCAL_TIME_SKIPPED,
	LOCAL_TIME_ONCE,
	LOCAL_TIME_TWICE,
};

/**
 * local_time_explain - say what is the matter with a local time
 * @text:	as for clock_parse(); between date and time may be any one character
 * @words:	LOCAL_TIME_WORDS_SIZE; for SKIPPED and TWICE: what it is, and what to
 *		write instead; else ""
 * @second:	of TWICE: the later one of the two instants
 */
enum local_time_kind local_time_explain(const char *text, char *words,
					int64_t *second);

#endif
