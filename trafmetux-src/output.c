// SPDX-License-Identifier: GPL-2.0-or-later
#include "output.h"

size_t output_digits(char text[OUTPUT_DIGITS], uint64_t number)
{
	char reversed[OUTPUT_DIGITS];
	size_t length = 0;

	do {
		reversed[length++] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	for (size_t at = 0; at < length; at++)
		text[at] = reversed[length - 1 - at];
	return length;
}

void output_padded(char *text, unsigned int number, size_t count)
{
	while (count-- > 0) {
		text[count] = (char)('0' + number % 10);
		number /= 10;
	}
}

void output_amount(FILE *output, struct amount amount)
{
	char text[OUTPUT_DIGITS];
	size_t length = output_digits(text, amount.size);

	if (amount.is_negative)
		output_letter(output, '-');
	fwrite_unlocked(text, 1, length, output);
}

void output_time(FILE *output, int64_t time)
{
	const struct amount amount = {
		.size = time < 0 ? 0 - (uint64_t)time : (uint64_t)time,
		.is_negative = time < 0,
	};

	output_amount(output, amount);
}
