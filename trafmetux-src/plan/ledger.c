// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/ledger.h"

#include <errno.h>
#include <string.h>

#include "base/array.h"
#include "index/belief.h"

static uint64_t add(uint64_t left, uint64_t right)
{
	return right > UINT64_MAX - left ? UINT64_MAX : left + right;
}

int ledger_add(struct ledger *ledger, const struct ledger_row *row)
{
	if (array_reserve((void **)&ledger->rows, &ledger->capacity,
			  ledger->count + 1, sizeof(*ledger->rows)))
		return -ENOMEM;
	ledger->rows[ledger->count++] = *row;
	return 0;
}

uint64_t ledger_available(const struct ledger_row *row)
{
	return add(add(row->base, row->carried), row->topped_up);
}

struct amount ledger_left(const struct ledger_row *row)
{
	struct amount left = amount_of(ledger_available(row));

	amount_add(&left, amount_negated(amount_of(row->used)));
	return left;
}

/* Before this nothing is in any period; INT64_MIN: the plan does not say. */
static int64_t find_floor(const struct schedule *schedule,
			  struct calendar *calendar)
{
	int64_t floor = INT64_MIN;
	int64_t since;

	if (schedule->kind >= SCHEDULE_DAYS)
		floor = schedule_first_instant(calendar, schedule->first_day);
	if (!schedule->has_since)
		return floor;
	since = schedule_first_instant(calendar, schedule->since);
	return since > floor ? since : floor;
}

/* An instant of the first traffic, or the present when there was none. */
static int64_t find_traffic(const struct ledger_request *request)
{
	const struct selection *selection = request->selection;
	int64_t begin = request->present;

	for (size_t at = 0; at < selection->history_count; at++) {
		int64_t first = history_first(&selection->histories[at]);

		if (first && first - 1 < begin)
			begin = first - 1;
	}
	return begin;
}

/* Does the plan itself say when it began? Else its first traffic does. */
static bool has_begin(const struct schedule *schedule)
{
	return schedule->has_since || schedule->kind == SCHEDULE_PREPAID;
}

/* An instant of the first period that is not recorded. */
static int64_t find_begin(const struct ledger_request *request,
			  int64_t not_before)
{
	const struct schedule *schedule = &request->plan->schedule;
	const int64_t floor = find_floor(schedule, request->calendar);
	int64_t begin = not_before;

	if (not_before == INT64_MIN) {
		if (has_begin(schedule))
			return floor;
		begin = find_traffic(request);
	}
	return begin > floor ? begin : floor;
}

/* The periods from @begin on; no byte may be in two, so none begins earlier. */
static int add_periods(const struct ledger_request *request, int64_t begin,
		       int64_t not_before, struct ledger *ledger)
{
	struct ledger_row row = { .base = request->plan->amount };
	int error = 0;

	while (!error && begin <= request->present &&
	       schedule_find(&request->plan->schedule, request->calendar,
			     begin, &row.period)) {
		if (row.period.start < not_before) {
			row.period.start = not_before;
			row.period.first_day = calendar_day(request->calendar,
							    not_before);
		}
		begin = row.period.end;
		error = ledger_add(ledger, &row);
	}
	return error;
}

static uint64_t find_top_ups(const struct plan *plan,
			     const struct schedule_period *period)
{
	uint64_t sum = 0;

	for (size_t at = 0; at < plan->top_up_count; at++) {
		const struct plan_top_up *top_up = &plan->top_ups[at];

		if (top_up->day >= period->first_day &&
		    top_up->day < period->end_day)
			sum = add(sum, top_up->bytes);
	}
	return sum;
}

static uint64_t find_carried(const struct plan *plan,
			     const struct ledger_row *before)
{
	const struct amount left = ledger_left(before);

	if (left.is_negative || before->is_lost)
		return 0;
	return left.size < plan->rollover_cap ? left.size : plan->rollover_cap;
}

size_t ledger_pass_over(const struct plan *plan, struct calendar *calendar,
			struct ledger *records)
{
	const bool is_given = has_begin(&plan->schedule);
	const int64_t floor = is_given ? find_floor(&plan->schedule, calendar) :
					 BELIEF_OLDEST;
	const struct ledger_row none = { .period = { .end = INT64_MIN } };
	struct ledger_row before = none;
	size_t unset = 0;
	size_t kept = 0;

	/* @before is the one before, if it was passed over. */
	for (size_t at = 0; at < records->count; at++) {
		const struct ledger_row row = records->rows[at];
		const bool goes_on = before.period.end == row.period.start &&
				     (row.carried || (!is_given && row.written ==
						      before.written));

		before = none;
		if (row.period.start < floor || goes_on) {
			unset += !is_given && row.period.start < floor;
			before = row;
		} else {
			records->rows[kept++] = row;
		}
	}
	records->count = kept;
	return unset;
}

int ledger_make(const struct ledger_request *request, struct ledger *ledger)
{
	const struct ledger *records = request->records;
	int64_t not_before = INT64_MIN;
	size_t first;
	int error = 0;

	for (size_t at = 0; !error && records && at < records->count; at++)
		error = ledger_add(ledger, &records->rows[at]);
	if (error)
		return error;
	first = ledger->count;
	if (first)
		not_before = ledger->rows[first - 1].period.end;
	error = add_periods(request, find_begin(request, not_before),
			    not_before, ledger);
	if (!error)
		error = ledger_traffic_read(request, ledger->rows + first,
					    ledger->count - first);
	for (size_t at = first; !error && at < ledger->count; at++) {
		struct ledger_row *row = &ledger->rows[at];

		row->topped_up = find_top_ups(request->plan, &row->period);
		if (at > 0)
			row->carried = find_carried(request->plan, row - 1);
	}
	return error;
}

void ledger_lose(struct ledger *ledger, int64_t present)
{
	for (size_t at = 0; at < ledger->count; at++) {
		struct ledger_row *row = &ledger->rows[at];

		if (row->is_recorded)
			continue;
		row->carried = 0;
		row->is_lost = row->period.end <= present;
	}
}

const struct ledger_row *ledger_present(const struct ledger *ledger,
					int64_t present)
{
	const struct ledger_row *last;

	if (!ledger->count)
		return NULL;
	last = &ledger->rows[ledger->count - 1];
	return present >= last->period.start && present < last->period.end ?
		last : NULL;
}

void ledger_free(struct ledger *ledger)
{
	array_free((void **)&ledger->rows, &ledger->capacity);
	ledger->count = 0;
}
