/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRAFMETUX_CONTEXT_H
#define TRAFMETUX_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/message.h"
#include "source/source.h"
#include "time/calendar.h"

/**
 * struct context - what reports, plans, imports and all else work on
 *
 * Made once, by whoever runs them, and handed down as it is; what is asked stands
 * beside it. Who asks otherwise, of another time or in silence, makes a copy. A thread
 * needs a calendar, messages and an output of its own.
 */
struct context {
	const struct source *source;
	const char *archive_path;
	bool expects;		/* monitors of this machine are to count, counting.h */
	struct calendar *calendar;	/* the reader's */
	int64_t present;	/* epoch seconds, such that is believed */
	bool is_past;		/* that is another time's: what came later is left out */
	struct messages *messages;
	FILE *output;
	FILE *progress_output;	/* a terminal, or NULL */
};

#endif
