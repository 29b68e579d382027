/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan while a command works on it: its monitors, its zone and its ledger. */
#ifndef TRAFMETUX_PLAN_VIEW_H
#define TRAFMETUX_PLAN_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/context.h"
#include "plan/ledger.h"
#include "plan/plan.h"
#include "report/selection.h"
#include "time/calendar.h"

/** plan_is_sure - is the machine's clock believed? */
bool plan_is_sure(const struct context *context);

/** plan_view_close() releases it. */
struct plan_view {
	const struct plan *plan;
	bool is_anew;			/* closed periods are, too */
	struct calendar calendar;	/* in the plan's zone */
	struct selection selection;	/* has the context */
	struct ledger ledger;
	size_t passed_over;		/* records from while the clock was not set */
	size_t ahead;			/* records of a clock that was taken back */
	bool is_later;			/* there are records later than the present */
	const struct ledger_row *row;	/* the present period; or NULL */
	struct plan_by_clock *by_clock;	/* whose context it is; or NULL */
};

/**
 * plan_view_open - reckon a plan
 * @is_anew:	closed periods too, instead of as they were recorded
 *
 * While the clock is not believed, but may be right, it is by the clock if less is left
 * by that: then its context is not @context.
 *
 * What is wrong was reported.
 *
 * Returns 0; -ENOENT when a monitor is not there; -ENOMEM. It must be closed
 * either way.
 */
int plan_view_open(struct plan_view *view, const struct context *context,
		   const struct plan *plan, bool is_anew);

/** plan_view_close - release it */
void plan_view_close(struct plan_view *view);

#endif
