/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an update has to say of a plan for as long as it is so. */
#ifndef TRAFMETUX_PLAN_TOLD_H
#define TRAFMETUX_PLAN_TOLD_H

#include <stdbool.h>

#include "plan/plan_view.h"

/**
 * plan_told_due - is it so, and to be told now?
 * @what:	"stop" and the like, for told.h; with the plan's name it is a key
 *
 * To a terminal it is told each time, and to cron by told.h's rule.
 */
bool plan_told_due(const struct plan_view *view, const char *what, bool is_so);

#endif
