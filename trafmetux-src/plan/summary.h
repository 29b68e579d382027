/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The summary command, and what no command at all says: how things stand. */
#ifndef TRAFMETUX_SUMMARY_H
#define TRAFMETUX_SUMMARY_H

#include "base/quantity.h"
#include "plan/config.h"
#include "plan/plan_view.h"

/** So many monitors are shown next to plans. */
#define SUMMARY_LARGEST 5

/**
 * summary_run - each plan in words, then the largest monitors of this month
 *
 * Without plans, all monitors, and how to name a plan in @config_path. What is wrong
 * was reported.
 */
void summary_run(const struct context *context, const struct config *config,
		 const char *config_path, const struct unit *unit);

#endif
