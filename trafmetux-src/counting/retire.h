/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The retire command: a monitor that counts no more is meant to. */
#ifndef TRAFMETUX_RETIRE_H
#define TRAFMETUX_RETIRE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/message.h"
#include "base/monitor_name.h"
#include "source/source.h"

struct retire_request {
	const struct source *source;
	const char *archive_path;
	const struct monitor_names *names;
	bool undo;		/* they are to count again */
	int64_t present;	/* epoch seconds */
	struct messages *messages;
	FILE *output;
};

/**
 * retire_run - note that monitors are not expected to count, or that they are
 *
 * Their figures stay. A monitor that rules still feed is not retired: one that has fewer
 * than it had is expected to have no more; one that rules
 * feed again is retired no more, at the next update.
 */
void retire_run(const struct retire_request *request);

#endif
