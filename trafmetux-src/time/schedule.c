// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/schedule.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "time/date.h"
#include "time/period.h"

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

/* Periods as people write them. */

#define LENGTH_MAX 3660

/* More words than any form has. */
enum { WORDS_MAX = 5, TEXT_SIZE = 96 };

struct words {
	char copy[TEXT_SIZE];
	char *list[WORDS_MAX];
	size_t count;
};

static bool split(const char *text, struct words *words)
{
	char *rest;

	*words = (struct words){ .count = 0 };
	if (strlen(text) >= sizeof(words->copy))
		return false;
	strcpy(words->copy, text);
	for (char *word = strtok_r(words->copy, " \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest)) {
		if (words->count == WORDS_MAX)
			return false;
		words->list[words->count++] = word;
	}
	return true;
}

static bool is_word(const struct words *words, size_t at, const char *word)
{
	return at < words->count && strcasecmp(words->list[at], word) == 0;
}

/* The date after the word @before, which stands at @at. */
static bool take_date(const struct words *words, size_t at, const char *before,
		      int32_t *day)
{
	return is_word(words, at, before) && at + 1 < words->count &&
	       strlen(words->list[at + 1]) == 10 &&
	       calendar_parse_day(words->list[at + 1], day);
}

static bool parse_week(const struct words *words, struct schedule *schedule)
{
	schedule->kind = SCHEDULE_WEEK;
	if (words->count == 1)
		return true;
	if (words->count != 3 || !is_word(words, 1, "from"))
		return false;
	schedule->first_weekday = weekday_parse(words->list[2],
						strlen(words->list[2]));
	return schedule->first_weekday >= 0;
}

static bool parse_month(const struct words *words, struct schedule *schedule)
{
	uint64_t day = 1;

	schedule->kind = SCHEDULE_MONTH;
	if (words->count != 1 &&
	    (words->count != 3 || !is_word(words, 1, "from") ||
	     !number_parse_word(words->list[2], &day) || day < 1 || day > 31))
		return false;
	schedule->first_month_day = (int)day;
	return true;
}

static bool parse_days_from(const struct words *words, struct schedule *schedule)
{
	uint64_t length;

	schedule->kind = SCHEDULE_DAYS;
	if (words->count != 4 || !number_parse_word(words->list[0], &length) ||
	    length < 1 || length > LENGTH_MAX ||
	    !(is_word(words, 1, "days") || is_word(words, 1, "day")) ||
	    !take_date(words, 2, "from", &schedule->first_day))
		return false;
	schedule->length = (int32_t)length;
	return true;
}

static bool parse_prepaid(const struct words *words, struct schedule *schedule)
{
	schedule->kind = SCHEDULE_PREPAID;
	schedule->end_day = SCHEDULE_OPEN_DAY;
	if (!take_date(words, 1, "from", &schedule->first_day))
		return false;
	if (words->count == 3)
		return true;
	if (words->count != 5 ||
	    !take_date(words, 3, "until", &schedule->end_day))
		return false;
	schedule->end_day++;
	return schedule->end_day > schedule->first_day;
}

bool schedule_parse(const char *text, struct schedule *schedule)
{
	struct words words;

	if (!split(text, &words))
		return false;
	if (is_word(&words, 0, "day")) {
		schedule->kind = SCHEDULE_DAY;
		return words.count == 1;
	}
	if (is_word(&words, 0, "week"))
		return parse_week(&words, schedule);
	if (is_word(&words, 0, "month"))
		return parse_month(&words, schedule);
	if (is_word(&words, 0, "prepaid"))
		return parse_prepaid(&words, schedule);
	return words.count && parse_days_from(&words, schedule);
}

static int32_t later(int32_t left, int32_t right)
{
	return left > right ? left : right;
}

/* Days from @first, in steps of @length, up to @day; also before @first. */
static int32_t step_down(int32_t day, int32_t first, int32_t length)
{
	return day - ((day - first) % length + length) % length;
}

static void find_month(int first_day, int32_t day, int32_t *first, int32_t *end)
{
	const struct calendar_date date = calendar_date_of(day);
	int64_t month = (int64_t)date.year * 12 + date.month - 1;

	if (day < period_month_start(first_day, month))
		month--;
	*first = period_month_start(first_day, month);
	*end = period_month_start(first_day, month + 1);
}

/* The dates of the period that holds a date; false when there is none. */
static bool find_days(const struct schedule *schedule, int32_t day,
		      int32_t *first, int32_t *end)
{
	*first = day;
	*end = day + 1;
	switch (schedule->kind) {
	case SCHEDULE_DAY:
		break;
	case SCHEDULE_WEEK:
		*first = day - (calendar_weekday(day) -
				schedule->first_weekday + 7) % 7;
		*end = *first + 7;
		break;
	case SCHEDULE_MONTH:
		find_month(schedule->first_month_day, day, first, end);
		break;
	case SCHEDULE_DAYS:
		*first = step_down(day, schedule->first_day, schedule->length);
		*end = *first + schedule->length;
		break;
	case SCHEDULE_PREPAID:
		*first = schedule->first_day;
		*end = schedule->end_day;
		break;
	}
	if (schedule->kind >= SCHEDULE_DAYS && day < schedule->first_day)
		return false;
	if (schedule->has_since) {
		if (day < schedule->since)
			return false;
		*first = later(*first, schedule->since);
	}
	return day < *end;
}

int64_t schedule_first_instant(struct calendar *calendar, int32_t day)
{
	int64_t start = 0;
	int64_t end;

	/* A zone that moved over the date line has left out a day, no more. */
	if (!calendar_day_bounds(calendar, day, &start, &end))
		calendar_day_bounds(calendar, day + 1, &start, &end);
	return start;
}

bool schedule_find(const struct schedule *schedule, struct calendar *calendar,
		   int64_t instant, struct schedule_period *period)
{
	int32_t day = calendar_day(calendar, instant);

	/*
	 * A clock that was set back over midnight shows the old date again; the
	 * period that began stays.
	 */
	if (instant >= schedule_first_instant(calendar, day + 1))
		day++;
	if (!find_days(schedule, day, &period->first_day, &period->end_day))
		return false;
	period->start = schedule_first_instant(calendar, period->first_day);
	period->end = period->end_day == SCHEDULE_OPEN_DAY ?
		SCHEDULE_OPEN_END :
		schedule_first_instant(calendar, period->end_day);
	return true;
}

void schedule_label(const struct schedule_period *period,
		    char label[SCHEDULE_LABEL_SIZE])
{
	size_t length = calendar_format_day(period->first_day, label,
					    SCHEDULE_LABEL_SIZE);

	if (period->end_day == period->first_day + 1)
		return;
	length += (size_t)snprintf(label + length,
				   SCHEDULE_LABEL_SIZE - length, " -");
	if (period->end_day == SCHEDULE_OPEN_DAY)
		return;
	label[length++] = ' ';
	calendar_format_day(period->end_day - 1, label + length,
			    SCHEDULE_LABEL_SIZE - length);
}
