// SPDX-License-Identifier: GPL-2.0-or-later
#include "calendar_span.h"

#include <string.h>

void calendar_local_time(int64_t instant, struct tm *local)
{
	time_t time = (time_t)instant;

	if (time == instant && localtime_r(&time, local))
		return;
	/*
	 * A C library whose time_t ends in 2038 cannot tell. Days are counted
	 * by hand in UTC, so that nothing is lost.
	 */
	int64_t day = instant / DAY_SECONDS - (instant % DAY_SECONDS < 0);
	int rest = (int)(instant - day * DAY_SECONDS);
	struct calendar_date date = calendar_date_of((int32_t)day);

	*local = (struct tm){ .tm_year = date.year - 1900,
			      .tm_mon = date.month - 1, .tm_mday = date.day,
			      .tm_hour = rest / HOUR_SECONDS,
			      .tm_min = rest / 60 % 60, .tm_sec = rest % 60 };
}

int32_t calendar_local_day(const struct tm *local)
{
	const struct calendar_date date = {
		.year = local->tm_year + 1900,
		.month = local->tm_mon + 1,
		.day = local->tm_mday,
	};

	return calendar_day_number(&date);
}

/* What the clock shows, in seconds since it would have shown 1970-01-01 00:00. */
static int64_t clock_at(int64_t instant, int64_t *offset)
{
	struct tm local;

	calendar_local_time(instant, &local);
	*offset = local.tm_gmtoff;
	return (int64_t)calendar_local_day(&local) * DAY_SECONDS +
	       local.tm_hour * HOUR_SECONDS + local.tm_min * 60 + local.tm_sec;
}

/* Is the clock at @instant as it is in the span? */
static bool continues(const struct calendar_span *span, int64_t instant)
{
	int64_t offset;

	return clock_at(instant, &offset) - instant == span->shift &&
	       offset == span->offset;
}

/* The instant from which on the clock is other than at @inside, or was before it. */
static int64_t find_end(const struct calendar_span *span, int64_t inside,
			int64_t outside)
{
	while (outside - inside > 1 || inside - outside > 1) {
		int64_t middle = inside + (outside - inside) / 2;

		if (continues(span, middle))
			inside = middle;
		else
			outside = middle;
	}
	return inside > outside ? inside : outside;
}

/* Is the clock known to be changed within the instants? */
static bool is_uneven(const struct calendar_span *span, int64_t start,
		      int64_t end)
{
	return (span->is_first && start < span->start && end > span->start) ||
	       (span->is_last && start < span->end && end > span->end);
}

/* Are the instants at most a day away, with no change known to lie between? */
static bool is_near(const struct calendar_span *span, int64_t start, int64_t end)
{
	return start < span->end + (span->is_last ? 0 : DAY_SECONDS) &&
	       end > span->start - (span->is_first ? 0 : DAY_SECONDS);
}

/* How many spans begin at @start or before. */
static size_t count_before(const struct calendar *calendar, int64_t start)
{
	size_t low = 0;
	size_t high = calendar->span_count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (calendar->spans[middle].start <= start)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Makes @calendar->recent a span that holds @start, at @place in their order. */
static void add_span(struct calendar *calendar, int64_t start, size_t place)
{
	struct calendar_span *span;

	/* Whoever has been everywhere may begin anew. */
	if (calendar->span_count == CALENDAR_SPANS)
		calendar->span_count = place = 0;
	span = &calendar->spans[place];
	memmove(span + 1, span,
		(calendar->span_count - place) * sizeof(*span));
	calendar->span_count++;
	calendar->recent = place;
	*span = (struct calendar_span){ .start = start, .end = start };
	span->shift = clock_at(start, &span->offset) - start;
}

/*
 * A span that holds the instants or may be made to, or NULL where the clock is
 * changed among them.
 */
static struct calendar_span *find_span(struct calendar *calendar, int64_t start,
				       int64_t end)
{
	const size_t place = count_before(calendar, start);
	const struct calendar_span *before = place ?
		&calendar->spans[place - 1] : NULL;
	const struct calendar_span *after = place < calendar->span_count ?
		&calendar->spans[place] : NULL;

	if ((before && is_uneven(before, start, end)) ||
	    (after && is_uneven(after, start, end)))
		return NULL;
	if (before && is_near(before, start, end))
		calendar->recent = place - 1;
	else if (after && is_near(after, start, end))
		calendar->recent = place;
	else
		add_span(calendar, start, place);
	return &calendar->spans[calendar->recent];
}

/* A day further, or to where the clock is changed. */
static void go_further(struct calendar_span *span)
{
	const int64_t next = span->end + DAY_SECONDS;

	span->is_last = !continues(span, next);
	span->end = span->is_last ? find_end(span, span->end, next) : next;
}

static void go_back(struct calendar_span *span)
{
	const int64_t next = span->start - DAY_SECONDS;

	span->is_first = !continues(span, next);
	span->start = span->is_first ? find_end(span, span->start, next) : next;
}

/* Have two spans met? */
static bool is_same(const struct calendar_span *left,
		    const struct calendar_span *right)
{
	return left->shift == right->shift && left->offset == right->offset &&
	       left->start <= right->end && right->start <= left->end;
}

/* Takes the span at @place into the one before it, if they have met. */
static bool join_span(struct calendar *calendar, size_t place)
{
	struct calendar_span *span;
	const struct calendar_span *next;

	if (!place || place >= calendar->span_count)
		return false;
	next = &calendar->spans[place];
	span = &calendar->spans[place - 1];
	if (!is_same(span, next))
		return false;
	if (next->start < span->start) {
		span->start = next->start;
		span->is_first = next->is_first;
	}
	if (next->end > span->end) {
		span->end = next->end;
		span->is_last = next->is_last;
	}
	calendar->span_count--;
	memmove(span + 1, span + 2,
		(calendar->span_count - place) * sizeof(*span));
	return true;
}

static void join_spans(struct calendar *calendar)
{
	while (join_span(calendar, calendar->recent + 1))
		;
	while (join_span(calendar, calendar->recent))
		calendar->recent--;
}

const struct calendar_span *calendar_even(struct calendar *calendar,
					  int64_t start, int64_t end)
{
	struct calendar_span *span = &calendar->spans[calendar->recent];

	/* Of no span yet, start and end are 0. */
	if (calendar_span_holds(span, start, end) && span->start < span->end)
		return span;
	span = find_span(calendar, start, end);
	if (!span)
		return NULL;
	if (calendar_span_holds(span, start, end) && span->start < span->end)
		return span;
	while (span->end < end && !span->is_last)
		go_further(span);
	while (span->start > start && !span->is_first)
		go_back(span);
	join_spans(calendar);
	span = &calendar->spans[calendar->recent];
	return calendar_span_holds(span, start, end) ? span : NULL;
}

const struct calendar_span *calendar_even_up_to(struct calendar *calendar,
						int64_t instant, int64_t last)
{
	struct calendar_span *span;

	if (!calendar_even(calendar, instant, instant + 1))
		return NULL;
	span = &calendar->spans[calendar->recent];
	while (span->end < last && !span->is_last)
		go_further(span);
	return span;
}

