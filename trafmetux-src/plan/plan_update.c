// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_update.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plan/ledger.h"
#include "plan/plan_file.h"
#include "plan/plan_limit.h"
#include "plan/plan_warn.h"

/* Records the periods that are over and are not recorded yet. */
static void record(struct plan_view *view)
{
	const struct ledger *ledger = &view->ledger;
	const int64_t present = view->selection.context->present;
	size_t first = 0;
	size_t end;

	if (view->is_later)
		ledger_file_set_back(&view->selection.archive,
				     view->plan->name, present);
	while (first < ledger->count && ledger->rows[first].is_recorded)
		first++;
	for (end = first; end < ledger->count; end++) {
		if (ledger->rows[end].period.end >
		    present - PLAN_UPDATE_DELAY)
			break;
	}
	if (end > first)
		ledger_file_append(&view->selection.archive, view->plan->name,
				   ledger->rows + first, end - first, present);
}

/* Once: the figures are right without what is passed over. */
static void tell_passed_over(const struct plan_view *view,
			     struct belief *belief)
{
	struct monitor_names *told = &belief->memory.plans;
	const char *plan = view->plan->name;

	if ((!view->passed_over && !view->ahead) || monitor_names_hold(told, plan))
		return;
	if (view->passed_over)
		message_note(view->selection.context->messages,
			     "%s: %zu periods of its ledger are from before 2002, when the clock was not set, and passed over",
			     plan, view->passed_over);
	if (view->ahead)
		message_note(view->selection.context->messages,
			     "%s: %zu line%s of its ledger, written while the clock was ahead, %s passed over",
			     plan, view->ahead, view->ahead == 1 ? "" : "s",
			     view->ahead == 1 ? "is" : "are");
	if (monitor_names_add(told, plan))
		return;
	monitor_names_sort(told);
	clock_memory_write(&belief->memory, &view->selection.archive, 0);
}

/* The plans of an update, and for each the limit of the monitor that it stops. */
struct plans {
	const struct context *context;
	const struct config *config;
	const char *config_path;
	struct belief *belief;
	struct archive archive;
	bool has_archive;
	struct limit_memory kept;	/* of plans that can't be read */
	struct plan_limit *limits;	/* of a monitor: of the first such plan */
};

static bool stops(const struct config_plan *plan, const char *monitor)
{
	return plan->is_right && plan->plan.stop &&
	       strcmp(plan->plan.columns[0], monitor) == 0;
}

/* The first plan that stops the monitor that the one @at stops. */
static size_t first_of(const struct plans *plans, size_t at)
{
	const struct config *config = plans->config;
	const char *monitor = config->plans[at].plan.columns[0];
	size_t first = 0;

	while (first < at && !stops(&config->plans[first], monitor))
		first++;
	return first;
}

/* Is there a plan that can't be read, and may stop the monitor? */
static bool may_stop(const struct plans *plans, const char *monitor)
{
	for (size_t at = 0; at < plans->kept.count; at++) {
		if (strcmp(plans->kept.list[at].monitor, monitor) == 0)
			return true;
	}
	return config_may_stop(plans->config, monitor);
}

/*
 * Asks a plan for the limit of its monitor, @view being NULL when it can't tell; the
 * last one that stops this monitor sets it.
 */
static void limit_monitor(const struct plans *plans, size_t at,
			  const struct plan_view *view, bool has_lock)
{
	const struct config *config = plans->config;
	const struct plan *plan = &config->plans[at].plan;
	const char *monitor = plan->columns[0];
	struct plan_limit *limit = &plans->limits[first_of(plans, at)];
	struct limit_kept kept = { .limit = 0 };
	bool is_last = true;

	for (size_t other = at + 1; other < config->count; other++)
		is_last &= !stops(&config->plans[other], monitor);
	/* What could not be read may be what uses it up. */
	limit->is_kept |= !has_lock || !view ||
			  view->selection.context->messages->trouble;
	if (view)
		plan_limit_ask(view, limit, &kept);
	if (is_last) {
		limit->is_kept |= may_stop(plans, monitor);
		plan_limit_set(plans->context, plan->name, monitor, limit);
	}
	if (has_lock && kept.limit)
		limit_memory_keep(&plans->archive, &kept);
}

/*
 * What one update does for a plan. Without a @lock nothing is written, and the limit
 * is lowered at most: another update may know better.
 */
static void reckon_plan(const struct plans *plans, size_t at, bool has_lock,
			struct messages *messages)
{
	const struct plan *plan = &plans->config->plans[at].plan;
	struct belief *belief = plans->belief;
	const bool may_write = has_lock && belief_is_sure(belief);
	struct context own = *plans->context;
	struct plan_view view;
	const struct plan_view *known = NULL;

	own.messages = messages;
	if (!plan_view_open(&view, &own, plan, false))
		known = &view;
	if (known && may_write && !messages->trouble)
		record(&view);
	if (plan->stop)
		limit_monitor(plans, at, known, has_lock);
	if (known && may_write)
		plan_warn(&view);
	/* Last, for the view looks into the memory of the clock. */
	if (known && has_lock)
		tell_passed_over(&view, belief);
	plan_view_close(&view);
}

static void update_plan(const struct plans *plans, size_t at)
{
	struct messages *shared = plans->context->messages;
	const struct plan *plan = &plans->config->plans[at].plan;
	/* Of this plan alone: what could not be read is not recorded. */
	struct messages messages = *shared;
	int lock = -ENOENT;

	if (plans->has_archive)
		lock = plan_file_lock(&plans->archive, plan->name);
	/* Who may not write was told so by the update. */
	if (plans->has_archive && lock < 0 && lock != -EAGAIN &&
	    !(shared->trouble && (lock == -EACCES || lock == -EPERM)))
		archive_report_lock(&messages, plans->archive.path, lock);
	messages.is_partial |= lock == -EAGAIN;
	if (lock < 0 && !plan->stop) {
		*shared = messages;
		return;
	}
	messages.trouble = false;
	messages.is_update = true;
	reckon_plan(plans, at, lock >= 0, &messages);
	if (lock >= 0)
		close(lock);
	messages.trouble |= shared->trouble ||
			    (lock < 0 && lock != -EAGAIN);
	messages.is_update = false;
	*shared = messages;
}

/* Is a plan that once set a limit still meant to, though it can't be read? */
static bool is_meant(const struct plans *plans, const struct limit_kept *kept,
		     const struct config_plan *found)
{
	return plans->config->is_unread || (found && !found->is_right) ||
	       config_may_stop(plans->config, kept->monitor);
}

static bool is_there(const struct source *source, const char *monitor)
{
	struct source_reading *reading = malloc(sizeof(*reading));
	const bool found = reading &&
		!source->operations->open(source, monitor, reading);

	if (found)
		source->operations->close(reading);
	free(reading);
	return found;
}

/*
 * Does the plan that set a limit once ask for it itself? If it has another monitor now,
 * which is not there, that may be a slip of the pen, and it can't.
 */
static bool asks_itself(const struct plans *plans,
			const struct limit_kept *last, const struct plan *plan)
{
	return strcmp(plan->columns[0], last->monitor) == 0 ||
	       is_there(plans->context->source, plan->columns[0]);
}

/*
 * A new start of the kernel knows no limit: those of plans that can't be read are set
 * again. What its owner took out of the file has none any more.
 */
static void restore_limits(struct plans *plans)
{
	struct messages *messages = plans->context->messages;
	struct limit_memory *kept = &plans->kept;
	size_t count = 0;

	if (limit_memory_read(kept, &plans->archive))
		message_report(messages, "%s", message_reason(ENOMEM));
	for (size_t at = 0; at < kept->count; at++) {
		const struct limit_kept last = kept->list[at];
		const struct config_plan *found =
			config_find(plans->config, last.plan);

		if (found && found->is_right && found->plan.stop) {
			if (asks_itself(plans, &last, &found->plan))
				continue;
			message_report(messages,
				       "%s: its last limit stays on %s, for there is no monitor %s",
				       last.plan, last.monitor,
				       found->plan.columns[0]);
			plan_limit_restore(plans->context, &plans->archive,
					   &last);
			kept->list[count++] = last;
		} else if (found && found->is_right) {
			limit_memory_forget(&plans->archive, last.plan);
		} else if (is_meant(plans, &last, found)) {
			message_report(messages, plans->config->is_unread ?
				       "%s: its last limit stays; put the plan back into %s, or a comment if there is to be none" :
				       "%s: its last limit stays until all lines of %s are understood",
				       last.plan, plans->config_path);
			plan_limit_restore(plans->context, &plans->archive,
					   &last);
			kept->list[count++] = last;
		} else {
			plan_limit_drop(plans->context, plans->config_path, &last);
			limit_memory_forget(&plans->archive, last.plan);
		}
	}
	kept->count = count;
}

/* Is what a damaged memory may have lost known, for all plans are? */
static bool is_all_known(const struct plans *plans)
{
	struct messages silent = { .silent = true };
	struct archive archive = plans->archive;
	struct limit_memory memory = { .count = 0 };
	bool is_known = !plans->config->is_unread &&
			!plans->config->fault_count;

	archive.messages = &silent;
	is_known &= !limit_memory_read(&memory, &archive) && memory.is_damaged;
	for (size_t at = 0; is_known && at < plans->config->count; at++) {
		const struct config_plan *plan = &plans->config->plans[at];
		const struct limit_kept *kept =
			limit_memory_find(&memory, plan->name);

		is_known = plan->is_right &&
			   (!plan->plan.stop ||
			    (kept && kept->limit != LIMIT_UNKNOWN));
	}
	limit_memory_free(&memory);
	return is_known;
}

void plan_update_run(const struct context *context,
		     const struct config *config, const char *config_path,
		     struct belief *belief)
{
	struct plans plans = { .context = context, .config = config,
			       .config_path = config_path, .belief = belief };

	/* What is wrong with the directory, the update has said already. */
	plans.has_archive = archive_open(&plans.archive, context->archive_path,
					 context->messages) == 0;
	if (plans.has_archive)
		restore_limits(&plans);
	plans.limits = calloc(config->count + 1, sizeof(*plans.limits));
	if (!plans.limits)
		message_report(context->messages, "%s", message_reason(ENOMEM));
	for (size_t at = 0; plans.limits && at < config->count; at++) {
		if (config->plans[at].is_right)
			update_plan(&plans, at);
	}
	if (plans.kept.is_damaged && is_all_known(&plans))
		limit_memory_mend(&plans.archive);
	free(plans.limits);
	limit_memory_free(&plans.kept);
	if (plans.has_archive)
		archive_close(&plans.archive);
}
