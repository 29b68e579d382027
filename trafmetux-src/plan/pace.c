// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/pace.h"

#include "time/schedule.h"

/* How far pace_reach() looks. */
#define REACH_MAX (400 * DAY_SECONDS)

/* An average over less says nothing: a day, or a tenth of a short period. */
#define LINEAR_LEAST DAY_SECONDS

/*
 * Habits change. So what was counted of late, fading with its age, is held against
 * what the same hours of the week brought on average.
 */
#define FADE_HOURS 72.0

static int64_t earlier(int64_t left, int64_t right)
{
	return left < right ? left : right;
}

static int64_t later(int64_t left, int64_t right)
{
	return left > right ? left : right;
}

int pace_slot(struct calendar *calendar, int64_t instant)
{
	const struct calendar_hour *hour = calendar_hour(calendar, instant);

	return calendar_weekday(hour->day) * 24 + hour->hour;
}

bool pace_log_begin(struct pace_log *log, struct calendar *calendar,
		    int64_t first, int64_t present)
{
	const int64_t end = calendar_hour(calendar, present)->start;
	const int64_t start = later(end - PACE_WINDOW, first);

	*log = (struct pace_log){ .start = start };
	if (first <= 0 || start >= end)
		return false;
	log->count = (end - start) / HOUR_SECONDS;
	log->start = end - log->count * HOUR_SECONDS;
	return end - log->start >= PACE_PROFILE_LEAST;
}

static void find_averages(struct pace *pace, struct calendar *calendar,
			  const struct pace_log *log)
{
	unsigned int times[PACE_HOURS] = { 0 };

	for (int64_t at = 0; at < log->count; at++) {
		const int slot = pace_slot(calendar, log->start + at * HOUR_SECONDS);

		pace->hours[slot] += log->bytes[at];
		times[slot]++;
	}
	for (int slot = 0; slot < PACE_HOURS; slot++) {
		if (times[slot])
			pace->hours[slot] /= times[slot];
		if (pace->hours[slot] < 0)
			pace->hours[slot] = 0;
	}
}

/* How what was counted of late compares with the averages. */
static double find_level(const struct pace *pace, struct calendar *calendar,
			 const struct pace_log *log)
{
	double counted = 0;
	double average = 0;

	for (int64_t at = 0; at < log->count; at++) {
		const int slot = pace_slot(calendar, log->start + at * HOUR_SECONDS);

		counted += log->bytes[at] - counted / FADE_HOURS;
		average += pace->hours[slot] - average / FADE_HOURS;
	}
	return counted > 0 && average > 0 ? counted / average : 1;
}

static void find_profile(struct pace *pace, struct calendar *calendar,
			 const struct pace_log *log)
{
	double level;

	pace->basis = PACE_PROFILE;
	find_averages(pace, calendar, log);
	level = find_level(pace, calendar, log);
	for (int slot = 0; slot < PACE_HOURS; slot++)
		pace->hours[slot] *= level;
}

void pace_find(struct pace *pace, struct calendar *calendar,
	       const struct pace_past *past)
{
	const int64_t start = later(past->start, past->first);
	const int64_t elapsed = past->present - start;
	int64_t least = LINEAR_LEAST;

	*pace = (struct pace){ .basis = PACE_NONE };
	if (past->log) {
		find_profile(pace, calendar, past->log);
		return;
	}
	if (past->end != SCHEDULE_OPEN_END)
		least = earlier(least, (past->end - past->start) / 10);
	if (!past->first || elapsed < least || elapsed <= 0)
		return;
	pace->basis = PACE_LINEAR;
	for (int slot = 0; slot < PACE_HOURS; slot++)
		pace->hours[slot] = (double)past->used * HOUR_SECONDS /
				    (double)elapsed;
}

double pace_expect(const struct pace *pace, struct calendar *calendar,
		   int64_t from, int64_t to)
{
	double sum = 0;

	while (from < to) {
		const int slot = pace_slot(calendar, from);
		const int64_t end = earlier(calendar_hour(calendar, from)->end,
					    to);

		sum += pace->hours[slot] * (double)(end - from) / HOUR_SECONDS;
		from = end;
	}
	return sum;
}

int64_t pace_reach(const struct pace *pace, struct calendar *calendar,
		   int64_t from, int64_t limit, double bytes)
{
	if (limit - REACH_MAX > from)
		limit = from + REACH_MAX;
	while (from < limit) {
		const int slot = pace_slot(calendar, from);
		const int64_t end = earlier(calendar_hour(calendar, from)->end,
					    limit);
		const double more = pace->hours[slot] * (double)(end - from) /
				    HOUR_SECONDS;

		if (more >= bytes && more > 0)
			return from + (int64_t)((double)(end - from) * bytes /
						more);
		bytes -= more;
		from = end;
	}
	return 0;
}
