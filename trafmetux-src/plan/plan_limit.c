// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_limit.h"

#include <stdint.h>

#include "plan/plan_span.h"
#include "plan/plan_told.h"

/* The kernel takes 0 for "none". */
enum { LIMIT_NONE = 0, LIMIT_LEAST = 1 };

static bool is_free(const struct plan_view *view)
{
	struct calendar calendar = view->calendar;
	struct plan_span span = { .is_free = false };

	plan_span_find(&view->plan->free, &calendar, view->request->present,
		       &span);
	return span.is_free;
}

/* Is the present after all periods, as after a bucket's end? */
static bool is_over(const struct plan_view *view)
{
	const struct ledger *ledger = &view->ledger;

	return ledger->count && view->request->present >=
				ledger->rows[ledger->count - 1].period.end;
}

/* What the monitor counts while the ISP counts @billed; up to UINT64_MAX. */
static uint64_t uncalibrated(const struct plan *plan, uint64_t billed)
{
	const uint64_t whole = billed / plan->calibration;
	const uint64_t rest = billed % plan->calibration;

	if (whole >= UINT64_MAX / PLAN_CALIBRATION_ONE)
		return UINT64_MAX;
	return whole * PLAN_CALIBRATION_ONE +
	       rest * PLAN_CALIBRATION_ONE / plan->calibration;
}

/* It may have begun meanwhile, and all that was counted since the start count. */
static uint64_t find_amount(const struct plan *plan)
{
	const uint64_t limit = uncalibrated(plan, plan->amount);

	return limit > LIMIT_LEAST ? limit : LIMIT_LEAST;
}

static uint64_t find_limit(const struct plan_view *view)
{
	const uint64_t bytes = view->selection.histories[0].live.counters.bytes;
	const bool is_sure = plan_is_sure(view->request);
	struct amount left = { .is_negative = true };
	uint64_t more;

	if (!view->row && !is_over(view))
		return is_sure ? LIMIT_NONE : find_amount(view->plan);
	if (view->row && is_sure && is_free(view))
		return LIMIT_NONE;
	if (view->row)
		left = ledger_left(view->row);
	if (left.is_negative)
		return bytes > LIMIT_LEAST ? bytes - 1 : LIMIT_LEAST;
	more = uncalibrated(view->plan, left.size);
	if (more > UINT64_MAX - bytes)
		return UINT64_MAX;
	return bytes + more > LIMIT_LEAST ? bytes + more : LIMIT_LEAST;
}

static bool is_lower(uint64_t limit, uint64_t other)
{
	return limit != LIMIT_NONE && (other == LIMIT_NONE || limit < other);
}

/*
 * Without the archive nobody knows what of a series counts: after a boot, when there
 * is no limit yet, all of it does.
 */
static uint64_t find_cautious(const struct plan_view *view)
{
	const struct archive *archive = &view->selection.archive;
	const struct live *live = &view->selection.histories[0].live;
	const uint64_t found = find_limit(view);
	const uint64_t whole = find_amount(view->plan);

	if ((archive->directory < 0 || archive->is_unread) &&
	    live->limit == LIMIT_NONE && is_lower(whole, found))
		return whole;
	return found;
}

void plan_limit_ask(const struct plan_view *view, struct plan_limit *limit)
{
	const struct history *history = &view->selection.histories[0];
	struct messages *messages = view->request->messages;
	const struct live *live = &history->live;
	uint64_t found;

	if (plan_told_due(view, "stop", !history->is_live))
		message_report(messages,
			       "%s: the kernel does not count %s, so nothing stops it",
			       view->plan->name, history->monitor);
	if (!history->is_live) {
		messages->trouble = true;
		return;
	}
	if (!live->has_limits) {
		message_report(messages,
			       "%s: the kernel module has no limits; install the one of this release",
			       view->plan->name);
		return;
	}
	found = find_cautious(view);
	if (!limit->is_known || is_lower(found, limit->wanted))
		limit->wanted = found;
	limit->present = live->limit;
	limit->is_known = true;
}

void plan_limit_set(const struct plan_request *request, const struct plan *plan,
		    const struct plan_limit *limit)
{
	const struct source *source = request->source;
	int error;

	if (!limit->is_known || limit->wanted == limit->present ||
	    (limit->is_kept && !is_lower(limit->wanted, limit->present)))
		return;
	error = source->operations->limit(source, plan->columns[0],
					  limit->wanted);
	if (error)
		message_report(request->messages,
			       "%s: no limit could be written to %s/%s: %s",
			       plan->name, source->path, plan->columns[0],
			       message_reason(-error));
}
