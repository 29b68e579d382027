/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of keys that a plan may have. To add one: a row here, a field of
 * struct plan, a paragraph of docs/trafmetux.conf.5.
 */
#ifndef TRAFMETUX_PLAN_KEYS_H
#define TRAFMETUX_PLAN_KEYS_H

#include "plan/plan.h"

struct plan_key {
	const char *name;
	bool is_needed;
	bool may_repeat;
	/* Returns 0, -EINVAL with @words filled (PLAN_FAULT_SIZE), or -ENOMEM. */
	int (*take)(struct plan *plan, const char *value, char *words);
};

/** In the order in which they are taken, wherever they stand. */
extern const struct plan_key plan_keys[];
extern const size_t plan_key_count;

#endif
