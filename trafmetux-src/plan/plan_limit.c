// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_limit.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "index/belief.h"
#include "time/schedule.h"

/* The kernel takes 0 for "none". */
#define LIMIT_NONE 0

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

/* As it would be if the plan had begun, and nothing were free now. */
static uint64_t find_left(const struct plan_view *view)
{
	const uint64_t bytes = view->selection.histories[0].live.counters.bytes;
	struct amount left = { .is_negative = true };
	uint64_t more;

	if (!view->row && !is_over(view))
		return find_amount(view->plan);
	if (view->row)
		left = ledger_left(view->row);
	if (left.is_negative)
		return bytes > LIMIT_LEAST ? bytes - 1 : LIMIT_LEAST;
	more = uncalibrated(view->plan, left.size);
	if (more > UINT64_MAX - bytes)
		return UINT64_MAX;
	return bytes + more > LIMIT_LEAST ? bytes + more : LIMIT_LEAST;
}

/* Does the plan limit nothing now? Without the right time nobody knows. */
static bool is_open(const struct plan_view *view)
{
	if (!plan_is_sure(view->request))
		return false;
	return view->row ? is_free(view) : !is_over(view);
}

static bool is_lower(uint64_t limit, uint64_t other)
{
	return limit != LIMIT_NONE && (other == LIMIT_NONE || limit < other);
}

/*
 * Without the archive nobody knows what of a series counts: after a boot, when there
 * is no limit yet, all of it does.
 */
static uint64_t find_cautious(const struct plan_view *view, uint64_t found)
{
	const struct archive *archive = &view->selection.archive;
	const struct live *live = &view->selection.histories[0].live;
	const uint64_t whole = find_amount(view->plan);

	if ((archive->directory < 0 || archive->is_unread) &&
	    live->limit == LIMIT_NONE && is_lower(whole, found))
		return whole;
	return found;
}

/*
 * The last limit, as one of the monitor's series now. One that is damaged may still be
 * set; if none is, nothing is left.
 */
static uint64_t find_last(const struct limit_kept *kept, const struct live *live,
			  const struct archive *archive,
			  const struct plan_request *request)
{
	if (kept->limit == LIMIT_UNKNOWN && live->limit != LIMIT_NONE)
		return live->limit;
	return limit_memory_of(kept, live->series, archive,
			       &request->source->belief->memory);
}

/* Where not all could be read, there is no more left than was before. */
static uint64_t find_kept(const struct plan_view *view, uint64_t found)
{
	const struct archive *archive = &view->selection.archive;
	const struct live *live = &view->selection.histories[0].live;
	static const struct limit_kept unknown = { .limit = LIMIT_UNKNOWN };
	struct limit_memory memory = { .count = 0 };
	const struct limit_kept *kept;
	uint64_t limit;

	if (!view->request->messages->trouble || archive->directory < 0 ||
	    limit_memory_read(&memory, archive))
		return found;
	kept = limit_memory_find(&memory, view->plan->name);
	if (kept && strcmp(kept->monitor, view->plan->columns[0]) != 0)
		kept = NULL;
	if (kept || memory.is_damaged) {
		limit = find_last(kept ? kept : &unknown, live, archive,
				  view->request);
		found = is_lower(limit, found) ? limit : found;
	}
	limit_memory_free(&memory);
	return found;
}

/* Is there a kernel that takes a limit? Else it is told. @live: NULL: it counts none. */
static bool takes_limit(struct messages *messages, const char *plan,
			const char *monitor, const struct live *live)
{
	if (!live)
		message_report(messages,
			       "%s: the kernel does not count %s, so nothing stops it",
			       plan, monitor);
	else if (!live->has_limits)
		message_report(messages,
			       "%s: the kernel module has no limits; install the one of this release",
			       plan);
	return live && live->has_limits;
}

/*
 * As it is remembered: of what is left a thousandth less at most, and nothing if nothing
 * is. The file is written to disk when that changes; what overhead is estimated, and what
 * a used-up plan counts, changes each minute.
 */
static uint64_t coarsen(uint64_t limit, uint64_t counted)
{
	uint64_t step = 1;

	if (limit <= counted)
		return LIMIT_LEAST;
	while (step <= (limit - counted) / 2048)
		step *= 2;
	limit -= limit % step;
	return limit > LIMIT_LEAST ? limit : LIMIT_LEAST;
}

void plan_limit_ask(const struct plan_view *view, struct plan_limit *limit,
		    struct limit_kept *kept)
{
	const struct history *history = &view->selection.histories[0];
	const struct live *live = &history->live;
	uint64_t found;
	uint64_t left;

	if (!takes_limit(view->request->messages, view->plan->name,
			 history->monitor, history->is_live ? live : NULL))
		return;
	left = find_kept(view, find_cautious(view, find_left(view)));
	found = is_open(view) ? find_cautious(view, LIMIT_NONE) : left;
	if (!limit->is_known || is_lower(found, limit->wanted))
		limit->wanted = found;
	limit->present = live->limit;
	limit->is_known = true;
	left = coarsen(left, live->counters.bytes);
	if (kept->limit && !is_lower(left, kept->limit))
		return;
	*kept = (struct limit_kept){ .series = live->series, .limit = left };
	strcpy(kept->plan, view->plan->name);
	strcpy(kept->monitor, view->plan->columns[0]);
}

void plan_limit_set(const struct plan_request *request, const char *plan,
		    const char *monitor, const struct plan_limit *limit)
{
	const struct source *source = request->source;
	int error;

	if (!limit->is_known || limit->wanted == limit->present ||
	    (limit->is_kept && !is_lower(limit->wanted, limit->present)))
		return;
	error = source->operations->limit(source, monitor, limit->wanted);
	if (error)
		message_report(request->messages,
			       "%s: no limit could be written to %s/%s: %s",
			       plan, source->path, monitor,
			       message_reason(-error));
}

void plan_limit_restore(const struct plan_request *request,
			const struct archive *archive,
			const struct limit_kept *kept)
{
	const struct source *source = request->source;
	struct source_reading *reading = malloc(sizeof(*reading));
	struct plan_limit limit = { .is_known = true, .is_kept = true };
	struct limit_kept now = *kept;
	int error = -ENOMEM;

	if (reading)
		error = source->operations->open(source, kept->monitor, reading);
	if (!reading)
		message_report(request->messages, "%s", message_reason(ENOMEM));
	else if (error && error != -ENOENT)
		source_report(request->messages, reading, error);
	else if (takes_limit(request->messages, kept->plan, kept->monitor,
			     error ? NULL : &reading->live)) {
		now.series = reading->live.series;
		now.limit = find_last(kept, &reading->live, archive, request);
		limit.wanted = now.limit;
		limit.present = reading->live.limit;
		plan_limit_set(request, kept->plan, kept->monitor, &limit);
		limit_memory_keep(archive, &now);
	}
	if (!error)
		source->operations->close(reading);
	free(reading);
}
