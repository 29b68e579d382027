// SPDX-License-Identifier: GPL-2.0-or-later
#include "json_text.h"

#include <inttypes.h>

void json_write_text(FILE *output, const char *text)
{
	fputc('"', output);
	for (; *text; text++) {
		const unsigned char letter = (unsigned char)*text;

		if (letter == '"' || letter == '\\')
			fputc('\\', output);
		if (letter < ' ')
			fprintf(output, "\\u%04x", letter);
		else
			fputc(letter < 0x7f ? letter : '?', output);
	}
	fputc('"', output);
}

void json_write_amount(FILE *output, struct amount amount)
{
	if (amount.is_negative)
		fputc('-', output);
	fprintf(output, "%" PRIu64, amount.size);
}
