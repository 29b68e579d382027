// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/schedule.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "time/date.h"
#include "time/period.h"

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

static bool parse_days(const struct words *words, struct schedule *schedule)
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
	return words.count && parse_days(&words, schedule);
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
