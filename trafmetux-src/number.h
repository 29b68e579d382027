/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers in lines of text that need not end in NUL. */
#ifndef TRAFMETUX_NUMBER_H
#define TRAFMETUX_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/** Digits of a series in text. */
#define NUMBER_SERIES_DIGITS 16

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

#endif
