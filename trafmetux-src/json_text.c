// SPDX-License-Identifier: GPL-2.0-or-later
#include "json_text.h"

#include "number.h"

static bool is_plain(unsigned char letter)
{
	return letter >= ' ' && letter < 0x7f && letter != '"' &&
	       letter != '\\';
}

void json_write_text(FILE *output, const char *text)
{
	fputc('"', output);
	while (*text) {
		const char *plain = text;
		unsigned char letter;

		while (is_plain((unsigned char)*text))
			text++;
		fwrite(plain, 1, (size_t)(text - plain), output);
		letter = (unsigned char)*text;
		if (!letter)
			break;
		text++;
		if (letter == '"' || letter == '\\')
			fprintf(output, "\\%c", letter);
		else if (letter < ' ')
			fprintf(output, "\\u%04x", letter);
		else
			fputc('?', output);
	}
	fputc('"', output);
}

void json_write_amount(FILE *output, struct amount amount)
{
	if (amount.is_negative)
		fputc('-', output);
	number_print(output, amount.size);
}
