// SPDX-License-Identifier: GPL-2.0-or-later
#include "number.h"

#include <string.h>

#include "sample.h"

bool number_parse(const char **cursor, const char *end, uint64_t *value)
{
	const char *at = *cursor;
	uint64_t number = 0;

	for (; at < end; at++) {
		unsigned int digit = (unsigned int)(unsigned char)*at - '0';

		if (digit > 9)
			break;
		if (number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	if (at == *cursor)
		return false;
	*cursor = at;
	*value = number;
	return true;
}

bool number_parse_time(const char **cursor, const char *end, int64_t *value)
{
	uint64_t number;

	if (!number_parse(cursor, end, &number) || number > SAMPLE_TIME_MAX)
		return false;
	*value = (int64_t)number;
	return true;
}

bool number_parse_series(const char **cursor, const char *end, uint64_t *value)
{
	const char *at = *cursor;
	uint64_t number = 0;

	if (end - at < NUMBER_SERIES_DIGITS)
		return false;
	for (int digit = 0; digit < NUMBER_SERIES_DIGITS; digit++, at++) {
		if (*at >= '0' && *at <= '9')
			number = number << 4 | (uint64_t)(*at - '0');
		else if (*at >= 'a' && *at <= 'f')
			number = number << 4 | (uint64_t)(*at - 'a' + 10);
		else
			return false;
	}
	*cursor = at;
	*value = number;
	return true;
}

bool number_parse_word(const char *word, uint64_t *value)
{
	const char *cursor = word;
	const char *end = word + strlen(word);

	return number_parse(&cursor, end, value) && cursor == end;
}
