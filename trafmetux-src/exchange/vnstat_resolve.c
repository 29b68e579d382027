// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/vnstat_resolve.h"

/* Takes away the finer entries within one, and says what they had. */
static unsigned int drop_parts(struct vnstat *vnstat,
			       const struct vnstat_span *outer,
			       uint64_t sum[VNSTAT_DIRECTIONS])
{
	unsigned int count = 0;

	for (size_t at = 0; at < vnstat->count; at++) {
		struct vnstat_span *span = &vnstat->spans[at];

		if (span->view >= outer->view || span->end <= outer->start ||
		    span->start >= outer->end)
			continue;
		vnstat_sum(sum, span->bytes);
		span->is_gone = true;
		count++;
	}
	vnstat_remove(vnstat);
	return count;
}

/*
 * vnStat 1 adds a look to its day and to its hour at slightly different times, so
 * that the hours of a day can have more than the day. The day is right then.
 */
static int keep_day(struct vnstat *vnstat, const struct vnstat_span *day,
		    const char *date)
{
	uint64_t sum[VNSTAT_DIRECTIONS] = { 0 };
	char amount[VNSTAT_AMOUNT_SIZE];
	char other[VNSTAT_AMOUNT_SIZE];

	if (!vnstat->is_first)
		return vnstat_refuse(vnstat,
				     "the %s from %s on has less traffic than its parts; write the file with 'vnstat --json d', which leaves those out",
				     vnstat_view_name(day->view), date);
	if (!drop_parts(vnstat, day, sum))
		return vnstat_refuse(vnstat, "its days overlap");
	vnstat_tell(vnstat,
		    "the %s from %s on has less traffic (%s) than its parts (%s), which were left out",
		    vnstat_view_name(day->view), date,
		    vnstat_amount(day->bytes, amount),
		    vnstat_amount(sum, other));
	return 0;
}

/* Takes away what has less than its parts. */
static void keep_parts(struct vnstat *vnstat, const struct vnstat_span *bad,
		       const char *date)
{
	char amount[VNSTAT_AMOUNT_SIZE];

	for (size_t at = 0; at < vnstat->count; at++) {
		struct vnstat_span *span = &vnstat->spans[at];

		if (span->view == bad->view && span->start == bad->start)
			span->is_gone = true;
	}
	vnstat_remove(vnstat);
	vnstat_tell(vnstat,
		    "the %s from %s on has less traffic (%s) than its parts: it was left out",
		    vnstat_view_name(bad->view), date,
		    vnstat_amount(bad->bytes, amount));
}

static int settle(struct vnstat *vnstat)
{
	struct vnstat_span bad;
	char date[16];
	int error = 0;

	while (!error && vnstat_settle(vnstat->spans, vnstat->count, &bad)) {
		calendar_format_day(calendar_day(vnstat->request->calendar,
						 bad.start),
				    date, sizeof(date));
		if (bad.view <= VNSTAT_DAY)
			error = keep_day(vnstat, &bad, date);
		else
			keep_parts(vnstat, &bad, date);
	}
	return error;
}

int vnstat_resolve(struct vnstat *vnstat, const struct vnstat_months *months)
{
	int day;
	int error = vnstat_months_choose(vnstat, months, &day);

	if (error)
		return error;
	vnstat_place_months(vnstat, months, day);
	vnstat_place_years(vnstat, day);
	vnstat_remove(vnstat);
	error = vnstat_add_total(vnstat);
	if (!error)
		error = settle(vnstat);
	if (!error)
		vnstat_tell_rests(vnstat);
	return error;
}
