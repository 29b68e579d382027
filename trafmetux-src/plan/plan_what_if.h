/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan as it might be: the archive replayed against other settings. */
#ifndef TRAFMETUX_PLAN_WHAT_IF_H
#define TRAFMETUX_PLAN_WHAT_IF_H

#include <stdio.h>

#include "plan/config.h"
#include "plan/plan_view.h"
#include "base/quantity.h"

/**
 * plan_what_if_make - a plan with some settings replaced
 * @changes:	"key=value"; a key that is repeated adds, an empty value removes
 * @plan:	to be freed after success only
 *
 * Returns 0, -EINVAL or -ENOMEM; what is wrong was reported.
 */
int plan_what_if_make(const struct config_plan *found, char *const changes[],
		      size_t count, struct messages *messages,
		      struct plan *plan);

/** plan_what_if_write - both plans' periods, and how many went over */
void plan_what_if_write(const struct plan_request *request,
			const struct plan *plan, const struct plan *other,
			const struct unit *unit, FILE *output);

#endif
