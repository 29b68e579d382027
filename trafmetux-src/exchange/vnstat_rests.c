// SPDX-License-Identifier: GPL-2.0-or-later
/* What is put on one day, though it may have been counted on others. */
#include "exchange/vnstat_resolve.h"

/* As long as a day can be. */
#define LONG_DAY 90000

struct rests {
	unsigned int count;
	uint64_t sum[VNSTAT_DIRECTIONS];
	struct sample last;
};

static bool is_coarse(const struct vnstat *vnstat,
		      const struct vnstat_span *span, struct sample *growth)
{
	*growth = vnstat_growth(vnstat, span, VNSTAT_RX);
	return (span->rest[VNSTAT_RX] || span->rest[VNSTAT_TX]) &&
	       growth->time - growth->since > LONG_DAY;
}

static struct rests sum_rests(const struct vnstat *vnstat,
			      enum vnstat_view view)
{
	struct rests rests = { 0 };
	struct sample growth;

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		if (span->view != view || !is_coarse(vnstat, span, &growth))
			continue;
		rests.count++;
		vnstat_sum(rests.sum, span->rest);
		rests.last = growth;
	}
	return rests;
}

static void tell_total(const struct vnstat *vnstat, const struct rests *rests)
{
	struct calendar *calendar = vnstat->request->calendar;
	char amount[VNSTAT_AMOUNT_SIZE];
	char since[16] = "";
	char day[16];

	calendar_format_day(calendar_day(calendar, rests->last.time - 1), day,
			    sizeof(day));
	if (rests->last.since)
		calendar_format_day(calendar_day(calendar, rests->last.since),
				    since, sizeof(since));
	vnstat_tell(vnstat,
		    "%s of the total are in no entry: they stand on %s, and were counted on it or before%s%s",
		    vnstat_amount(rests->sum, amount), day,
		    *since ? ", from " : "", *since ? since : "");
}

static void tell_entries(const struct vnstat *vnstat, enum vnstat_view view,
			 const struct rests *rests)
{
	const bool is_month = view == VNSTAT_MONTH;
	char amount[VNSTAT_AMOUNT_SIZE];

	vnstat_tell(vnstat,
		    "%s of %u %s%s are in none of %s %s: they stand before the first of these, or on the last day",
		    vnstat_amount(rests->sum, amount), rests->count,
		    vnstat_view_name(view), rests->count == 1 ? "" : "s",
		    rests->count == 1 ? "its" : "their",
		    is_month ? "days" : "months");
}

void vnstat_tell_rests(const struct vnstat *vnstat)
{
	for (enum vnstat_view view = VNSTAT_MONTH; view <= VNSTAT_TOTAL; view++) {
		const struct rests rests = sum_rests(vnstat, view);

		if (rests.count && view == VNSTAT_TOTAL)
			tell_total(vnstat, &rests);
		else if (rests.count)
			tell_entries(vnstat, view, &rests);
	}
}
