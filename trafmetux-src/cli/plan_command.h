/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The commands about plans: from the command line to those who answer. */
#ifndef TRAFMETUX_PLAN_COMMAND_H
#define TRAFMETUX_PLAN_COMMAND_H

#include <stdint.h>
#include <stdio.h>

#include "index/belief.h"
#include "time/calendar.h"
#include "base/message.h"
#include "cli/options.h"
#include "source/source.h"

struct plan_command {
	const struct options *options;
	const struct source *source;
	struct calendar *calendar;
	struct belief *belief;	/* of the source too */
	struct messages *messages;
	FILE *output;
};

/**
 * plan_command_run - run one of them
 *
 * Returns the exit status, if it is not for the messages to tell: 2 for a wrong
 * command line, and that of check.
 */
int plan_command_run(const struct plan_command *command);

/** plan_command_update - what an update does for plans */
void plan_command_update(const struct plan_command *command);

#endif
