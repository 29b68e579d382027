// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/number.h"

#include <endian.h>
#include <string.h>

#include "base/sample.h"

static unsigned int digit_of(char letter)
{
	return (unsigned int)(unsigned char)letter - '0';
}

/* By which a number grows when so many digits are put behind it. */
static const uint32_t powers[] = {
	1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000,
};

/*
 * Up to eight digits at once, as bytes of one number; returns how many there are.
 * A digit is 0x30 to 0x39, so without its threes the upper half is 0, and stays 0
 * when 6 is added. Zeros are put before the digits to make them eight. Then
 * neighbours are joined to numbers of two digits, those to four, and those to eight.
 */
static inline unsigned int parse_eight(const char *text, uint32_t *value)
{
	uint64_t bytes;
	uint64_t others;
	unsigned int count = 8;

	memcpy(&bytes, text, sizeof(bytes));
	/* The first digit in the lowest byte. */
	bytes = le64toh(bytes) ^ UINT64_C(0x3030303030303030);
	others = (bytes | (bytes + UINT64_C(0x0606060606060606))) &
		 UINT64_C(0xf0f0f0f0f0f0f0f0);
	if (others) {
		count = (unsigned int)__builtin_ctzll(others) / 8;
		/* In two steps: a shift by 64 is none. */
		bytes = bytes << (7 - count) * 8 << 8;
	}
	bytes = (bytes * 10 + (bytes >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	bytes = (bytes * 100 + (bytes >> 16)) & UINT64_C(0x0000ffff0000ffff);
	*value = (uint32_t)(bytes * 10000 + (bytes >> 32));
	return count;
}

/* The digits from @at on, after those that made @number. */
static bool parse_rest(const char **cursor, const char *at, const char *end,
		       uint64_t number, uint64_t *value)
{
	for (; at < end && digit_of(*at) <= 9; at++) {
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

/* Nearly all digits are read here: archives are hardly more than that. */
bool number_parse(const char **cursor, const char *end, uint64_t *value)
{
	const char *at = *cursor;
	unsigned int count;
	uint32_t first;
	uint32_t second;

	if (end - at < 8)
		return parse_rest(cursor, at, end, 0, value);
	count = parse_eight(at, &first);
	if (count < 8) {
		*cursor = at + count;
		*value = first;
		return count > 0;
	}
	if (end - at < 16)
		return parse_rest(cursor, at + 8, end, first, value);
	count = parse_eight(at + 8, &second);
	if (count == 8)
		return parse_rest(cursor, at + 16, end,
				  (uint64_t)first * 100000000 + second, value);
	*cursor = at + 8 + count;
	*value = (uint64_t)first * powers[count] + second;
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

/*
 * The eight digits of a number below 100,000,000 as bytes of one number, without
 * their threes, the first digit in the lowest byte: parse_eight() backwards. It is
 * split into two numbers of four digits, those into numbers of two, and those into
 * digits, always dividing all of them at once, by multiplying with 2^20/100 and
 * 2^10/10 rounded up, which is exact up to 9999 and 99.
 */
static inline uint64_t split_eight(uint32_t number)
{
	uint64_t digits = number / 10000 | (uint64_t)(number % 10000) << 32;
	uint64_t upper = digits * 10486 >> 20 & UINT64_C(0x0000007f0000007f);

	digits = upper | (digits - upper * 100) << 16;
	upper = digits * 103 >> 10 & UINT64_C(0x000f000f000f000f);
	return upper | (digits - upper * 10) << 8;
}

/* Writes eight bytes, which begin with the digits of @number; returns how many. */
static inline size_t write_first(char *text, uint32_t number)
{
	uint64_t digits = split_eight(number);
	/* Zero has a digit too. */
	const unsigned int zeros =
		(unsigned int)__builtin_ctzll(digits | UINT64_C(1) << 56) / 8;

	digits = htole64((digits | UINT64_C(0x3030303030303030)) >> zeros * 8);
	memcpy(text, &digits, sizeof(digits));
	return 8 - zeros;
}

/* Writes eight digits. */
static inline void write_eight(char *text, uint32_t number)
{
	const uint64_t digits =
		htole64(split_eight(number) | UINT64_C(0x3030303030303030));

	memcpy(text, &digits, sizeof(digits));
}

size_t number_format(char *text, uint64_t value)
{
	const uint64_t eight = 100000000;
	size_t count;

	if (value < eight) {
		count = write_first(text, (uint32_t)value);
	} else if (value < eight * eight) {
		count = write_first(text, (uint32_t)(value / eight));
		write_eight(text + count, (uint32_t)(value % eight));
		count += 8;
	} else {
		count = write_first(text, (uint32_t)(value / (eight * eight)));
		value %= eight * eight;
		write_eight(text + count, (uint32_t)(value / eight));
		write_eight(text + count + 8, (uint32_t)(value % eight));
		count += 16;
	}
	text[count] = '\0';
	return count;
}
