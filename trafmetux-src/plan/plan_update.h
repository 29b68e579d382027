/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an update does for plans, after the archive is up to date. */
#ifndef TRAFMETUX_PLAN_UPDATE_H
#define TRAFMETUX_PLAN_UPDATE_H

#include "index/belief.h"
#include "plan/config.h"
#include "plan/plan_view.h"

/**
 * So long after its end a period is recorded, in seconds: the kernel's last sample
 * of it may be late, and the clock may be set a little.
 */
#define PLAN_UPDATE_DELAY 300

/**
 * plan_update_run - record periods that are over, set limits, give warnings
 * @config_path: for messages
 * @belief:	settled; of the source too; what is told is remembered in it
 *
 * What a plan left is remembered: where the configuration can't be read, it is the
 * limit still, after a new start too.
 * While the clock is not believed, limits are set and nothing else.
 * A plan that another update is at work on is left to it. What fails is
 * reported; the other plans are still served.
 */
void plan_update_run(const struct context *context,
		     const struct config *config, const char *config_path,
		     struct belief *belief);

#endif
