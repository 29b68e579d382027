/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in lines of text that need not end in NUL, read and written. */
#ifndef TRAFMETUX_NUMBER_H
#define TRAFMETUX_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Digits of a series in text. */
#define NUMBER_SERIES_DIGITS 16

/** The most decimal digits that a number has. */
#define NUMBER_DIGITS 20

/**
 * number_parse - read an unsigned decimal number
 * @cursor:	where it starts; moved to the first byte that is no digit
 * @end:	first byte that must not be read
 * @value:	the number
 *
 * Returns false when there is no digit or the number exceeds 64 bits.
 */
bool number_parse(const char **cursor, const char *end, uint64_t *value);

/**
 * number_parse_time - read a time or SINCE: as number_parse(), up to
 * SAMPLE_TIME_MAX
 */
bool number_parse_time(const char **cursor, const char *end, int64_t *value);

/** number_parse_series - read 16 hexadecimal digits in lower case */
bool number_parse_series(const char **cursor, const char *end, uint64_t *value);

/** number_parse_word - read a whole NUL-terminated word as a decimal number */
bool number_parse_word(const char *word, uint64_t *value);

/*
 * Reports over years have a million numbers, and printf() takes ten times as
 * long for one as these do.
 */

/**
 * number_format - write a decimal number and a NUL; returns its length
 *
 * @text has room for NUMBER_DIGITS + 1 bytes.
 */
size_t number_format(char *text, uint64_t value);

/** number_format_pair - write two decimal digits, of 0 to 99, and no NUL */
static inline void number_format_pair(char text[2], unsigned int value)
{
	text[0] = (char)('0' + value / 10);
	text[1] = (char)('0' + value % 10);
}

#endif
