/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ledger as a table, as JSON and as CSV. */
#ifndef TRAFMETUX_LEDGER_RENDER_H
#define TRAFMETUX_LEDGER_RENDER_H

#include <stdio.h>

#include "plan/ledger.h"
#include "base/quantity.h"

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

#endif
