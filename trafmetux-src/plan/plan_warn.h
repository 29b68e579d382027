/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a plan's hook for each threshold that was crossed, once. */
#ifndef TRAFMETUX_PLAN_WARN_H
#define TRAFMETUX_PLAN_WARN_H

#include "plan/plan_view.h"

/**
 * plan_warn - give the warnings that are due
 * @view:	open; the plan's lock is held
 *
 * Of the present period and of the one before it. A hook that fails is reported
 * and tried again by the next update, and what would come after it waits.
 */
void plan_warn(struct plan_view *view);

#endif
