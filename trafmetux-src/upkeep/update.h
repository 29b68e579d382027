/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The update command: from the source into the archive. */
#ifndef TRAFMETUX_UPDATE_H
#define TRAFMETUX_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "upkeep/archive_write.h"
#include "index/belief.h"
#include "time/calendar.h"
#include "counting/counting_update.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "source/source.h"

struct update_request {
	const struct source *source;
	const char *archive_path;
	const struct monitor_names *names;	/* sorted; none: all the source has */
	bool now;		/* the present reading too, not only samples */
	enum archive_sync sync;
	struct belief *belief;	/* settled; of the source too */
	struct calendar *calendar;
	struct messages *messages;
	struct counting_seen *seen;	/* {0}; the caller frees it; or NULL */
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

#endif
