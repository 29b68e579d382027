// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/timestamp.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/machine.h"
#include "base/number.h"
#include "base/sample.h"

#define DATE_LENGTH 10

/* Four digits make a year here. */
#define LAST_YEAR 9999

static char *put_pair(char *at, int64_t value, char end)
{
	number_format_pair(at, (unsigned int)value);
	at[2] = end;
	return at + 3;
}

size_t timestamp_format(struct calendar *calendar, int64_t instant,
			char text[TIMESTAMP_SIZE])
{
	int64_t offset = calendar_hour(calendar, instant)->offset / 60;
	int64_t shown = instant + offset * 60;
	int64_t day = shown / DAY_SECONDS - (shown % DAY_SECONDS < 0);
	char *at;

	if (calendar_date_of((int32_t)day).year > LAST_YEAR) {
		offset = 0;
		shown = instant;
		day = shown / DAY_SECONDS;
	}
	shown -= day * DAY_SECONDS;
	at = text + calendar_format_day((int32_t)day, text, TIMESTAMP_SIZE);
	*at++ = 'T';
	at = put_pair(at, shown / 3600, ':');
	at = put_pair(at, shown / 60 % 60, ':');
	at = put_pair(at, shown % 60, offset < 0 ? '-' : '+');
	at = put_pair(at, llabs(offset) / 60, ':');
	at = put_pair(at, llabs(offset) % 60, '\0');
	return (size_t)(at - 1 - text);
}

/* Two digits up to @most, and moves behind them. */
static bool take_pair(const char **cursor, int most, int *value)
{
	const char *at = *cursor;

	if (!isdigit((unsigned char)at[0]) || !isdigit((unsigned char)at[1]))
		return false;
	*value = (at[0] - '0') * 10 + (at[1] - '0');
	*cursor = at + 2;
	return *value <= most;
}

static bool take_sign(const char **cursor, char sign)
{
	if (**cursor != sign)
		return false;
	++*cursor;
	return true;
}

/* HH:MM[:SS] */
static bool take_clock(const char **cursor, int64_t *seconds)
{
	int hour, minute, second = 0;

	if (!take_pair(cursor, 23, &hour) || !take_sign(cursor, ':') ||
	    !take_pair(cursor, 59, &minute))
		return false;
	if (take_sign(cursor, ':') && !take_pair(cursor, 59, &second))
		return false;
	*seconds = hour * 3600 + minute * 60 + second;
	return true;
}

/* Z, +HH:MM or +HHMM, to the end of the text. */
static bool take_offset(const char **cursor, int64_t *seconds)
{
	int hour = 0, minute = 0;
	int sign = **cursor == '-' ? -1 : 1;

	*seconds = 0;
	if (take_sign(cursor, 'Z'))
		return **cursor == '\0';
	if (!take_sign(cursor, '+') && !take_sign(cursor, '-'))
		return false;
	if (!take_pair(cursor, 23, &hour))
		return false;
	take_sign(cursor, ':');
	if (!take_pair(cursor, 59, &minute) || **cursor)
		return false;
	*seconds = sign * (hour * 3600 + minute * 60);
	return true;
}

/* The form with an offset, which is the same instant everywhere. */
static bool parse_absolute(const char *text, int64_t *instant)
{
	const char *cursor = text + DATE_LENGTH + 1;
	int64_t clock;
	int64_t offset;
	int32_t day;

	if (strlen(text) <= DATE_LENGTH || !calendar_parse_day(text, &day) ||
	    (text[DATE_LENGTH] != 'T' && text[DATE_LENGTH] != ' '))
		return false;
	if (!take_clock(&cursor, &clock) || !take_offset(&cursor, &offset))
		return false;
	*instant = (int64_t)day * DAY_SECONDS + clock - offset;
	return *instant >= 0 && *instant <= SAMPLE_TIME_MAX;
}

int timestamp_parse(const char *text, int64_t *instant)
{
	char local[TIMESTAMP_SIZE];

	if (parse_absolute(text, instant))
		return 0;
	if (strlen(text) >= sizeof(local))
		return -EINVAL;
	strcpy(local, text);
	if (strlen(local) > DATE_LENGTH && local[DATE_LENGTH] == 'T')
		local[DATE_LENGTH] = ' ';
	return clock_parse(local, instant);
}

int timestamp_parse_words(const char *text, int64_t *instant)
{
	const char *blank = strrchr(text, ' ');
	char joined[TIMESTAMP_SIZE];

	/* "T" is for files: here words are parted by blanks. */
	if (strchr(text, 'T'))
		return -EINVAL;
	if (!blank || !strchr("+-Z", blank[1]) || !blank[1] ||
	    strlen(text) >= sizeof(joined))
		return timestamp_parse(text, instant);
	snprintf(joined, sizeof(joined), "%.*s%s", (int)(blank - text), text,
		 blank + 1);
	return parse_absolute(joined, instant) ? 0 : -EINVAL;
}

/* No clock was ever changed by more than a day, nor often within some days. */
#define AROUND_SECONDS (48 * 3600)
#define STEP_SECONDS 1800

enum { OFFSETS_MAX = 8, CLOCK_SIZE = 24 };

/* The offsets from UTC, in seconds, that are in use around a time. */
struct offsets {
	long list[OFFSETS_MAX];
	size_t count;
};

/* What the clock shows, as if it were UTC. */
static bool parse(const char *text, int64_t *shown)
{
	struct tm local = { .tm_mday = 0 };
	char copy[CLOCK_SIZE];
	const char *end;

	if (strlen(text) >= sizeof(copy) || strlen(text) < 16)
		return false;
	strcpy(copy, text);
	copy[10] = ' ';
	end = strptime(copy, "%Y-%m-%d %H:%M", &local);
	if (end && *end == ':')
		end = strptime(end, ":%S", &local);
	if (!end || *end)
		return false;
	*shown = timegm(&local);
	return *shown > AROUND_SECONDS &&
	       *shown < SAMPLE_TIME_MAX - AROUND_SECONDS;
}

static long offset_at(int64_t instant)
{
	const time_t time = (time_t)instant;
	struct tm local;

	return localtime_r(&time, &local) ? local.tm_gmtoff : 0;
}

static void find_offsets(int64_t shown, struct offsets *offsets)
{
	offsets->count = 0;
	for (int64_t at = shown - AROUND_SECONDS; at <= shown + AROUND_SECONDS;
	     at += STEP_SECONDS) {
		const long offset = offset_at(at);
		size_t known = 0;

		while (known < offsets->count && offsets->list[known] != offset)
			known++;
		if (known == offsets->count && known < OFFSETS_MAX)
			offsets->list[offsets->count++] = offset;
	}
}

/* The instants at which the clock showed that, up to two, the earlier one first. */
static size_t find_instants(int64_t shown, const struct offsets *offsets,
			    int64_t instants[2])
{
	size_t count = 0;

	for (size_t at = 0; at < offsets->count; at++) {
		const int64_t instant = shown - offsets->list[at];

		if (offset_at(instant) == offsets->list[at] && count < 2)
			instants[count++] = instant;
	}
	if (count == 2 && instants[0] > instants[1]) {
		const int64_t later = instants[0];

		instants[0] = instants[1];
		instants[1] = later;
	}
	return count;
}

/* The next minute that the clock did show. */
static int64_t find_next(int64_t shown, const struct offsets *offsets)
{
	int64_t instants[2];

	do
		shown += 60 - shown % 60;
	while (!find_instants(shown, offsets, instants));
	return shown;
}

static void format(int64_t shown, char text[CLOCK_SIZE])
{
	const time_t time = (time_t)shown;
	struct tm clock;

	strftime(text, CLOCK_SIZE, shown % 60 ? "%Y-%m-%d %H:%M:%S" :
						"%Y-%m-%d %H:%M",
		 gmtime_r(&time, &clock));
}

static void explain_twice(int64_t shown, const int64_t instants[2], char *words)
{
	char clock[CLOCK_SIZE];
	long minutes[2];

	format(shown, clock);
	for (int at = 0; at < 2; at++)
		minutes[at] = (long)(shown - instants[at]) / 60;
	snprintf(words, LOCAL_TIME_WORDS_SIZE,
		 "came twice, since the clock was set back; give '%s %c%02ld:%02ld' for the first, '%s %c%02ld:%02ld' for the second",
		 clock, minutes[0] < 0 ? '-' : '+', labs(minutes[0]) / 60,
		 labs(minutes[0]) % 60, clock, minutes[1] < 0 ? '-' : '+',
		 labs(minutes[1]) / 60, labs(minutes[1]) % 60);
}

enum local_time_kind local_time_explain(const char *text, char *words,
					int64_t *second)
{
	struct offsets offsets;
	char next[CLOCK_SIZE];
	int64_t instants[2];
	int64_t shown;

	*words = '\0';
	if (!parse(text, &shown))
		return LOCAL_TIME_NONE;
	find_offsets(shown, &offsets);
	switch (find_instants(shown, &offsets, instants)) {
	case 1:
		return LOCAL_TIME_ONCE;
	case 2:
		explain_twice(shown, instants, words);
		*second = instants[1];
		return LOCAL_TIME_TWICE;
	default:
		format(find_next(shown, &offsets), next);
		snprintf(words, LOCAL_TIME_WORDS_SIZE,
			 "never was: the clock was set forward over it, to %s",
			 next);
		return LOCAL_TIME_SKIPPED;
	}
}
