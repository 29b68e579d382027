// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/told.h"
#include "base/file.h"
#include "base/machine.h"
#include "cli/invocation.h"
#include "cli/meter_invocation.h"
#include "counting/counting.h"
#include "plan/plan_update.h"
#include "upkeep/update.h"

static void update_plans(struct invocation *invocation)
{
	struct config config;

	config_read(invocation->options->config_path,
		    invocation_wants_plans(invocation), &config,
		    invocation->context.messages);
	plan_update_run(&invocation->context, &config, invocation->options->config_path,
			&invocation->belief);
	config_free(&config);
}

/* The archive and the limits, then what counts. @told: what need not be said again. */
static void update(struct invocation *invocation, struct told *told)
{
	const struct options *options = invocation->options;
	struct monitor_names names = { 0 };
	struct counting_seen seen = { .list_error = 0 };
	const struct meter_request meter = invocation_meter_request(invocation);
	bool is_right;
	struct update_request request = {
		.context = &invocation->context,
		.names = &names,
		.now = options->now,
		.sync = options->sync,
		.belief = &invocation->belief,
		.seen = &seen,
		.told = told,
	};
	struct counting_update counting = {
		.context = &invocation->context,
		.seen = &seen,
		.is_own = invocation_is_own(invocation),
		.told = told,
		.place = place_find(),
	};

	/* Its reading needs to know what time it is. */
	if (invocation->source.merge)
		meter_again(&meter);
	source_report_members(invocation->context.messages, &invocation->source);
	is_right = invocation_find_names(invocation, &names);
	invocation->context.messages->is_partial |= names.count > 0 || !is_right;
	if (is_right)
		update_run(&request);
	/* A sample that it found may have shown that the clock is wrong. */
	counting.is_timed = belief_is_sure(&invocation->belief);
	if (!options->has_at)
		invocation->context.present = invocation->belief.present;
	update_plans(invocation);
	/* Last, as it may take seconds, and limits must not wait for it. */
	if (is_right)
		counting_update_run(&counting);
	belief_remember(&invocation->belief, options->archive_path);
	counting_seen_free(&seen);
	monitor_names_free(&names);
}

/* What lasts is said to cron when it begins, and then once a day. */
int command_update(struct invocation *invocation)
{
	const char *path = invocation->options->archive_path;
	struct messages *messages = invocation->context.messages;
	struct messages silent = { .silent = true };
	struct archive archive;
	struct told told;
	const bool remembers = invocation_is_own(invocation) &&
			       !invocation->context.progress_output;
	const bool is_open = remembers &&
			     archive_open(&archive, path, &silent) == 0;

	/* By the clock, right or wrong: what is taken for the present may stand still. */
	told_open(&told, is_open ? &archive : NULL,
		  remembers ? TRAFMETUX_RUN_PATH : NULL, invocation->clock.now);
	messages->is_due = told_line_due;
	messages->due_context = &told;
	belief_settle(&invocation->belief, path, &told, messages);
	update(invocation, &told);
	messages->is_due = NULL;
	told.is_whole = !messages->is_partial;
	told_close(&told);
	if (is_open)
		archive_close(&archive);
	return STATUS_DONE;
}
