/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Local times that a change of the clock skipped, or that came twice. */
#ifndef TRAFMETUX_LOCAL_TIME_H
#define TRAFMETUX_LOCAL_TIME_H

#include <stddef.h>
#include <stdint.h>

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
