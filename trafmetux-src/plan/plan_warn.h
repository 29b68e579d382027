/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Running a plan's hook for each threshold that was crossed, once. */
#ifndef TRAFMETUX_PLAN_WARN_H
#define TRAFMETUX_PLAN_WARN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "plan/plan_view.h"

/** The longest that a hook may take, in seconds; then it is killed. */
#define HOOK_SECONDS 60

/* Which warnings of a plan were given: plans/NAME.hooks, see docs/plans.md. */

/** A warning that was given. */
struct hook_given {
	int64_t start;		/* of the period */
	uint32_t threshold;	/* hundredths of a percent */
};

/** hook_log_free() releases it. */
struct hook_log {
	const struct archive *archive;
	const char *plan;
	bool has_begin;
	int64_t begin;		/* no warning is given of what ended before */
	struct hook_given *list;
	size_t count;
	size_t capacity;
};

/**
 * hook_log_read - read the file, or begin it
 * @present:	when it begins
 *
 * Returns 0, -ENOMEM, or -errno that was reported.
 */
int hook_log_read(struct hook_log *log, const struct archive *archive,
		  const char *plan, int64_t present);

/** hook_log_check - a sink, see plan_file.h, that looks at lines only */
int hook_log_check(void *context, const char *line, bool is_whole);

/** hook_log_holds - was that warning given? */
bool hook_log_holds(const struct hook_log *log, int64_t start,
		    uint32_t threshold);

/** hook_log_add - note that it was; 0, -ENOMEM, or -errno that was reported */
int hook_log_add(struct hook_log *log, int64_t start, uint32_t threshold,
		 int64_t present);

/** hook_log_free - release it */
void hook_log_free(struct hook_log *log);

/**
 * plan_warn - give the warnings that are due
 * @view:	open; the plan's lock is held
 *
 * Of the present period and of the one before it. A hook that fails is reported
 * and tried again by the next update, and what would come after it waits.
 */
void plan_warn(struct plan_view *view);

#endif
