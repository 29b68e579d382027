/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan has left, handed to the kernel as its monitor's limit. */
#ifndef TRAFMETUX_PLAN_LIMIT_H
#define TRAFMETUX_PLAN_LIMIT_H

#include "plan/plan_view.h"

/** A monitor's limit, while the plans that stop it are asked. */
struct plan_limit {
	uint64_t present;	/* as it was when the last one was asked; 0: none */
	uint64_t wanted;	/* the lowest of theirs; 0: none */
	bool is_known;		/* there is such a plan, and a kernel to take it */
	bool is_kept;		/* one could not be asked: it is lowered, but not raised */
};

/**
 * plan_limit_ask - what should the limit of a plan's monitor be?
 * @view:	reckoned up to the present, of a plan that asks for it ("stop")
 * @limit:	of all plans that stop the monitor, the one with the least left counts
 *
 * The limit is of the monitor's own bytes: those it has, and what is left of the
 * present period before calibration. In a free window there is none, and where
 * nothing is left it is below what the monitor has. What the ISP adds to each
 * packet is known only afterwards; the next update takes it into account.
 *
 * While the clock is not believed it is what was left at the newest record, less all
 * that was counted since, in free windows too; a plan that had not begun has its
 * amount. Where the archive can't be read and there is no limit yet, it is at most
 * the plan's amount.
 *
 * What fails is reported.
 */
void plan_limit_ask(const struct plan_view *view, struct plan_limit *limit);

/**
 * plan_limit_set - have the kernel's rules stop where the plans are used up
 * @plan:	one that stops its monitor
 *
 * What fails is reported.
 */
void plan_limit_set(const struct plan_request *request, const struct plan *plan,
		    const struct plan_limit *limit);

#endif
