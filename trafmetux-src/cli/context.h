/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a command works with: what was asked for, and the world that it acts on. */
#ifndef TRAFMETUX_CONTEXT_H
#define TRAFMETUX_CONTEXT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/machine.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "cli/command.h"
#include "cli/options.h"
#include "index/belief.h"
#include "plan/config.h"
#include "plan/plan_view.h"
#include "report/query.h"
#include "report/show.h"
#include "source/meter_pins.h"
#include "source/source.h"
#include "time/calendar.h"

struct context {
	const struct command *command;
	struct options *options;
	struct clock_reading clock;
	struct belief belief;
	struct source source;
	struct source_merge merge;
	char meter_folder[METER_PIN_SIZE];	/* where meters by BPF are */
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

/* What commands about plans have in common: the configuration, and one plan of it. */

/** plan_context_request - what is asked of plans; valid as long as @context */
struct plan_request plan_context_request(const struct context *context);

/** plan_context_is_wanted - should there be a configuration? Nobody needs one. */
bool plan_context_is_wanted(const struct context *context);

/**
 * plan_context_tell - say before figures what makes them doubtful
 * @plan:	whose figures they are; NULL: of all there is
 */
void plan_context_tell(const struct context *context, const struct plan *plan);

/**
 * plan_context_run - let a command answer about the plan that is its first operand
 * @answer:	is called with the plan if it can be used; what it returns is returned
 *
 * Else why not is reported, and STATUS_DONE returned.
 */
int plan_context_run(struct context *context,
		     int (*answer)(struct context *context,
				   const struct plan_request *request,
				   const struct config_plan *found));

/* What commands that show traffic have in common. */

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
