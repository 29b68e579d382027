/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What holds for every plan that was made of settings. */
#ifndef TRAFMETUX_FUZZ_PLAN_H
#define TRAFMETUX_FUZZ_PLAN_H

#include "plan/config.h"

/** fuzz_plan_check - abort unless the plan is as its headers promise */
void fuzz_plan_check(const struct config_plan *plan);

#endif
