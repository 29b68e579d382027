/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ledger as a table, as JSON and as CSV. */
#ifndef TRAFMETUX_LEDGER_RENDER_H
#define TRAFMETUX_LEDGER_RENDER_H

#include <stdio.h>

#include "base/quantity.h"
#include "plan/config.h"
#include "plan/ledger.h"
#include "plan/plan_view.h"

/** It grows when a key changes its meaning or goes, not when one is added. */
#define LEDGER_JSON_VERSION 1

struct ledger_view {
	const char *plan;		/* its name */
	const char *zone;		/* local time while it is written */
	const struct ledger_row *rows;
	size_t count;
	int64_t present;		/* tells the open period */
	struct unit unit;		/* of the table; the others are in bytes */
};

/** ledger_write_table - aligned columns under a line of their names */
void ledger_write_table(const struct ledger_view *view, FILE *output);

/** ledger_write_json - as docs/trafmetux-ledger.schema.json has it */
void ledger_write_json(const struct ledger_view *view, FILE *output);

/** ledger_write_csv - a line of names, and one for each period */
void ledger_write_csv(const struct ledger_view *view, FILE *output);

/* A plan as it might be: the archive replayed against other settings. */

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
void plan_what_if_write(const struct context *context,
			const struct plan *plan, const struct plan *other,
			const struct unit *unit);

#endif
