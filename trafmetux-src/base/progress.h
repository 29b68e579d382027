/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line that tells how far work has come which takes longer than a second. */
#ifndef TRAFMETUX_PROGRESS_H
#define TRAFMETUX_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

#include "base/message.h"

/** Nothing is shown before this, and then as often as this, in milliseconds. */
#define PROGRESS_FIRST 1000
#define PROGRESS_AGAIN 200

struct progress {
	struct messages *messages;
	FILE *output;		/* a terminal; NULL: nothing is shown */
	uint64_t due;		/* when the line is to be shown, milliseconds */
};

/**
 * progress_start - begin work of unknown length
 * @output:	a terminal, or NULL
 */
struct progress progress_start(struct messages *messages, FILE *output);

/**
 * progress_step - tell how far it is
 * @what:	is being read
 *
 * Reads the clock each time: not to be called for every record.
 */
void progress_step(struct progress *progress, const char *what,
		   unsigned int percent);

/** progress_step_at - the same at a given time, in milliseconds, for tests */
void progress_step_at(struct progress *progress, const char *what,
		      unsigned int percent, uint64_t now);

/** progress_end - take the line away */
void progress_end(struct progress *progress);

#endif
