// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "exchange/import_vnstat.h"

static const char *const names[VNSTAT_VIEWS] = {
	"fiveminute", "hour", "day", "month", "year", "total",
};

const char *vnstat_view_name(enum vnstat_view view)
{
	return names[view];
}

/* Each entry before those that it holds. */
static int by_start(const void *left, const void *right)
{
	const struct vnstat_span *first = left;
	const struct vnstat_span *second = right;

	if (first->start != second->start)
		return first->start < second->start ? -1 : 1;
	return (int)second->view - (int)first->view;
}

static int by_rest_time(const void *left, const void *right)
{
	const struct vnstat_span *first = left;
	const struct vnstat_span *second = right;

	if (first->rest_time != second->rest_time)
		return first->rest_time < second->rest_time ? -1 : 1;
	return by_start(left, right);
}

/* Takes a finer entry's bytes from the one that holds it; false: it has fewer. */
static bool take_out(struct vnstat_span *outer, const struct vnstat_span *inner)
{
	for (int at = 0; at < VNSTAT_DIRECTIONS; at++) {
		if (outer->rest[at] < inner->bytes[at])
			return false;
		outer->rest[at] -= inner->bytes[at];
	}
	return true;
}

/* There is no finer entry from @outer->reached to @end. */
static void take_gap(struct vnstat_span *outer, int64_t end)
{
	if (end <= outer->reached || outer->is_closed)
		return;
	if (!outer->has_gap)
		outer->rest_since = outer->reached;
	outer->has_gap = true;
	outer->rest_time = end;
	if (outer->latest > outer->reached && outer->latest < end)
		outer->rest_time = outer->latest;
}

static void pass(struct vnstat_span *outer, const struct vnstat_span *inner)
{
	take_gap(outer, inner->start);
	outer->reached = inner->end;
	outer->is_closed |= outer->has_gap && !inner->is_top;
}

int vnstat_settle(struct vnstat_span *spans, size_t count,
		  struct vnstat_span *bad)
{
	struct vnstat_span *stack[VNSTAT_VIEWS];
	size_t depth = 0;

	qsort(spans, count, sizeof(*spans), by_start);
	for (size_t at = 0; at < count; at++) {
		struct vnstat_span *span = &spans[at];

		for (int to = 0; to < VNSTAT_DIRECTIONS; to++)
			span->rest[to] = span->bytes[to];
		span->has_gap = false;
		span->is_closed = false;
		span->reached = span->start;
		span->rest_since = span->start;
		span->rest_time = span->end;
		while (depth && stack[depth - 1]->end <= span->start)
			depth--;
		if (depth) {
			struct vnstat_span *outer = stack[depth - 1];

			*bad = *outer;
			if (outer->view <= span->view ||
			    outer->end < span->end || !take_out(outer, span))
				return -EBADMSG;
			pass(outer, span);
		}
		stack[depth++] = span;
	}
	for (size_t at = 0; at < count; at++)
		take_gap(&spans[at], spans[at].end);
	qsort(spans, count, sizeof(*spans), by_rest_time);
	return 0;
}
