/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The show-* and list commands: from source and archive to a renderer. */
#ifndef TRAFMETUX_SHOW_H
#define TRAFMETUX_SHOW_H

#include "report/query.h"
#include "report/selection.h"
#include "report/table.h"

/** show_run - a report; whatever fails is reported, and the rest is served */
void show_run(const struct context *context, const struct query *query);

/**
 * show_report_future - report a clock that is not believed, or else the selection's
 * files of the future
 */
void show_report_future(const struct selection *selection);

/** show_list - the monitors, live and archived */
void show_list(const struct context *context, const struct query *query);

/* From the histories of monitors to the table of a report. */

/** Start from all zero; report_table_free() releases it. */
struct report_table {
	struct table table;	/* a column for each history of the selection */
	struct rate_log *logs;	/* as many; NULL: no rates were asked for */
	size_t log_count;
};

/**
 * report_table_fill - read what the query asks for
 *
 * The table holds its range, with -t its last periods. Long reading is shown. Returns
 * 0 or -ENOMEM.
 */
int report_table_fill(struct report_table *report, const struct query *query,
		      const struct selection *selection);

/** report_table_free - release it; it is empty afterwards */
void report_table_free(struct report_table *report);

#endif
