/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs the command that was asked for, on the machine's clock and its files. */
#ifndef TRAFMETUX_COMMAND_RUN_H
#define TRAFMETUX_COMMAND_RUN_H

#include "base/message.h"
#include "cli/options.h"

/** Exit statuses; docs/trafmetux.8 promises them. */
enum {
	STATUS_DONE = 0,
	STATUS_TROUBLE = 1,
	STATUS_USAGE = 2,
};

/**
 * command_run - run a command; it writes to stdout
 *
 * Returns STATUS_USAGE, a plugin's state, or STATUS_DONE: the messages tell then
 * whether there was trouble.
 */
int command_run(const struct options *options, struct messages *messages);

#endif
