// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/writer.h"

/* There is one thread only: no stream needs its lock. */
void writer_end(struct writer *writer)
{
	fwrite_unlocked(writer->buffer, 1, writer->length, writer->stream);
	writer->length = 0;
}

void writer_add_long(struct writer *writer, const char *text, size_t length)
{
	writer_end(writer);
	fwrite_unlocked(text, 1, length, writer->stream);
}

static bool is_plain(unsigned char letter)
{
	return letter >= ' ' && letter < 0x7f && letter != '"' &&
	       letter != '\\';
}

void writer_json_text(struct writer *writer, const char *text)
{
	char escaped[sizeof("\\u0000")];

	writer_text(writer, "\"");
	while (*text) {
		const char *plain = text;
		unsigned char letter;

		while (is_plain((unsigned char)*text))
			text++;
		writer_add(writer, plain, (size_t)(text - plain));
		letter = (unsigned char)*text;
		if (!letter)
			break;
		text++;
		if (letter == '"' || letter == '\\')
			snprintf(escaped, sizeof(escaped), "\\%c", letter);
		else if (letter < ' ')
			snprintf(escaped, sizeof(escaped), "\\u%04x", letter);
		else
			strcpy(escaped, "?");
		writer_text(writer, escaped);
	}
	writer_text(writer, "\"");
}
