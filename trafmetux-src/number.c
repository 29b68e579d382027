// SPDX-License-Identifier: GPL-2.0-or-later
#include "number.h"

#include <endian.h>
#include <string.h>

#include "sample.h"

/* Any number of so many digits fits into 64 bits. */
#define SAFE_DIGITS 19

static unsigned int digit_of(char letter)
{
	return (unsigned int)(unsigned char)letter - '0';
}

/*
 * Eight digits at once, as bytes of one number: a digit is 0x30 to 0x39, so its
 * upper half is 3, and stays 3 when 6 is added. Then neighbours are joined to
 * numbers of two digits, those to four, and those to eight.
 */
static bool parse_eight(const char *text, uint64_t *value)
{
	const uint64_t upper = UINT64_C(0xf0f0f0f0f0f0f0f0);
	const uint64_t threes = UINT64_C(0x3030303030303030);
	uint64_t bytes;

	memcpy(&bytes, text, sizeof(bytes));
	/* The first digit in the lowest byte. */
	bytes = le64toh(bytes);
	if ((bytes & upper) != threes ||
	    ((bytes + UINT64_C(0x0606060606060606)) & upper) != threes)
		return false;
	bytes -= threes;
	bytes = (bytes * 10 + (bytes >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	bytes = (bytes * 100 + (bytes >> 16)) & UINT64_C(0x0000ffff0000ffff);
	*value = (bytes * 10000 + (bytes >> 32)) & UINT64_C(0xffffffff);
	return true;
}

bool number_parse(const char **cursor, const char *end, uint64_t *value)
{
	const char *at = *cursor;
	/* Nearly all digits are read here: archives are hardly more than that. */
	const char *safe = end - at > SAFE_DIGITS ? at + SAFE_DIGITS : end;
	uint64_t number = 0;
	uint64_t eight;

	for (; safe - at >= 8 && parse_eight(at, &eight); at += 8)
		number = number * 100000000 + eight;
	for (; at < safe && digit_of(*at) <= 9; at++)
		number = number * 10 + digit_of(*at);
	for (; at >= safe && at < end && digit_of(*at) <= 9; at++) {
		if (number > (UINT64_MAX - digit_of(*at)) / 10)
			return false;
		number = number * 10 + digit_of(*at);
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

size_t number_format(char *text, uint64_t value)
{
	char digits[NUMBER_DIGITS];
	size_t count = 0;

	do {
		digits[NUMBER_DIGITS - ++count] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	memcpy(text, digits + NUMBER_DIGITS - count, count);
	text[count] = '\0';
	return count;
}

void number_format_pair(char text[2], unsigned int value)
{
	text[0] = (char)('0' + value / 10);
	text[1] = (char)('0' + value % 10);
}
