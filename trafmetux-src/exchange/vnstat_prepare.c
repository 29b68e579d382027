// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries that can't be: of the future, or of the same time as others. */
#include <stdio.h>
#include <stdlib.h>

#include "exchange/vnstat_resolve.h"

static int by_view(const void *left, const void *right)
{
	const struct vnstat_span *first = left;
	const struct vnstat_span *second = right;

	if (first->view != second->view)
		return first->view < second->view ? -1 : 1;
	if (first->start != second->start)
		return first->start < second->start ? -1 : 1;
	if (first->is_unused != second->is_unused)
		return first->is_unused ? 1 : -1;
	return 0;
}

static void format_start(const struct vnstat *vnstat,
			 const struct vnstat_span *span, char text[16])
{
	calendar_format_day(calendar_day(vnstat->request->calendar,
					 span->start), text, 16);
}

static void drop_future(struct vnstat *vnstat)
{
	const int64_t latest = import_latest(vnstat->request);
	char amount[VNSTAT_AMOUNT_SIZE];
	char day[16];

	for (size_t at = 0; at < vnstat->count; at++) {
		struct vnstat_span *span = &vnstat->spans[at];

		if (span->start <= latest)
			continue;
		format_start(vnstat, span, day);
		vnstat_tell(vnstat,
			    "the %s of %s is of the future, with %s: it was left out",
			    vnstat_view_name(span->view), day,
			    vnstat_amount(span->bytes, amount));
		span->is_gone = true;
	}
	vnstat_remove(vnstat);
}

/* Years overlap nothing but years, and so on; top days were looked for in days. */
static int drop_doubles(struct vnstat *vnstat)
{
	char amount[VNSTAT_AMOUNT_SIZE];
	char day[16];
	size_t last = 0;

	for (size_t at = 1; at < vnstat->count; at++) {
		struct vnstat_span *span = &vnstat->spans[at];
		const struct vnstat_span *before = &vnstat->spans[last];

		if (before->view != span->view ||
		    before->end <= span->start) {
			last = at;
			continue;
		}
		format_start(vnstat, span, day);
		if (!span->is_unused)
			return vnstat_refuse(vnstat,
					     "the %s of %s is there twice; if it was written in another zone, name that with --tz",
					     vnstat_view_name(span->view), day);
		vnstat_tell(vnstat,
			    "the %s of %s is there twice, once marked as not in use, with %s: that was left out",
			    vnstat_view_name(span->view), day,
			    vnstat_amount(span->bytes, amount));
		span->is_gone = true;
	}
	vnstat_remove(vnstat);
	return 0;
}

/* vnStat 1 shows nothing of what it has marked so; but its sums have it. */
static void tell_unused(const struct vnstat *vnstat)
{
	uint64_t sum[VNSTAT_DIRECTIONS] = { 0 };
	unsigned int days = 0;
	unsigned int months = 0;
	char amount[VNSTAT_AMOUNT_SIZE];

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		if (!span->is_unused)
			continue;
		days += span->view == VNSTAT_DAY;
		months += span->view == VNSTAT_MONTH;
		if (span->view == VNSTAT_DAY)
			vnstat_sum(sum, span->bytes);
	}
	if (!days && !months)
		return;
	vnstat_tell(vnstat,
		    "%u days (%s) and %u months are marked as not in use, though they have traffic: they were taken",
		    days, vnstat_amount(sum, amount), months);
}

/* When vnStat looked last, where it does not say so. */
static void find_updated(struct vnstat *vnstat)
{
	if (vnstat->updated > 0)
		return;
	vnstat->updated = vnstat->created;
	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		if (span->view <= VNSTAT_DAY && span->end > vnstat->updated)
			vnstat->updated = span->end;
		else if (span->start >= vnstat->updated)
			vnstat->updated = span->start + 1;
	}
}

int vnstat_prepare(struct vnstat *vnstat)
{
	char day[16];
	int error;

	if (vnstat->updated > import_latest(vnstat->request)) {
		calendar_format_day(calendar_day(vnstat->request->calendar,
						 vnstat->updated),
				    day, sizeof(day));
		return vnstat_refuse(vnstat,
				     "it was updated last on %s, which is of the future; is this machine's clock right?",
				     day);
	}
	drop_future(vnstat);
	if (vnstat->count)
		qsort(vnstat->spans, vnstat->count, sizeof(*vnstat->spans),
		      by_view);
	error = drop_doubles(vnstat);
	if (error)
		return error;
	find_updated(vnstat);
	tell_unused(vnstat);
	return 0;
}
