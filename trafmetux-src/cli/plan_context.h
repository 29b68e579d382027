/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands about plans have in common: the configuration, and one plan of it. */
#ifndef TRAFMETUX_PLAN_CONTEXT_H
#define TRAFMETUX_PLAN_CONTEXT_H

#include <stdbool.h>

#include "cli/context.h"
#include "plan/config.h"
#include "plan/plan_view.h"

/** plan_context_request - what is asked of plans; valid as long as @context */
struct plan_request plan_context_request(const struct context *context);

/** plan_context_is_wanted - should there be a configuration? Nobody needs one. */
bool plan_context_is_wanted(const struct context *context);

/**
 * plan_context_tell - say before figures what makes them doubtful
 * @plan:	whose figures they are; NULL: of all there is
 */
void plan_context_tell(const struct context *context, const struct plan *plan);

/**
 * plan_context_run - let a command answer about the plan that is its first operand
 * @answer:	is called with the plan if it can be used; what it returns is returned
 *
 * Else why not is reported, and STATUS_DONE returned.
 */
int plan_context_run(struct context *context,
		     int (*answer)(struct context *context,
				   const struct plan_request *request,
				   const struct config_plan *found));

#endif
