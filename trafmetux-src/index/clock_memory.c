// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/clock_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_note.h"
#include "base/array.h"
#include "base/number.h"

#define NOTE ".clock"

/* "WORD ...": moves past the word and its blank; false when it is another line. */
static bool is_word(const char **cursor, const char *word)
{
	const size_t length = strlen(word);

	if (strncmp(*cursor, word, length) != 0 || (*cursor)[length] != ' ')
		return false;
	*cursor += length + 1;
	return true;
}

int clock_memory_hold(struct clock_memory *memory,
		      const struct clock_held *held)
{
	int error;

	for (size_t at = 0; at < memory->held_count; at++) {
		struct clock_held *known = &memory->held[at];

		if (known->series == held->series &&
		    strcmp(known->monitor, held->monitor) == 0) {
			*known = *held;
			return 0;
		}
	}
	error = array_reserve((void **)&memory->held, &memory->held_capacity,
			      memory->held_count + 1, sizeof(*held));
	if (!error)
		memory->held[memory->held_count++] = *held;
	return error;
}

void clock_memory_drop(struct clock_memory *memory, size_t at)
{
	memory->held[at] = memory->held[--memory->held_count];
}

/* "NAME SERIES PACKETS BYTES" */
static int take_held(struct clock_memory *memory, const char *line,
		     const char *end)
{
	const size_t length = strcspn(line, " ");
	struct clock_held held = { .series = 0 };

	if (length >= sizeof(held.monitor) || !line[length])
		return 0;
	memcpy(held.monitor, line, length);
	line += length + 1;
	if (!monitor_name_valid(held.monitor) ||
	    !number_parse_series(&line, end, &held.series) || *line++ != ' ' ||
	    !number_parse(&line, end, &held.counters.packets) ||
	    *line++ != ' ' ||
	    !number_parse(&line, end, &held.counters.bytes) || line != end)
		return 0;
	return clock_memory_hold(memory, &held);
}

/* "BOOT UPTIME TIME" */
static void take_base(struct clock_memory *memory, const char *line,
		      const char *end)
{
	struct clock_base base;

	if (number_parse_series(&line, end, &base.boot) && *line++ == ' ' &&
	    number_parse_time(&line, end, &base.uptime) && *line++ == ' ' &&
	    number_parse_time(&line, end, &base.newest) && line == end)
		memory->base = base;
}

/* What is not understood is not remembered: it will be told again. */
static int take_line(void *context, const char *line)
{
	struct clock_memory *memory = context;
	const char *end = line + strlen(line);
	int64_t first;
	int64_t second;

	if (is_word(&line, "disbelieved")) {
		if (number_parse_time(&line, end, &first) && line == end)
			memory->disbelieved = first;
	} else if (is_word(&line, "accepted")) {
		if (number_parse_time(&line, end, &first) && *line++ == ' ' &&
		    number_parse_time(&line, end, &second) && line == end) {
			memory->accepted = first;
			memory->future = second;
		}
	} else if (is_word(&line, "base")) {
		take_base(memory, line, end);
	} else if (is_word(&line, "plan") && monitor_name_valid(line)) {
		return monitor_names_add(&memory->plans, line);
	} else if (is_word(&line, "held")) {
		return take_held(memory, line, end);
	}
	return 0;
}

void clock_memory_read(struct clock_memory *memory,
		       const struct archive *archive)
{
	*memory = (struct clock_memory){ .disbelieved = 0 };
	archive_note_read(archive, NOTE, take_line, memory);
	monitor_names_sort(&memory->plans);
}

static void write_lines(const struct clock_memory *memory, FILE *stream)
{
	fputs("# trafmetux clock version 1\n", stream);
	if (memory->disbelieved)
		fprintf(stream, "disbelieved %" PRId64 "\n",
			memory->disbelieved);
	if (memory->future)
		fprintf(stream, "accepted %" PRId64 " %" PRId64 "\n",
			memory->accepted, memory->future);
	if (memory->base.newest)
		fprintf(stream,
			"base %016" PRIx64 " %" PRId64 " %" PRId64 "\n",
			memory->base.boot, memory->base.uptime,
			memory->base.newest);
	for (size_t at = 0; at < memory->plans.count; at++)
		fprintf(stream, "plan %s\n", memory->plans.list[at]);
	for (size_t at = 0; at < memory->held_count; at++) {
		const struct clock_held *held = &memory->held[at];

		fprintf(stream,
			"held %s %016" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
			held->monitor, held->series, held->counters.packets,
			held->counters.bytes);
	}
}

int clock_memory_write(const struct clock_memory *memory,
		       const struct archive *archive)
{
	const int lock = archive_note_lock(archive, NOTE);
	char *text = NULL;
	size_t length = 0;
	FILE *stream;
	int error = lock < 0 ? lock : 0;

	stream = error ? NULL : open_memstream(&text, &length);
	if (stream) {
		write_lines(memory, stream);
		error = fclose(stream) ? -ENOMEM :
			archive_note_write(archive, NOTE, text, length);
	} else if (!error) {
		error = -ENOMEM;
	}
	free(text);
	if (lock >= 0)
		close(lock);
	return error;
}

void clock_memory_free(struct clock_memory *memory)
{
	monitor_names_free(&memory->plans);
	array_free((void **)&memory->held, &memory->held_capacity);
	memory->held_count = 0;
}
