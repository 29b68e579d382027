// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/told.h"
#include "base/file.h"
#include "base/machine.h"
#include "cli/context.h"
#include "cli/meter_context.h"
#include "counting/counting.h"
#include "plan/plan_update.h"
#include "upkeep/update.h"

static void update_plans(struct context *context)
{
	const struct plan_request request = plan_context_request(context);
	struct config config;

	config_read(context->options->config_path,
		    plan_context_is_wanted(context), &config,
		    context->messages);
	plan_update_run(&request, &config, context->options->config_path,
			&context->belief);
	config_free(&config);
}

/* The archive and the limits, then what counts. @told: what need not be said again. */
static void update(struct context *context, struct told *told)
{
	const struct options *options = context->options;
	struct monitor_names names = { 0 };
	struct counting_seen seen = { .list_error = 0 };
	const struct meter_request meter = meter_context_request(context);
	bool is_right;
	struct update_request request = {
		.source = &context->source,
		.archive_path = options->archive_path,
		.names = &names,
		.now = options->now,
		.sync = options->sync,
		.belief = &context->belief,
		.calendar = &context->calendar,
		.messages = context->messages,
		.seen = &seen,
		.told = told,
	};
	const struct counting_update counting = {
		.source = &context->source,
		.archive_path = options->archive_path,
		.seen = &seen,
		.expects = context_is_own(context),
		.told = told,
		.place = place_find(),
		.present = context->belief.present,
		.is_timed = belief_is_sure(&context->belief),
		.messages = context->messages,
	};

	/* Its reading needs to know what time it is. */
	if (context->source.merge)
		meter_again(&meter);
	source_report_twice(context->messages, &context->source);
	is_right = context_find_names(context, &names);
	context->messages->is_partial |= names.count > 0 || !is_right;
	if (is_right)
		update_run(&request);
	update_plans(context);
	/* Last, as it may take seconds, and limits must not wait for it. */
	if (is_right)
		counting_update_run(&counting);
	belief_remember(&context->belief, options->archive_path);
	counting_seen_free(&seen);
	monitor_names_free(&names);
}

/* What lasts is said to cron when it begins, and then once a day. */
int command_update(struct context *context)
{
	const char *path = context->options->archive_path;
	struct messages *messages = context->messages;
	struct messages silent = { .silent = true };
	struct archive archive;
	struct told told;
	const bool remembers = context_is_own(context) && !context->progress;
	const bool is_open = remembers &&
			     archive_open(&archive, path, &silent) == 0;

	/* By the clock, right or wrong: what is taken for the present may stand still. */
	told_open(&told, is_open ? &archive : NULL,
		  remembers ? TRAFMETUX_RUN_PATH : NULL, context->clock.now);
	messages->is_due = told_line_due;
	messages->due_context = &told;
	belief_settle(&context->belief, path, &told, messages);
	update(context, &told);
	messages->is_due = NULL;
	told.is_whole = !messages->is_partial;
	told_close(&told);
	if (is_open)
		archive_close(&archive);
	return STATUS_DONE;
}
