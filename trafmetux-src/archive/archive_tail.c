// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/archive_tail.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "archive/record.h"

/* A file's last 4096 bytes hold an "@": see docs/archive-format.md. */
enum { TAIL_SIZE = 2 * 4096 };

/* Files whose end holds no record: bare "@" lines, or damage. */
enum { FILES_MAX = 4 };

/* Where whole lines begin in the file's end, which is read into @text. */
static size_t read_end(int file, char text[TAIL_SIZE], size_t *length)
{
	const off_t size = lseek(file, 0, SEEK_END);
	const off_t from = size > TAIL_SIZE ? size - TAIL_SIZE : 0;
	const ssize_t got = size < 0 ? -1 : pread(file, text, TAIL_SIZE, from);
	const char *newline;

	*length = got > 0 ? (size_t)got : 0;
	/* What a write was cut off at, nobody believes. */
	while (*length && text[*length - 1] != '\n')
		--*length;
	newline = from && *length ? memchr(text, '\n', *length) : NULL;
	return newline ? (size_t)(newline - text) + 1 : 0;
}

static void take_line(const char *line, size_t length, int64_t present,
		      bool *has_series, uint64_t *series,
		      struct archive_tail *tail)
{
	struct record record;

	record_parse(line, length, &record);
	if (record.kind == RECORD_SERIES) {
		*has_series = true;
		*series = record.series;
	} else if (record.kind == RECORD_SAMPLE &&
		   record.sample.time <= present) {
		tail->time = record.sample.time;
		tail->has_series = *has_series;
		tail->series = *series;
		tail->counters = record.sample.counters;
	}
}

static void read_file(int file, int64_t present, struct archive_tail *tail)
{
	char text[TAIL_SIZE];
	bool has_series = false;
	uint64_t series = 0;
	size_t length;

	for (size_t at = read_end(file, text, &length); at < length;) {
		const char *end = memchr(text + at, '\n', length - at);
		const size_t size = (size_t)(end - (text + at));

		take_line(text + at, size, present, &has_series, &series, tail);
		at += size + 1;
	}
}

void archive_tail_read(const struct archive *archive,
		       const struct archive_file *files, size_t count,
		       int64_t present, struct archive_tail *tail)
{
	*tail = (struct archive_tail){ .time = 0 };
	for (int tries = 0; count > 0 && tries < FILES_MAX && !tail->time;
	     tries++) {
		int file = archive_open_file(archive, &files[--count],
					     O_RDONLY);

		if (file < 0)
			continue;
		read_file(file, present, tail);
		close(file);
	}
}
