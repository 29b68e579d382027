// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/vnstat_resolve.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* Entries that can't be: of the future, or of the same time as others. */

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
	calendar_format_day(calendar_day(vnstat->request->context->calendar,
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
		calendar_format_day(calendar_day(vnstat->request->context->calendar,
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

/* Months and years against what is finer: where they are put, or why they are not. */

/* Entries that contradict finer ones; the first of them is named. */
struct contradiction {
	unsigned int count;
	struct vnstat_span first;
	struct vnstat_parts parts;
};

static void note(struct contradiction *contradiction,
		 const struct vnstat_span *span,
		 const struct vnstat_parts *parts)
{
	if (!contradiction->count++) {
		contradiction->first = *span;
		contradiction->parts = *parts;
	}
}

static void tell(const struct vnstat *vnstat,
		 const struct contradiction *contradiction, const char *finer)
{
	const enum vnstat_view view = contradiction->first.view;
	char amount[VNSTAT_AMOUNT_SIZE];
	char other[VNSTAT_AMOUNT_SIZE];
	char more[64] = "";
	char day[16];

	if (!contradiction->count)
		return;
	calendar_format_day(calendar_day(vnstat->request->context->calendar,
					 contradiction->first.start),
			    day, sizeof(day));
	if (contradiction->count > 1)
		snprintf(more, sizeof(more), ", and so were %u more %ss",
			 contradiction->count - 1, vnstat_view_name(view));
	vnstat_tell(vnstat,
		    "the %s from %s on has %s, its %s %s: the %s was left out%s",
		    vnstat_view_name(view), day,
		    vnstat_amount(contradiction->first.bytes, amount), finer,
		    vnstat_amount(contradiction->parts.least, other),
		    vnstat_view_name(view), more);
}

/* Is there a date in a range that has no day, while another has? */
static bool lacks_day(const struct vnstat *vnstat,
		      const struct time_range *range)
{
	const int64_t start = range->start > vnstat->created ?
			      range->start : vnstat->created;
	const int64_t end = range->end < vnstat->updated ? range->end :
							   vnstat->updated;
	int64_t days = 0;

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		days += span->view == VNSTAT_DAY && !span->is_top &&
			span->end > start && span->start < end;
	}
	return days && days * DAY_SECONDS + DAY_SECONDS / 2 < end - start;
}

static bool has_more(const struct vnstat_span *span,
		     const struct vnstat_parts *parts)
{
	return span->bytes[VNSTAT_RX] >= parts->most[VNSTAT_RX] &&
	       span->bytes[VNSTAT_TX] >= parts->most[VNSTAT_TX];
}

/* Times to dates: the days that vnStat 2 reckons by may begin an hour off midnight. */
static int64_t nearest_midnight(struct calendar *calendar, int64_t instant)
{
	int64_t start = instant;
	int64_t end = instant;

	calendar_day_bounds(calendar, calendar_day(calendar, instant), &start,
			    &end);
	return instant - start < end - instant ? start : end;
}

/* How many other months were noted on the same day of the month? */
static unsigned int count_shared(const struct vnstat *vnstat,
				 const struct vnstat_span *month, int day)
{
	unsigned int count = 0;

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		count += span->view == VNSTAT_MONTH &&
			 span->date != month->date &&
			 calendar_date_of(span->date).day == day;
	}
	return count;
}

/*
 * The day that months were to begin on when vnStat 1 noted this one: it may have
 * looked some days later, so other months have to bear it out. Else it is the first.
 */
static int noted_day(const struct vnstat *vnstat,
		     const struct vnstat_span *month)
{
	const int own = calendar_date_of(month->date).day;
	int day = own;

	while (day > 1 &&
	       count_shared(vnstat, month, day) < (day == own ? 1 : 2))
		day--;
	return day;
}

/*
 * The oldest month of vnStat 1 began when it was to begin, though it was looked at
 * later; what the total has besides was before that.
 */
static void extend_oldest(const struct vnstat *vnstat,
			  struct vnstat_span *month)
{
	const struct calendar_date date = calendar_date_of(month->date);
	const int32_t first = period_month_start(noted_day(vnstat, month),
						 (int64_t)date.year * 12 +
						 date.month - 1);
	int64_t start;
	int64_t end;

	if (!calendar_day_bounds(vnstat->request->context->calendar, first, &start,
				 &end))
		return;
	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		if ((span->view == VNSTAT_MONTH && span->date < month->date) ||
		    (span->view <= VNSTAT_DAY && span->end > start &&
		     span->start < month->start))
			return;
	}
	if (start < month->start)
		month->start = start;
}

/*
 * What no day tells of a month is put where reports of months that begin on the same
 * day have it, too: they don't let a month of 28 days go on in the next one.
 */
static int64_t latest_of(const struct vnstat *vnstat,
			 const struct vnstat_span *month, int day)
{
	const struct calendar_date date = calendar_date_of(month->date);
	struct calendar *calendar = vnstat->request->context->calendar;
	int32_t next;
	int64_t start;
	int64_t end;

	if (day == VNSTAT_AS_NOTED)
		day = noted_day(vnstat, month);
	next = period_month_start(day, (int64_t)date.year * 12 + date.month);
	return calendar_day_bounds(calendar, next, &start, &end) ? start : 0;
}

static void tell_day(const struct vnstat *vnstat, int day)
{
	for (size_t at = 0; day == VNSTAT_AS_NOTED && at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		if (span->view != VNSTAT_MONTH || noted_day(vnstat, span) == 1)
			continue;
		vnstat_tell(vnstat,
			    "its months begin on day %d (MonthRotate), as 'show-monthly --month-start %d' has them",
			    noted_day(vnstat, span), noted_day(vnstat, span));
		return;
	}
	if (day > 1)
		vnstat_tell(vnstat,
			    "its months begin on day %d (MonthRotate), as 'show-monthly --month-start %d' has them",
			    day, day);
}

/* Does it tell more than its days, all of which are there? If not, it goes. */
static void place_month(struct vnstat *vnstat, struct vnstat_span *month,
			const struct vnstat_months *months, int day,
			struct contradiction *contradiction)
{
	const struct time_range cover = vnstat_cover(vnstat, VNSTAT_DAY, 0);
	const struct time_range range = vnstat_month_range(vnstat, month, day);
	struct calendar *calendar = vnstat->request->context->calendar;
	const struct vnstat_parts parts =
		vnstat_parts_of(vnstat, VNSTAT_DAY, 0, &range);

	month->start = nearest_midnight(calendar, range.start);
	month->end = nearest_midnight(calendar, range.end);
	month->latest = latest_of(vnstat, month, day);
	if (day == VNSTAT_AS_NOTED)
		extend_oldest(vnstat, month);
	if (!vnstat_covers(vnstat, &cover, &range) &&
	    (!vnstat->has_changed || range.end <= cover.start))
		return;
	if (vnstat_agrees(month, &parts)) {
		month->is_gone = true;
		return;
	}
	/* Days may not have been kept for a time; then the month has them. */
	if (months->agree[day] && has_more(month, &parts) &&
	    lacks_day(vnstat, &range))
		return;
	note(contradiction, month, &parts);
	month->is_gone = true;
	/* Its year is held against what was kept. */
	month->bytes[VNSTAT_RX] = parts.least[VNSTAT_RX];
	month->bytes[VNSTAT_TX] = parts.least[VNSTAT_TX];
}

/*
 * Puts months that begin on @day in place.
 *
 * Those all of whose days are there tell nothing more, and are marked as gone.
 */
static void place_months(struct vnstat *vnstat,
			 const struct vnstat_months *months, int day)
{
	struct contradiction contradiction = { 0 };

	tell_day(vnstat, day);
	for (size_t at = 0; at < vnstat->count; at++) {
		if (vnstat->spans[at].view == VNSTAT_MONTH)
			place_month(vnstat, &vnstat->spans[at], months, day,
				    &contradiction);
	}
	tell(vnstat, &contradiction, "days");
}

/* With MonthRotateAffectsYears, a year is the sum of the months that bear its number. */
static bool is_sum_of_labels(const struct vnstat *vnstat,
			     const struct vnstat_span *year)
{
	struct calendar *calendar = vnstat->request->context->calendar;
	const struct calendar_date date =
		calendar_date_of(calendar_day(calendar, year->start));
	struct vnstat_parts parts = { 0 };

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		if (span->view != VNSTAT_MONTH ||
		    calendar_date_of(span->date).year != date.year)
			continue;
		vnstat_sum(parts.least, span->bytes);
		vnstat_sum(parts.most, span->bytes);
	}
	return vnstat_agrees(year, &parts);
}

/* A year without all of its months: does one of them lie across its bounds? */
static bool is_crossed(const struct vnstat *vnstat,
		       const struct vnstat_span *year, int day)
{
	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];
		struct time_range range;

		if (span->view != VNSTAT_MONTH)
			continue;
		range = vnstat_month_range(vnstat, span, day);
		if ((range.start < year->start && range.end > year->start) ||
		    (range.start < year->end && range.end > year->end))
			return true;
	}
	return false;
}

static void place_year(struct vnstat *vnstat, struct vnstat_span *year,
		       int day, struct contradiction *contradiction)
{
	struct calendar *calendar = vnstat->request->context->calendar;
	const struct time_range cover = vnstat_cover(vnstat, VNSTAT_MONTH, day);
	const struct time_range range = { .start = year->start,
					  .end = year->end };
	char amount[VNSTAT_AMOUNT_SIZE];
	const struct vnstat_parts parts =
		vnstat_parts_of(vnstat, VNSTAT_MONTH, day, &range);

	if (vnstat_covers(vnstat, &cover, &range)) {
		year->is_gone = true;
		if (!vnstat_agrees(year, &parts) &&
		    (day <= 1 || !is_sum_of_labels(vnstat, year)))
			note(contradiction, year, &parts);
	} else if (is_crossed(vnstat, year, day)) {
		year->is_gone = true;
		vnstat_tell(vnstat,
			    "the year %d (%s) was left out: one of its months is of two years",
			    calendar_date_of(calendar_day(calendar, year->start)).year,
			    vnstat_amount(year->bytes, amount));
	}
}

/* The same for years, by all the months. */
static void place_years(struct vnstat *vnstat, int day)
{
	struct contradiction contradiction = { 0 };

	for (size_t at = 0; at < vnstat->count; at++) {
		if (vnstat->spans[at].view == VNSTAT_YEAR)
			place_year(vnstat, &vnstat->spans[at], day,
				   &contradiction);
	}
	tell(vnstat, &contradiction, "months");
}

/* What is put on one day, though it may have been counted on others. */

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
	struct calendar *calendar = vnstat->request->context->calendar;
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

static void tell_rests(const struct vnstat *vnstat)
{
	for (enum vnstat_view view = VNSTAT_MONTH; view <= VNSTAT_TOTAL; view++) {
		const struct rests rests = sum_rests(vnstat, view);

		if (rests.count && view == VNSTAT_TOTAL)
			tell_total(vnstat, &rests);
		else if (rests.count)
			tell_entries(vnstat, view, &rests);
	}
}

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
		calendar_format_day(calendar_day(vnstat->request->context->calendar,
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
	place_months(vnstat, months, day);
	place_years(vnstat, day);
	vnstat_remove(vnstat);
	error = vnstat_add_total(vnstat);
	if (!error)
		error = settle(vnstat);
	if (!error)
		tell_rests(vnstat);
	return error;
}
