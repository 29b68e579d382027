/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What commands that show traffic have in common. */
#ifndef TRAFMETUX_SHOW_CONTEXT_H
#define TRAFMETUX_SHOW_CONTEXT_H

#include "cli/context.h"
#include "report/query.h"
#include "report/show.h"

struct show_context {
	struct query query;
	struct show_request request;	/* of the query */
};

/**
 * show_context_open - what is asked of reports
 * @name:	of the report, such as "hourly"
 *
 * Returns STATUS_DONE; or STATUS_USAGE for a range that ends before it begins, which is
 * reported.
 */
int show_context_open(struct show_context *show, struct context *context,
		      const char *name);

/**
 * show_context_tell - say before a report which of its monitors should count, and don't
 * @count:	of the operands, how many are columns
 */
void show_context_tell(const struct show_context *show,
		       const struct context *context, size_t count);

/**
 * show_context_tell_clock - say that the clock is not believed
 * @count:	of the operands, how many are monitors
 *
 * What the kernel has counted and could not be archived is shown at the newest record
 * then. Not of the copy of an archive that this machine does not count into.
 */
void show_context_tell_clock(const struct context *context, size_t count);

#endif
