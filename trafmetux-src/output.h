/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writing rows by the hundred thousand: text and numbers without a format to be
 * read each time, and without the stream's lock. The program has one thread.
 */
#ifndef TRAFMETUX_OUTPUT_H
#define TRAFMETUX_OUTPUT_H

#include <stdint.h>
#include <stdio.h>

#include "amount.h"

/** Room for the digits of 64 bits. */
#define OUTPUT_DIGITS 20

/** output_digits - write @number into @text, not NUL-terminated; its length */
size_t output_digits(char text[OUTPUT_DIGITS], uint64_t number);

/** output_padded - the last @count digits of @number, with leading zeros */
void output_padded(char *text, unsigned int number, size_t count);

/** output_text - write a string */
static inline void output_text(FILE *output, const char *text)
{
	fputs_unlocked(text, output);
}

/** output_letter - write a byte */
static inline void output_letter(FILE *output, char letter)
{
	putc_unlocked(letter, output);
}

/** output_amount - write a number in decimal, with a sign if it is below zero */
void output_amount(FILE *output, struct amount amount);

/** output_time - write a signed number in decimal */
void output_time(FILE *output, int64_t time);

#endif
