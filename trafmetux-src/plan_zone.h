/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The zone that a plan's ISP counts in. The C library has one zone at a time, TZ;
 * so it is changed for as long as a plan is worked on.
 */
#ifndef TRAFMETUX_PLAN_ZONE_H
#define TRAFMETUX_PLAN_ZONE_H

#include "plan.h"

/** What was before; plan_zone_leave() releases it. */
struct plan_zone {
	char *before;		/* NULL: TZ was not set */
	bool is_changed;
};

/**
 * plan_zone_enter - let local time be the plan's
 *
 * Calendars that were used before must not be used until it is left. Returns 0
 * or -ENOMEM.
 */
int plan_zone_enter(struct plan_zone *zone, const struct plan *plan);

/** plan_zone_leave - let local time be what it was before */
void plan_zone_leave(struct plan_zone *zone);

#endif
