// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/timestamp.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
