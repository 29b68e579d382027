// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/free_week.h"

#include <string.h>

#include "time/date.h"

#define MINUTE 60

static bool is_free(const struct free_week *week,
		    const struct calendar_hour *hour, int64_t minute)
{
	return free_week_holds(week, calendar_weekday(hour->day) * 24 * 60 +
				     hour->hour * 60 + (int)minute);
}

void plan_span_find(const struct free_week *week, struct calendar *calendar,
		    int64_t instant, struct plan_span *span)
{
	const struct calendar_hour *hour;
	int64_t first;
	int64_t last;

	if (instant >= span->start && instant < span->end)
		return;
	if (!week->any) {
		*span = (struct plan_span){ INT64_MIN, INT64_MAX, false };
		return;
	}
	hour = calendar_hour(calendar, instant);
	first = (instant - hour->nominal) / MINUTE;
	/* A leap second, in the zones that count them. */
	if (first > 59)
		first = 59;
	last = first;
	span->is_free = is_free(week, hour, first);
	while (first > 0 && is_free(week, hour, first - 1) == span->is_free)
		first--;
	while (last < 59 && is_free(week, hour, last + 1) == span->is_free)
		last++;
	span->start = hour->nominal + first * MINUTE;
	span->end = last == 59 ? hour->end :
				 hour->nominal + (last + 1) * MINUTE;
	if (span->start < hour->start)
		span->start = hour->start;
	if (span->end > hour->end)
		span->end = hour->end;
}

#define DAY_MINUTES (24 * 60)

/* "HH:MM", 00:00 to 24:00, in minutes; false for anything else. */
static bool parse_time(const char *text, int *minutes)
{
	static const char form[] = "00:00";

	for (int at = 0; at < 5; at++) {
		if (form[at] == ':' ? text[at] != ':' :
				      text[at] < '0' || text[at] > '9')
			return false;
	}
	*minutes = ((text[0] - '0') * 10 + text[1] - '0') * 60 +
		   (text[3] - '0') * 10 + text[4] - '0';
	return text[3] < '6' && *minutes <= DAY_MINUTES;
}

static bool parse_times(const char *text, size_t length, int *from, int *to)
{
	return length == sizeof("HH:MM-HH:MM") - 1 && text[5] == '-' &&
	       parse_time(text, from) && parse_time(text + 6, to) &&
	       *from < DAY_MINUTES && *from != *to;
}

/* "sat" or "mon-fri", which may lead over Saturday. */
static bool parse_days(const char *text, size_t length, bool days[7])
{
	const char *dash = memchr(text, '-', length);
	const size_t first_length = dash ? (size_t)(dash - text) : length;
	const int first = weekday_parse(text, first_length);
	const int last = dash ? weekday_parse(dash + 1,
					      length - first_length - 1) :
				first;

	if (first < 0 || last < 0)
		return false;
	for (int day = first; ; day = (day + 1) % 7) {
		days[day] = true;
		if (day == last)
			return true;
	}
}

static void set_free(struct free_week *week, int minute)
{
	minute %= FREE_WEEK_MINUTES;
	week->bits[minute / 8] |= (uint8_t)(1 << minute % 8);
	week->any = true;
}

bool free_week_add(struct free_week *week, const char *window)
{
	bool days[7] = { false };
	bool has_days = false;
	bool has_times = false;
	int from = 0;
	int to = DAY_MINUTES;

	for (size_t length; ; window += length) {
		window += strspn(window, ", \t");
		length = strcspn(window, ", \t");
		if (length == 0)
			break;
		/* Times come last. */
		if (has_times)
			return false;
		has_times = *window >= '0' && *window <= '9';
		has_days |= !has_times;
		if (!(has_times ? parse_times(window, length, &from, &to) :
				  parse_days(window, length, days)))
			return false;
	}
	if (!has_days && !has_times)
		return false;
	if (to < from)
		to += DAY_MINUTES;
	for (int day = 0; day < 7; day++) {
		if (has_days && !days[day])
			continue;
		for (int at = from; at < to; at++)
			set_free(week, day * DAY_MINUTES + at);
	}
	return true;
}
