// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/time_range.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"
#include "time/timestamp.h"

/* No more periods than this are counted back. */
#define MOST_BACK 1000000

/* More words than any form has. */
enum { WORDS_MAX = 4, TEXT_SIZE = 64 };

static bool parse_unit(const char *word, bool may_be_plural,
		       enum period_kind *kind)
{
	static const char *const units[] = { "minute", "hour", "day", "week",
					     "month", "year" };
	size_t length = strlen(word);

	if (may_be_plural && length &&
	    (word[length - 1] == 's' || word[length - 1] == 'S'))
		length--;
	for (int at = PERIOD_MINUTE; at <= PERIOD_YEAR; at++) {
		if (strlen(units[at]) == length &&
		    strncasecmp(word, units[at], length) == 0) {
			*kind = (enum period_kind)at;
			return true;
		}
	}
	return false;
}

static bool parse_count(const char *word, uint32_t *count)
{
	uint64_t number;

	if (!number_parse_word(word, &number) || number < 1 ||
	    number > MOST_BACK)
		return false;
	*count = (uint32_t)number;
	return true;
}

static bool is_word(const char *word, const char *wanted)
{
	return strcasecmp(word, wanted) == 0;
}

static bool set_periods(struct time_words *words, uint32_t oldest,
			uint32_t newest)
{
	words->what = TIME_WORDS_PERIODS;
	words->oldest = oldest;
	words->newest = newest;
	return true;
}

static bool parse_words(char *const list[], size_t count,
			struct time_words *words)
{
	uint32_t number;

	words->kind = PERIOD_DAY;
	if (count == 1 && is_word(list[0], "now")) {
		words->what = TIME_WORDS_NOW;
		return true;
	}
	if (count == 1 && is_word(list[0], "today"))
		return set_periods(words, 0, 0);
	if (count == 1 && is_word(list[0], "yesterday"))
		return set_periods(words, 1, 1);
	if (count == 2 && parse_unit(list[1], false, &words->kind)) {
		if (is_word(list[0], "this"))
			return set_periods(words, 0, 0);
		if (is_word(list[0], "last"))
			return set_periods(words, 1, 1);
	}
	if (count == 3 && is_word(list[0], "last") &&
	    parse_count(list[1], &number) &&
	    parse_unit(list[2], true, &words->kind))
		return set_periods(words, number - 1, 0);
	if (count == 3 && parse_count(list[0], &number) &&
	    parse_unit(list[1], true, &words->kind) && is_word(list[2], "ago"))
		return set_periods(words, number, number);
	return false;
}

/* YYYY, YYYY-MM or YYYY-MM-DD. */
static bool parse_date(const char *text, struct time_words *words)
{
	static const char rest[] = "YYYY-01-01";
	const size_t length = strlen(text);
	char date[sizeof(rest)];
	struct calendar_date found;
	int32_t day;

	if (length != 4 && length != 7 && length != 10)
		return false;
	snprintf(date, sizeof(date), "%s%s", text, rest + length);
	if (!calendar_parse_day(date, &day))
		return false;
	found = calendar_date_of(day);
	words->what = TIME_WORDS_DATE;
	if (length == 4) {
		words->kind = PERIOD_YEAR;
		words->key = found.year;
	} else if (length == 7) {
		words->kind = PERIOD_MONTH;
		words->key = (int64_t)found.year * 12 + found.month - 1;
	} else {
		words->kind = PERIOD_DAY;
		words->key = day;
	}
	return true;
}

bool time_words_parse(const char *text, struct time_words *words)
{
	char *list[WORDS_MAX + 1];
	char instant[TEXT_SIZE];
	char copy[TEXT_SIZE];
	size_t count = 0;
	char *rest;

	*words = (struct time_words){ 0 };
	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	for (char *word = strtok_r(copy, " \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest)) {
		if (count == WORDS_MAX)
			return false;
		list[count++] = word;
	}
	if (count == 0)
		return false;
	if (parse_words(list, count, words) ||
	    (count == 1 && parse_date(list[0], words)))
		return true;
	words->what = TIME_WORDS_INSTANT;
	*instant = '\0';
	for (size_t at = 0; at < count; at++)
		snprintf(instant + strlen(instant),
			 sizeof(instant) - strlen(instant), "%s%s",
			 at ? " " : "", list[at]);
	return count <= 3 && timestamp_parse_words(instant, &words->key) == 0;
}

/* Where a date begins and ends. */
static struct time_range resolve_date(struct calendar *calendar,
				      const struct time_words *words)
{
	/* Months of dates begin on the first. */
	struct calendar plain = *calendar;
	struct time_range range;
	struct period period;
	int32_t day = (int32_t)words->key;

	plain.first_month_day = 0;
	if (words->kind != PERIOD_DAY) {
		period_describe(&plain, words->kind, words->key, &period);
		return (struct time_range){ period.start, period.end };
	}
	if (calendar_day_bounds(&plain, day, &range.start, &range.end))
		return range;
	/* No zone left out more than a day. */
	calendar_day_bounds(&plain, day + 1, &range.start, &range.end);
	return (struct time_range){ range.start, range.start };
}

static struct time_range resolve_periods(struct calendar *calendar,
					 int64_t present,
					 const struct time_words *words)
{
	int64_t key = period_key(calendar, words->kind, present);
	struct time_range range;
	struct period period;
	uint32_t back = 0;

	for (; back < words->newest; back++)
		key = period_previous(calendar, words->kind, key);
	period_describe(calendar, words->kind, key, &period);
	range.end = period.end;
	for (; back < words->oldest; back++)
		key = period_previous(calendar, words->kind, key);
	period_describe(calendar, words->kind, key, &period);
	range.start = period.start;
	return range;
}

static struct time_range resolve(struct calendar *calendar, int64_t present,
				 const struct time_words *words)
{
	switch (words->what) {
	case TIME_WORDS_NOW:
		return (struct time_range){ present, present };
	case TIME_WORDS_INSTANT:
		return (struct time_range){ words->key, words->key };
	case TIME_WORDS_DATE:
		return resolve_date(calendar, words);
	case TIME_WORDS_PERIODS:
		return resolve_periods(calendar, present, words);
	default:
		return (struct time_range)TIME_RANGE_ALL;
	}
}

bool time_range_resolve(struct calendar *calendar, int64_t present,
			const struct time_words *from,
			const struct time_words *to, struct time_range *range)
{
	range->start = resolve(calendar, present, from).start;
	range->end = resolve(calendar, present, to).end;
	return range->start < range->end;
}
