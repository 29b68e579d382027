// SPDX-License-Identifier: GPL-2.0-or-later
#include "json_text.h"

#include "output.h"

void json_write_text(FILE *output, const char *text)
{
	putc_unlocked('"', output);
	for (; *text; text++) {
		const unsigned char letter = (unsigned char)*text;

		if (letter == '"' || letter == '\\')
			putc_unlocked('\\', output);
		if (letter < ' ')
			fprintf(output, "\\u%04x", letter);
		else
			putc_unlocked(letter < 0x7f ? letter : '?', output);
	}
	putc_unlocked('"', output);
}
