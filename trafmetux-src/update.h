/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The update command: from the source into the archive. */
#ifndef TRAFMETUX_UPDATE_H
#define TRAFMETUX_UPDATE_H

#include <stdbool.h>
#include <stdint.h>

#include "archive_write.h"
#include "calendar.h"
#include "message.h"
#include "monitor_name.h"
#include "source.h"

struct update_request {
	const struct source *source;
	const char *archive_path;
	const struct monitor_names *names;	/* sorted; none: all the source has */
	bool now;		/* the present reading too, not only samples */
	enum archive_sync sync;
	int64_t machine_time;	/* epoch seconds */
	struct calendar *calendar;
	struct messages *messages;
};

/**
 * update_run - archive what the source has and the archive lacks
 *
 * Whatever fails is reported, and the other monitors are still served. Running
 * it twice, or again after it was killed anywhere, changes no total.
 */
void update_run(const struct update_request *request);

#endif
