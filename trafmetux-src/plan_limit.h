/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan has left, handed to the kernel as its monitor's limit. */
#ifndef TRAFMETUX_PLAN_LIMIT_H
#define TRAFMETUX_PLAN_LIMIT_H

#include "plan_view.h"

/**
 * plan_limit_set - have the kernel's rules stop where the plan is used up
 * @view:	reckoned up to the present, of a plan that asks for it ("stop")
 *
 * The limit is of the monitor's own bytes: those it has, and what is left of the
 * present period before calibration. In a free window there is none, and where
 * nothing is left it is below what the monitor has. What the ISP adds to each
 * packet is known only afterwards; the next update takes it into account.
 *
 * What fails is reported.
 */
void plan_limit_set(const struct plan_view *view);

#endif
