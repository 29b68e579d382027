/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From the histories of a plan's monitors to its pace. */
#ifndef TRAFMETUX_PLAN_PACE_H
#define TRAFMETUX_PLAN_PACE_H

#include "plan/pace.h"
#include "plan/plan_view.h"

/**
 * plan_pace - how fast the plan is used up
 * @view:	open, with a present period
 *
 * Of "larger of A and B" it is the pace of the one that was larger of late.
 *
 * Returns 0 or -ENOMEM.
 */
int plan_pace(struct plan_view *view, struct pace *pace);

#endif
