// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/line_reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void line_reader_start(struct line_reader *reader, int descriptor)
{
	reader->descriptor = descriptor;
	reader->start = 0;
	reader->end = 0;
	reader->number = 0;
	reader->at_end = false;
}

/* Moves what is left to the front and reads more; 1, 0 at the end, -errno. */
static int refill(struct line_reader *reader)
{
	ssize_t got;

	if (reader->at_end)
		return 0;
	memmove(reader->buffer, reader->buffer + reader->start,
		reader->end - reader->start);
	reader->end -= reader->start;
	reader->start = 0;
	do {
		got = read(reader->descriptor, reader->buffer + reader->end,
			   sizeof(reader->buffer) - reader->end);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	reader->end += (size_t)got;
	reader->at_end = got == 0;
	return got > 0;
}

/* Drops the rest of a line that is too long; 1, 0 at the end, -errno. */
static int skip_rest(struct line_reader *reader)
{
	int more = 1;

	while (more > 0) {
		const char *from = reader->buffer + reader->start;
		const char *newline = memchr(from, '\n',
					     reader->end - reader->start);

		if (newline) {
			reader->start += (size_t)(newline - from) + 1;
			return 1;
		}
		reader->start = reader->end;
		more = refill(reader);
	}
	return more;
}

int line_reader_next(struct line_reader *reader, struct line *line)
{
	size_t searched = 0;

	for (;;) {
		const char *from = reader->buffer + reader->start;
		size_t held = reader->end - reader->start;
		const char *newline = memchr(from + searched, '\n',
					     held - searched);
		int more;

		*line = (struct line){ .text = from, .length = held,
				       .number = reader->number + 1 };
		if (newline) {
			line->length = (size_t)(newline - from);
			line->complete = true;
			line->too_long = line->length > LINE_LENGTH_MAX;
			reader->start += line->length + 1;
			reader->number++;
			return 1;
		}
		if (held > LINE_LENGTH_MAX) {
			line->too_long = true;
			more = skip_rest(reader);
			if (more < 0)
				return more;
			line->complete = more > 0;
			line->length = 0;
			reader->number++;
			return 1;
		}
		searched = held;
		more = refill(reader);
		if (more < 0)
			return more;
		if (more == 0 && held == 0)
			return 0;
		if (more == 0) {
			line->text = reader->buffer + reader->start;
			reader->start = reader->end;
			reader->number++;
			return 1;
		}
	}
}
