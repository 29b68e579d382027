/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The update command: from the source into the archive. */
#ifndef TRAFMETUX_UPDATE_H
#define TRAFMETUX_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/context.h"
#include "base/monitor_name.h"
#include "counting/counting.h"
#include "index/archive_walk.h"
#include "index/belief.h"
#include "upkeep/archive_write.h"

struct update_request {
	const struct context *context;
	const struct monitor_names *names;	/* sorted; none: all the source has */
	bool now;		/* the present reading too, not only samples */
	enum archive_sync sync;
	struct belief *belief;	/* settled; of the source too */
	struct counting_seen *seen;	/* {0}; the caller frees it; or NULL */
	struct told *told;	/* what need not be said again; or NULL */
};

/**
 * update_run - archive what the source has and the archive lacks
 *
 * Whatever fails is reported, and the other monitors are still served; with @seen, why
 * the source has no list is left to counting_update_run(). Running
 * it twice, or again after it was killed anywhere, changes no total.
 *
 * While the clock is not believed nothing is archived: the kernel has it. With @now,
 * after which the kernel may have it no longer, it is archived as of so long after
 * the newest record as the machine has been up.
 */
void update_run(const struct update_request *request);

/* Inside an update. What could not be archived, since no time was known at all. */

/** update_held_names - add the monitors of which something is held; 0 or -ENOMEM */
int update_held_names(const struct update_request *request,
		      struct monitor_names *names);

/**
 * update_held - archive what is held, or keep it over the restart
 * @locked:	sorted; others are left for another update
 *
 * What the archive has is held no longer. What fails is reported.
 */
void update_held(const struct update_request *request,
		 struct archive_write *write,
		 const struct monitor_names *locked);

#endif
