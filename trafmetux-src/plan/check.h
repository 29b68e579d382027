/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The check command: a plan as a monitoring plugin, by the Monitoring Plugins
 * Development Guidelines: one line, performance data, four exit statuses.
 */
#ifndef TRAFMETUX_CHECK_H
#define TRAFMETUX_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "plan/plan_view.h"

/** Exit statuses of plugins. */
enum check_status {
	CHECK_OK = 0,
	CHECK_WARNING = 1,
	CHECK_CRITICAL = 2,
	CHECK_UNKNOWN = 3,
};

/** Room for why there is no answer. */
#define CHECK_REASON_SIZE 512

/** So many seconds may pass before the answer. */
#define CHECK_TIMEOUT_SECONDS 10

/** After so many seconds without an update, data are stale. */
#define CHECK_STALE_SECONDS 900

struct check_options {
	const char *warning;	/* ranges; NULL: by the plan's own warnings */
	const char *critical;	/* NULL: above 100 % */
	uint64_t stale;		/* seconds */
};

/** check_run - write the line, and report nothing; returns the exit status */
enum check_status check_run(const struct context *context, const struct plan *plan,
			    const struct check_options *options);

/** check_unknown - write that there is no answer, and why; CHECK_UNKNOWN */
enum check_status check_unknown(FILE *output, const char *reason);

/**
 * check_limit_time - let the process end after so long, with CHECK_UNKNOWN
 * @seconds:	1 to UINT_MAX
 */
void check_limit_time(unsigned int seconds);

#endif
