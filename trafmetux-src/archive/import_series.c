// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/import_series.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "base/line_reader.h"
#include "base/number.h"

/* A descriptor of the list, or -errno. */
static int open_list(const struct archive *archive, int flags)
{
	return file_open_plain(archive->directory, IMPORT_SERIES_FILE, flags);
}

static int add(struct import_series *series, uint64_t id)
{
	int error = array_reserve((void **)&series->list, &series->capacity,
				  series->count + 1, sizeof(*series->list));

	if (!error)
		series->list[series->count++] = id;
	return error;
}

static bool parse(const struct line *line, uint64_t *id)
{
	const char *cursor = line->text;
	const char *end = line->text + line->length;

	return !line->too_long && number_parse_series(&cursor, end, id) &&
	       cursor < end && *cursor == ' ';
}

int import_series_read(const struct archive *archive,
		       struct import_series *series)
{
	int descriptor = open_list(archive, O_RDONLY);
	struct line_reader *lines;
	struct line line;
	uint64_t id;
	int error = 0;

	*series = (struct import_series){ 0 };
	if (descriptor < 0)
		return 0;
	lines = malloc(sizeof(*lines));
	if (!lines)
		error = -ENOMEM;
	else
		line_reader_start(lines, descriptor);
	while (!error && line_reader_next(lines, &line) > 0) {
		if (parse(&line, &id))
			error = add(series, id);
	}
	free(lines);
	close(descriptor);
	return error;
}

bool import_series_holds(const struct import_series *series, uint64_t id)
{
	for (size_t at = 0; at < series->count; at++) {
		if (series->list[at] == id)
			return true;
	}
	return false;
}

void import_series_free(struct import_series *series)
{
	array_free((void **)&series->list, &series->capacity);
	series->count = 0;
}

static void print_new(const struct import_series_run *run,
		      const struct import_series *known, FILE *output)
{
	for (uint64_t id = run->first;; id++) {
		if (!import_series_holds(known, id))
			fprintf(output, "%016" PRIx64 " %s\n", id,
				run->monitor);
		if (id == run->last)
			break;
	}
}

int import_series_note(const struct archive *archive,
		       const struct import_series_run *runs, size_t count)
{
	struct import_series known;
	char *text = NULL;
	size_t length = 0;
	FILE *output = NULL;
	int descriptor = -1;
	int error = import_series_read(archive, &known);

	if (!error)
		output = open_memstream(&text, &length);
	if (output) {
		/* In a line of its own, whatever was cut off before. */
		fputc('\n', output);
		for (size_t at = 0; at < count; at++)
			print_new(&runs[at], &known, output);
	}
	if (!error && (!output || fclose(output)))
		error = -ENOMEM;
	if (!error && length > 1) {
		descriptor = open_list(archive,
				       O_WRONLY | O_APPEND | O_CREAT);
		error = descriptor < 0 ? descriptor :
			file_write(descriptor, text, length);
	}
	if (descriptor >= 0)
		close(descriptor);
	free(text);
	import_series_free(&known);
	return error;
}
