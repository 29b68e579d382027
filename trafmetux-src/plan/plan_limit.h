/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a plan has left, handed to the kernel as its monitor's limit. */
#ifndef TRAFMETUX_PLAN_LIMIT_H
#define TRAFMETUX_PLAN_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "base/monitor_name.h"
#include "index/clock_memory.h"
#include "plan/plan_view.h"

/*
 * The limits that plans set last: .limits in the archive's directory, see
 * docs/plans.md. A new start of the kernel has none of them; where a plan can't be read
 * then, they are set again by this.
 */

/** In the place of a limit that can't be read; the kernel takes it for "none". */
#define LIMIT_UNKNOWN 0

/** What leaves nothing. */
#define LIMIT_LEAST 1

/** In the archive's directory. */
#define LIMIT_MEMORY_NAME ".limits"

/** What a plan left to its monitor; in free windows too, which may end unseen. */
struct limit_kept {
	char plan[MONITOR_NAME_SIZE];
	char monitor[MONITOR_NAME_SIZE];
	uint64_t series;	/* of the monitor */
	uint64_t limit;		/* bytes of this series; or LIMIT_UNKNOWN */
};

/** Start from {0}; limit_memory_free() releases it. */
struct limit_memory {
	struct limit_kept *list;
	size_t count;
	size_t capacity;
	bool is_damaged;	/* it may have had more */
};

/**
 * limit_memory_read - read the file
 *
 * What can't be read of it is reported; of a line that can't be, the names are taken if
 * they are whole. Returns 0, or -ENOMEM.
 */
int limit_memory_read(struct limit_memory *memory,
		      const struct archive *archive);

/** limit_memory_find - what is kept of a plan, or NULL */
const struct limit_kept *limit_memory_find(const struct limit_memory *memory,
					   const char *plan);

/**
 * limit_memory_keep - remember a plan's limit in the place of its last one
 *
 * Nothing is written that is there already. What fails is reported.
 */
void limit_memory_keep(const struct archive *archive,
		       const struct limit_kept *kept);

/**
 * limit_memory_mend - the file is whole again: it had no more than it has
 *
 * To be called when each plan that stops has its line. Nothing is reported.
 */
void limit_memory_mend(const struct archive *archive);

/** limit_memory_forget - the plan has none any more; what fails is reported */
void limit_memory_forget(const struct archive *archive, const char *plan);

/** limit_memory_free - release it; it is empty afterwards */
void limit_memory_free(struct limit_memory *memory);

/** A monitor's limit, while the plans that stop it are asked. */
struct plan_limit {
	uint64_t present;	/* as it was when the last one was asked; 0: none */
	uint64_t wanted;	/* the lowest of theirs; 0: none */
	bool is_known;		/* there is such a plan, and a kernel to take it */
	bool is_kept;	/* one could not be asked: it is lowered, but not raised */
};

/**
 * plan_limit_ask - what should the limit of a plan's monitor be?
 * @view:	reckoned up to the present, of a plan that asks for it ("stop")
 * @limit:	of all plans that stop the monitor, the one with the least left counts
 * @kept:	what is to be remembered of this one; {0}, and so it stays where nothing
 *		can be known; of several calls the least counts
 *
 * The limit is of the monitor's own bytes: those it has, and what is left of the
 * present period before calibration. In a free window there is none, and where
 * nothing is left it is below what the monitor has. What the ISP adds to each
 * packet is known only afterwards; the next update takes it into account.
 *
 * While the clock is not believed it is what was left at the newest record, less all
 * that was counted since, in free windows too; a plan that had not begun has its
 * amount. Where the archive can't be read and there is no limit yet, it is at most
 * the plan's amount; where only some of it can't, no more than is remembered.
 *
 * What fails is reported.
 */
void plan_limit_ask(const struct plan_view *view, struct plan_limit *limit,
		    struct limit_kept *kept);

/**
 * plan_limit_set - have the kernel's rules stop where the plans are used up
 * @plan:	one that stops the monitor
 *
 * What fails is reported.
 */
void plan_limit_set(const struct context *context, const char *plan,
		    const char *monitor, const struct plan_limit *limit);

/**
 * plan_limit_restore - set the limit of a plan that can't be read, as it was last
 *
 * After a new start it is what was left by the archive. It is lowered at most. What
 * fails is reported.
 */
void plan_limit_restore(const struct context *context,
			const struct archive *archive,
			const struct limit_kept *kept);

/**
 * plan_limit_drop - take the limit of a plan away that is no more, if only plans set it
 *
 * What of it the kernel keeps is told.
 */
void plan_limit_drop(const struct context *context, const char *config_path,
		     const struct limit_kept *kept);

#endif
