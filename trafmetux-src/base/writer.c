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
