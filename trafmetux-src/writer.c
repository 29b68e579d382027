// SPDX-License-Identifier: GPL-2.0-or-later
#include "writer.h"

void writer_end(struct writer *writer)
{
	fwrite(writer->buffer, 1, writer->length, writer->stream);
	writer->length = 0;
}

void writer_add_long(struct writer *writer, const char *text, size_t length)
{
	writer_end(writer);
	fwrite(text, 1, length, writer->stream);
}
