// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/vnstat_months.h"

#include <stdio.h>
#include <string.h>

/* Entries of one view against those of the next finer one. */
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
	struct calendar *calendar = vnstat->request->context->calendar;
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

/* The count of the month that an entry names. */
static int64_t label_of(const struct vnstat_span *month)
{
	const struct calendar_date date = calendar_date_of(month->date);

	return (int64_t)date.year * 12 + date.month - 1;
}

/* The first instant of the first date from @date on that was there. */
static int64_t start_of(const struct vnstat *vnstat, int32_t date)
{
	struct calendar *calendar = vnstat->request->context->calendar;
	int64_t start = (int64_t)date * DAY_SECONDS;
	int64_t end;

	if (!calendar_day_bounds(calendar, date, &start, &end))
		calendar_day_bounds(calendar, date + 1, &start, &end);
	return start;
}

/* Of vnStat 1: the date of the month after, or INT32_MAX. */
static int32_t next_date(const struct vnstat *vnstat,
			 const struct vnstat_span *month, int day)
{
	const struct vnstat_span *next = NULL;

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		if (span->view == VNSTAT_MONTH && span->date > month->date &&
		    (!next || span->date < next->date))
			next = span;
	}
	if (!next)
		return INT32_MAX;
	return day == VNSTAT_AS_NOTED ? next->date :
	       period_month_start(day, label_of(next));
}

static struct time_range noted_range(const struct vnstat *vnstat,
				     const struct vnstat_span *month, int day)
{
	const int64_t label = label_of(month);
	int32_t first = month->date;
	int32_t next = next_date(vnstat, month, day);
	struct time_range range;

	if (day != VNSTAT_AS_NOTED)
		first = period_month_start(day, label);
	if (next == INT32_MAX)
		next = period_month_start(day == VNSTAT_AS_NOTED ? 1 : day,
					  label + 1);
	if (next <= first)
		next = first + 1;
	range = (struct time_range){ .start = start_of(vnstat, first),
				     .end = start_of(vnstat, next) };
	/* The last one goes on until vnStat looked last. */
	if (next_date(vnstat, month, day) == INT32_MAX &&
	    range.end <= vnstat->updated)
		range.end = start_of(vnstat,
				     calendar_day(vnstat->request->context->calendar,
						  vnstat->updated) + 1);
	return range;
}

struct time_range vnstat_month_range(const struct vnstat *vnstat,
				     const struct vnstat_span *month, int day)
{
	const int64_t shift = (int64_t)(day - 1) * DAY_SECONDS;
	const int64_t label = label_of(month);

	if (vnstat->is_first)
		return noted_range(vnstat, month, day);
	return (struct time_range){
		.start = start_of(vnstat, period_month_start(1, label)) + shift,
		.end = start_of(vnstat, period_month_start(1, label + 1)) +
		       shift,
	};
}

static bool is_month(const struct vnstat_span *span)
{
	return span->view == VNSTAT_MONTH &&
	       (span->bytes[VNSTAT_RX] || span->bytes[VNSTAT_TX]);
}

/* Days to be tried: vnStat 1 notes it. */
static int first_day(const struct vnstat *vnstat)
{
	return vnstat->is_first ? VNSTAT_AS_NOTED : 1;
}

static bool is_tried(const struct vnstat *vnstat, int day)
{
	return !vnstat->is_first || day == VNSTAT_AS_NOTED ||
	       day == vnstat->request->month_start;
}

/*
 * A sum that is right to the byte speaks for itself. Where a month begins within a
 * day, its days are but bounds, and all of them have to be there.
 */
static unsigned int weight(const struct vnstat_span *month,
			   const struct vnstat_parts *parts, bool is_covered)
{
	if (memcmp(parts->least, month->bytes, sizeof(parts->least)) == 0)
		return 2;
	return is_covered && vnstat_agrees(month, parts);
}

void vnstat_months_weigh(const struct vnstat *vnstat,
			 struct vnstat_months *months)
{
	const struct time_range cover =
		vnstat_cover(vnstat, VNSTAT_DAY, 0);

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *month = &vnstat->spans[at];

		if (!is_month(month))
			continue;
		for (int day = first_day(vnstat); day < VNSTAT_MONTH_DAYS; day++) {
			struct vnstat_parts parts;
			struct time_range range;

			if (!is_tried(vnstat, day))
				continue;
			range = vnstat_month_range(vnstat, month, day);
			if (range.start > vnstat->updated)
				months->refute[day]++;
			parts = vnstat_parts_of(vnstat, VNSTAT_DAY, 0, &range);
			months->agree[day] +=
				weight(month, &parts,
				       vnstat_covers(vnstat, &cover, &range));
		}
	}
}

/* Does a day go with what was read as well as any? */
static bool is_fit(const struct vnstat *vnstat,
		   const struct vnstat_months *months, int day)
{
	for (int other = first_day(vnstat); other < VNSTAT_MONTH_DAYS; other++) {
		if (!is_tried(vnstat, other))
			continue;
		if (months->agree[other] > months->agree[day] ||
		    (months->agree[other] == months->agree[day] &&
		     months->refute[other] < months->refute[day]))
			return false;
	}
	return true;
}

/* Would what no day tells of a month be elsewhere if months began on another day? */
static bool is_moved(const struct vnstat *vnstat,
		     const struct vnstat_span *month, int day, int other)
{
	struct time_range ranges[] = {
		vnstat_month_range(vnstat, month, day),
		vnstat_month_range(vnstat, month, other),
	};

	for (int at = 0; at < 2; at++) {
		if (ranges[at].start < vnstat->created)
			ranges[at].start = vnstat->created;
		if (ranges[at].end > vnstat->updated)
			ranges[at].end = vnstat->updated;
	}
	return ranges[0].start != ranges[1].start ||
	       ranges[0].end != ranges[1].end;
}

static bool makes_difference(const struct vnstat *vnstat, int day, int other)
{
	const struct time_range cover =
		vnstat_cover(vnstat, VNSTAT_DAY, 0);

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *month = &vnstat->spans[at];
		struct vnstat_parts parts;
		struct time_range range;

		if (!is_month(month))
			continue;
		range = vnstat_month_range(vnstat, month, day);
		parts = vnstat_parts_of(vnstat, VNSTAT_DAY, 0, &range);
		if (!vnstat_covers(vnstat, &cover, &range) &&
		    memcmp(parts.least, month->bytes, sizeof(parts.least)) &&
		    is_moved(vnstat, month, day, other))
			return true;
	}
	return false;
}

/* "1 to 20", or "1, 2 and others": the days that fit. */
static void write_fits(const struct vnstat *vnstat,
		       const struct vnstat_months *months, char text[64])
{
	int first = 0;
	int last = 0;
	int count = 0;

	for (int day = 1; day < VNSTAT_MONTH_DAYS; day++) {
		if (!is_fit(vnstat, months, day))
			continue;
		first = first ? first : day;
		last = day;
		count++;
	}
	snprintf(text, 64, count == 1 ? "%d" :
		 count == last - first + 1 ? "%d to %d" :
		 "%d, %d and others between", first, last);
}

/* vnStat 1 notes it, but for several interfaces together it makes up the dates. */
static bool is_made_up(const struct vnstat *vnstat)
{
	if (!vnstat->is_first || !strchr(vnstat->interface, '+'))
		return false;
	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *span = &vnstat->spans[at];

		if (is_month(span) && calendar_date_of(span->date).day > 1)
			return true;
	}
	return false;
}

static int refuse_unknown(const struct vnstat *vnstat,
			  const struct vnstat_months *months)
{
	char fits[64];

	if (vnstat->is_first)
		return vnstat_refuse(vnstat,
				     "vnStat does not tell on which day months of several interfaces begin; give MonthRotate of vnstat.conf, mostly 1, with --month-start");
	write_fits(vnstat, months, fits);
	return vnstat_refuse(vnstat,
			     "vnStat does not tell on which day its months begin; give MonthRotate of vnstat.conf, mostly 1, with --month-start (%s would fit)",
			     fits);
}

/* A month all of whose days are there, and which is not their sum. */
static bool contradicts(const struct vnstat *vnstat,
			const struct vnstat_span *month, int day,
			const struct time_range *cover)
{
	const struct time_range range = vnstat_month_range(vnstat, month, day);
	const struct vnstat_parts parts =
		vnstat_parts_of(vnstat, VNSTAT_DAY, 0, &range);

	return vnstat_covers(vnstat, cover, &range) &&
	       !vnstat_agrees(month, &parts);
}

/*
 * If the oldest month all of whose days are there contradicts them, the setting may
 * have been changed then. Returns it, or NULL.
 */
static const struct vnstat_span *find_change(const struct vnstat *vnstat,
					     int day)
{
	const struct time_range cover =
		vnstat_cover(vnstat, VNSTAT_DAY, 0);
	const struct vnstat_span *oldest = NULL;

	for (size_t at = 0; at < vnstat->count; at++) {
		const struct vnstat_span *month = &vnstat->spans[at];
		struct time_range range;

		if (!is_month(month))
			continue;
		range = vnstat_month_range(vnstat, month, day);
		if (vnstat_covers(vnstat, &cover, &range) &&
		    (!oldest || month->date < oldest->date))
			oldest = month;
	}
	return !vnstat->is_first && oldest &&
	       contradicts(vnstat, oldest, day, &cover) ? oldest : NULL;
}

static int check_change(const struct vnstat *vnstat, int day)
{
	const struct vnstat_span *month = find_change(vnstat, day);
	char date[16];

	if (!month || !makes_difference(vnstat, day, day == 1 ? 15 : 1))
		return 0;
	calendar_format_day(month->date, date, sizeof(date));
	date[sizeof("YYYY-MM") - 1] = '\0';
	return vnstat_refuse(vnstat,
			     "its month %s is not the sum of its days: months before it may begin on another day than %d; give that with --month-start",
			     date, day);
}

int vnstat_months_choose(struct vnstat *vnstat,
			 const struct vnstat_months *months, int *day)
{
	const int given = vnstat->request->month_start;
	char fits[64];

	*day = first_day(vnstat);
	while (!is_fit(vnstat, months, *day))
		++*day;
	vnstat->has_changed = find_change(vnstat, *day);
	if (given && !is_fit(vnstat, months, given) && !vnstat->has_changed) {
		write_fits(vnstat, months, fits);
		if (vnstat->is_first)
			return vnstat_refuse(vnstat,
					     "its days show that its months begin as it has noted; leave --month-start %d away",
					     given);
		return vnstat_refuse(vnstat,
				     "its months don't begin on day %d: what it has of days and months fits --month-start %s",
				     given, fits);
	}
	if (given) {
		*day = given;
		return 0;
	}
	if (is_made_up(vnstat) && !months->agree[*day])
		return refuse_unknown(vnstat, months);
	for (int other = *day + 1; other < VNSTAT_MONTH_DAYS; other++) {
		if (is_tried(vnstat, other) && is_fit(vnstat, months, other) &&
		    makes_difference(vnstat, *day, other))
			return refuse_unknown(vnstat, months);
	}
	return check_change(vnstat, *day);
}
