// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries of one view against those of the next finer one. */
#include "exchange/vnstat_months.h"

static struct time_range range_of(const struct vnstat *vnstat,
				  const struct vnstat_span *span, int day)
{
	if (span->view == VNSTAT_MONTH)
		return vnstat_month_range(vnstat, span, day);
	return (struct time_range){ .start = span->start, .end = span->end };
}

static bool is_part(const struct vnstat_span *span, enum vnstat_view view)
{
	return span->view == view && !span->is_top;
}

/* The begin of the day on which vnStat began. */
static int64_t created_day(const struct vnstat *vnstat)
{
	struct calendar *calendar = vnstat->request->calendar;
	int64_t start = vnstat->created;
	int64_t end;

	calendar_day_bounds(calendar, calendar_day(calendar, start), &start,
			    &end);
	return start;
}

struct time_range vnstat_cover(const struct vnstat *vnstat,
			       enum vnstat_view view, int day)
{
	struct time_range cover = { .start = INT64_MAX, .end = INT64_MIN };
	uint64_t sum[VNSTAT_DIRECTIONS] = { 0 };
	bool any = false;

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];
		struct time_range range;

		if (!is_part(span, view))
			continue;
		range = range_of(vnstat, span, day);
		any = true;
		vnstat_sum(sum, span->bytes);
		if (range.start < cover.start)
			cover.start = range.start;
		if (range.end > cover.end)
			cover.end = range.end;
	}
	if (!any)
		return cover;
	/* They go in the order of their age: if the first is there, all are. */
	if (vnstat->created && created_day(vnstat) >= cover.start)
		cover.start = TIME_RANGE_START;
	if (cover.end > vnstat->updated)
		cover.end = TIME_RANGE_END;
	if (sum[VNSTAT_RX] == vnstat->total[VNSTAT_RX] &&
	    sum[VNSTAT_TX] == vnstat->total[VNSTAT_TX])
		cover = (struct time_range)TIME_RANGE_ALL;
	return cover;
}

bool vnstat_covers(const struct vnstat *vnstat, const struct time_range *cover,
		   const struct time_range *range)
{
	const int64_t end = range->end < vnstat->updated ? range->end :
							   vnstat->updated;

	return cover->start <= cover->end && range->start >= cover->start &&
	       end <= cover->end;
}

struct vnstat_parts vnstat_parts_of(const struct vnstat *vnstat,
				    enum vnstat_view view, int day,
				    const struct time_range *range)
{
	struct vnstat_parts parts = { 0 };

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];
		struct time_range part;

		if (!is_part(span, view))
			continue;
		part = range_of(vnstat, span, day);
		if (part.end <= range->start || part.start >= range->end)
			continue;
		vnstat_sum(parts.most, span->bytes);
		if (part.start >= range->start && part.end <= range->end)
			vnstat_sum(parts.least, span->bytes);
	}
	return parts;
}

bool vnstat_agrees(const struct vnstat_span *span,
		   const struct vnstat_parts *parts)
{
	for (int at = 0; at < VNSTAT_DIRECTIONS; at++) {
		if (span->bytes[at] < parts->least[at] ||
		    span->bytes[at] > parts->most[at])
			return false;
	}
	return true;
}
