/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a file line by line through one bounded buffer. */
#ifndef TRAFMETUX_LINE_READER_H
#define TRAFMETUX_LINE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Longest line that is handed out, in bytes. No line of ours is longer than
 * 160; what is longer is damage and is passed over.
 */
#define LINE_LENGTH_MAX 4096

#define LINE_BUFFER_SIZE 65536

/** One line; @text is valid until the next call. */
struct line {
	const char *text;	/* without the newline, not NUL-terminated */
	size_t length;
	uint64_t number;	/* counted from 1 where reading began */
	bool complete;		/* ended by a newline */
	bool too_long;		/* over LINE_LENGTH_MAX: text is not to be read */
};

/** The reader; the caller owns the descriptor and closes it. */
struct line_reader {
	int descriptor;
	size_t start;
	size_t end;
	uint64_t number;
	bool at_end;
	char buffer[LINE_BUFFER_SIZE];
};

/** line_reader_start - read from where @descriptor stands */
void line_reader_start(struct line_reader *reader, int descriptor);

/** line_reader_next - 1 and a line, 0 at the end of the file, or -errno */
int line_reader_next(struct line_reader *reader, struct line *line);

#endif
