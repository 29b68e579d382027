// SPDX-License-Identifier: GPL-2.0-or-later
/* Months and years against what is finer: where they are put, or why they are not. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "exchange/vnstat_resolve.h"

#define DAY_SECONDS 86400

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
	calendar_format_day(calendar_day(vnstat->request->calendar,
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

	if (!calendar_day_bounds(vnstat->request->calendar, first, &start,
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
	struct calendar *calendar = vnstat->request->calendar;
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
	struct calendar *calendar = vnstat->request->calendar;
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

void vnstat_place_months(struct vnstat *vnstat,
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
	struct calendar *calendar = vnstat->request->calendar;
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
			    calendar_date_of(calendar_day(vnstat->request->calendar,
							  year->start)).year,
			    vnstat_amount(year->bytes, amount));
	}
}

void vnstat_place_years(struct vnstat *vnstat, int day)
{
	struct contradiction contradiction = { 0 };

	for (size_t at = 0; at < vnstat->count; at++) {
		if (vnstat->spans[at].view == VNSTAT_YEAR)
			place_year(vnstat, &vnstat->spans[at], day,
				   &contradiction);
	}
	tell(vnstat, &contradiction, "months");
}
