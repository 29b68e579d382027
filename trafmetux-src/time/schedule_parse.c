// SPDX-License-Identifier: GPL-2.0-or-later
/* Periods as people write them. */
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "time/schedule.h"
#include "time/date.h"

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
