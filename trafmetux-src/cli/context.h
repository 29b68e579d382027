/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command works with: what was asked for, and the world that it acts on. */
#ifndef TRAFMETUX_CONTEXT_H
#define TRAFMETUX_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "cli/command.h"
#include "cli/options.h"
#include "index/belief.h"
#include "source/source.h"
#include "time/calendar.h"

struct context {
	const struct command *command;
	struct options *options;
	struct clock_reading clock;
	struct belief belief;
	struct source source;
	struct calendar calendar;
	int64_t present;	/* --at, or what is believed */
	struct messages *messages;
	FILE *output;
	FILE *progress;		/* for progress; NULL: nobody looks */
};

/** context_open - find it; valid until context_close() */
void context_open(struct context *context, const struct command *command,
		  struct options *options, struct messages *messages);

/** context_close - release it */
void context_close(struct context *context);

/**
 * context_find_names - the monitors that are named, sorted; the caller's to free
 *
 * False when none of them could be one. Those are reported.
 */
bool context_find_names(const struct context *context,
			struct monitor_names *names);

/** context_is_own - is the archive the one of what this machine counts? */
bool context_is_own(const struct context *context);

#endif
