// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/ledger.h"

#include <errno.h>
#include <stdlib.h>

#include "time/schedule.h"
#include "report/rows.h"

/* While the monitors are read, one after the other. */
struct traffic {
	const struct ledger_request *request;
	struct ledger_row *rows;
	size_t row_count;
	size_t monitor_count;
	size_t monitor;			/* that is read */
	struct counters *counted;	/* for each period, of each monitor */
	struct counters *free;
	size_t row;			/* asked for last */
	struct plan_span span;		/* likewise */
};

static bool holds(const struct ledger_row *row, int64_t instant)
{
	return instant >= row->period.start && instant < row->period.end;
}

/* Finds the period of an instant; false when it is in none. */
static bool find_row(struct traffic *traffic, int64_t instant)
{
	size_t low = 0;
	size_t high = traffic->row_count;

	if (holds(&traffic->rows[traffic->row], instant))
		return true;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (instant >= traffic->rows[middle].period.end)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == traffic->row_count ||
	    instant < traffic->rows[low].period.start)
		return false;
	traffic->row = low;
	return true;
}

static void find_span(struct traffic *traffic, int64_t instant)
{
	plan_span_find(&traffic->request->plan->free,
		       traffic->request->calendar, instant, &traffic->span);
}

/* When it was counted is not known: it may have been after a free window. */
static bool is_unsure(const struct traffic *traffic,
		      const struct growth *growth)
{
	return traffic->request->is_unsure && growth->since == 0 &&
	       growth->time > traffic->request->present;
}

static int add_growth(void *context, const struct growth *growth)
{
	struct traffic *traffic = context;
	/* What ends at T belongs to the instant before. */
	const int64_t instant = growth->time - 1;
	struct counters *cells = traffic->counted;

	if (growth->time > traffic->request->until ||
	    !find_row(traffic, instant))
		return 0;
	find_span(traffic, instant);
	if (traffic->span.is_free && !is_unsure(traffic, growth))
		cells = traffic->free;
	counters_add(&cells[traffic->row * traffic->monitor_count +
			    traffic->monitor], &growth->counters);
	return 0;
}

/* Growths of one period that are all free, or all count, are one to us. */
static bool are_together(void *context, int64_t first, int64_t last)
{
	struct traffic *traffic = context;
	const int64_t until = traffic->request->until;

	if ((first < until) != (last < until))
		return false;
	/* Outside of all periods, only what is on one side of them. */
	if (!find_row(traffic, first))
		return last < traffic->rows[0].period.start ||
		       first >= traffic->rows[traffic->row_count - 1].period.end;
	if (!holds(&traffic->rows[traffic->row], last))
		return false;
	find_span(traffic, first);
	return last < traffic->span.end;
}

static uint64_t not_below_zero(struct amount amount)
{
	return amount.is_negative ? 0 : amount.size;
}

/* The larger of the plan's columns, as the ISP counts it. */
static uint64_t find_billed(const struct traffic *traffic,
			    const struct counters *cells)
{
	const struct selection *selection = traffic->request->selection;
	uint64_t most = 0;

	for (size_t at = 0; at < selection->column_count; at++) {
		const struct figure figure =
			rows_figure(&selection->columns[at], cells);
		const uint64_t billed =
			plan_billed(traffic->request->plan,
				    not_below_zero(figure.packets),
				    not_below_zero(figure.bytes));

		most = billed > most ? billed : most;
	}
	return most;
}

int ledger_traffic_read(const struct ledger_request *request,
			struct ledger_row *rows, size_t count)
{
	const struct selection *selection = request->selection;
	const size_t monitors = selection->history_count;
	struct traffic traffic = {
		.request = request, .rows = rows, .row_count = count,
		.monitor_count = monitors,
	};
	struct time_range range = { .end = TIME_RANGE_END };
	struct history_window window;
	int error = 0;

	if (count == 0 || monitors == 0)
		return 0;
	range.start = rows[0].period.start;
	window = history_window(request->calendar, &range);
	traffic.counted = calloc(count * monitors, sizeof(*traffic.counted));
	traffic.free = calloc(count * monitors, sizeof(*traffic.free));
	if (!traffic.counted || !traffic.free)
		error = -ENOMEM;
	for (; !error && traffic.monitor < monitors; traffic.monitor++)
		error = history_read(&selection->histories[traffic.monitor],
				     &window, are_together, add_growth,
				     &traffic);
	for (size_t at = 0; !error && at < count; at++) {
		rows[at].used = find_billed(&traffic,
					    &traffic.counted[at * monitors]);
		rows[at].free = find_billed(&traffic,
					    &traffic.free[at * monitors]);
	}
	free(traffic.counted);
	free(traffic.free);
	return error;
}
