/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The live view: the row of the present period, again and again, with the rate
 * at which it grows. Only the source is read again; what is archived was read
 * at the start.
 */
#ifndef TRAFMETUX_FOLLOW_H
#define TRAFMETUX_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "report/query.h"
#include "report/render.h"
#include "report/show.h"

/** Of --interval, in milliseconds. */
#define FOLLOW_INTERVAL 1000

/** Time, so that tests can make their own. */
struct follow_clock {
	int64_t (*present)(void *context);	/* epoch seconds */
	uint64_t (*monotonic)(void *context);	/* microseconds */
	/* Waits up to a monotonic time; false when the view is to end. */
	bool (*wait)(void *context, uint64_t until);
	void *context;
};

/**
 * follow_clock_start - the machine's clock, ended by SIGINT and SIGTERM
 *
 * Blocks these two for the process, and waits for them while waiting.
 */
struct follow_clock follow_clock_start(void);

/**
 * follow_run - show rows until the clock says so or the output is gone
 *
 * query.times limits the rows. What can't be read is reported once.
 */
void follow_run(const struct context *context, const struct query *query,
		const struct follow_clock *clock);

#endif
