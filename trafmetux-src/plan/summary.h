/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary command, and what no command at all says: how things stand. */
#ifndef TRAFMETUX_SUMMARY_H
#define TRAFMETUX_SUMMARY_H

#include <stdio.h>

#include "base/quantity.h"
#include "plan/config.h"
#include "plan/plan_view.h"

struct summary_request {
	const struct plan_request *request;
	const struct config *config;
	const char *config_path;
	struct calendar *calendar;	/* the reader's */
	struct unit unit;
	FILE *output;
};

/** So many monitors are shown next to plans. */
#define SUMMARY_LARGEST 5

/**
 * summary_run - each plan in words, then the largest monitors of this month
 *
 * Without plans, all monitors, and how to name a plan. What is wrong was
 * reported.
 */
void summary_run(const struct summary_request *request);

#endif
