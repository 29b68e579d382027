/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of a command: what was asked for, and the world that it acts on. */
#ifndef TRAFMETUX_INVOCATION_H
#define TRAFMETUX_INVOCATION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "archive/context.h"
#include "base/machine.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "cli/command.h"
#include "cli/options.h"
#include "index/belief.h"
#include "plan/config.h"
#include "report/query.h"
#include "source/meter_pins.h"
#include "source/source.h"
#include "source/source_choice.h"
#include "time/calendar.h"

struct invocation {
	struct context context;		/* what rooms below are handed */
	const struct command *command;
	struct options *options;
	struct clock_reading clock;
	struct belief belief;
	struct source source;
	struct source_merge merge;
	struct source_choice choice;	/* what the configuration chooses */
	char meter_folder[METER_PIN_SIZE];	/* where meters by BPF are */
	struct calendar calendar;
};

/** invocation_open - find it; valid until invocation_close() */
void invocation_open(struct invocation *invocation, const struct command *command,
		     struct options *options, struct messages *messages);

/** invocation_close - release it */
void invocation_close(struct invocation *invocation);

/**
 * invocation_find_names - the monitors that are named, sorted; the caller's to free
 *
 * False when none of them could be one. Those are reported.
 */
bool invocation_find_names(const struct invocation *invocation,
			   struct monitor_names *names);

/** invocation_is_own - is the archive the one of what this machine counts? */
bool invocation_is_own(const struct invocation *invocation);

/* What commands about plans have in common: the configuration, and one plan of it. */

/** invocation_wants_plans - should there be a configuration? Nobody needs one. */
bool invocation_wants_plans(const struct invocation *invocation);

/**
 * invocation_tell_plan - say before figures what makes them doubtful
 * @plan:	whose figures they are; NULL: of all there is
 */
void invocation_tell_plan(const struct invocation *invocation, const struct plan *plan);

/**
 * invocation_run_plan - let a command answer about the plan that is its first operand
 * @answer:	is called with the plan if it can be used; what it returns is returned
 *
 * Else why not is reported, and STATUS_DONE returned.
 */
int invocation_run_plan(struct invocation *invocation,
			int (*answer)(struct invocation *invocation,
				      const struct config_plan *found));

/* What commands that show traffic have in common. */

/**
 * invocation_query - what is asked of reports
 * @name:	of the report, such as "hourly"
 *
 * Returns STATUS_DONE; or STATUS_USAGE for a range that ends before it begins, which is
 * reported.
 */
int invocation_query(const struct invocation *invocation, const char *name,
		     struct query *query);

/**
 * invocation_tell - say before a report which of its monitors should count, and don't
 * @count:	of the operands, how many are columns
 */
void invocation_tell(const struct invocation *invocation, const struct query *query,
		     size_t count);

/**
 * invocation_tell_clock - say that the clock is not believed
 * @count:	of the operands, how many are monitors
 *
 * What the kernel has counted and could not be archived is shown at the newest record
 * then. Not of the copy of an archive that this machine does not count into.
 */
void invocation_tell_clock(const struct invocation *invocation, size_t count);

#endif
