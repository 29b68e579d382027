// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/clock_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_file.h"
#include "base/array.h"
#include "base/hash.h"
#include "base/machine.h"
#include "base/number.h"

#define NOTE ".clock"

/* Stands for what could not be read, until that is accepted. */
static const char lost_line[] = "lost";

/* "WORD ...": moves past the word and its blank; false when it is another line. */
static bool is_word(const char **cursor, const char *word)
{
	const size_t length = strlen(word);

	if (strncmp(*cursor, word, length) != 0 || (*cursor)[length] != ' ')
		return false;
	*cursor += length + 1;
	return true;
}

static struct clock_held *find_held(const struct clock_memory *memory,
				    const struct clock_held *held)
{
	for (size_t at = 0; at < memory->held_count; at++) {
		struct clock_held *known = &memory->held[at];

		if (known->series == held->series &&
		    strcmp(known->monitor, held->monitor) == 0)
			return known;
	}
	return NULL;
}

/* The higher one counts: a series only grows. */
static int add_held(struct clock_memory *memory, const struct clock_held *held)
{
	struct clock_held *known = find_held(memory, held);
	int error = 0;

	if (known) {
		if (counters_compare(&held->counters, &known->counters) > 0)
			*known = *held;
		return 0;
	}
	error = array_reserve((void **)&memory->held, &memory->held_capacity,
			      memory->held_count + 1, sizeof(*held));
	if (!error)
		memory->held[memory->held_count++] = *held;
	return error;
}

int clock_memory_hold(struct clock_memory *memory,
		      const struct clock_held *held)
{
	struct clock_held added = *held;

	added.is_new = true;
	return add_held(memory, &added);
}

/* "NAME SERIES PACKETS BYTES"; -EBADMSG when it is not. */
static int take_held(struct clock_memory *memory, const char *line,
		     const char *end)
{
	const size_t length = strcspn(line, " ");
	struct clock_held held = { .series = 0 };

	if (length >= sizeof(held.monitor) || !line[length])
		return -EBADMSG;
	memcpy(held.monitor, line, length);
	line += length + 1;
	if (!monitor_name_valid(held.monitor) ||
	    !number_parse_series(&line, end, &held.series) || *line++ != ' ' ||
	    !number_parse(&line, end, &held.counters.packets) ||
	    *line++ != ' ' ||
	    !number_parse(&line, end, &held.counters.bytes) || line != end)
		return -EBADMSG;
	return add_held(memory, &held);
}

/* "BOOT UPTIME TIME" */
static int take_mark(struct clock_mark *mark, const char *line, const char *end)
{
	struct clock_mark found;

	if (!number_parse_series(&line, end, &found.boot) || *line++ != ' ' ||
	    !number_parse_time(&line, end, &found.uptime) || *line++ != ' ' ||
	    !number_parse_time(&line, end, &found.time) || line != end)
		return -EBADMSG;
	*mark = found;
	return 0;
}

/* "TIME FUTURE" */
static int take_accepted(struct clock_memory *memory, const char *line,
			 const char *end)
{
	int64_t accepted;
	int64_t future;

	if (!number_parse_time(&line, end, &accepted) || *line++ != ' ' ||
	    !number_parse_time(&line, end, &future) || line != end)
		return -EBADMSG;
	memory->accepted = accepted;
	memory->future = future;
	return 0;
}

/* Returns -EBADMSG for what is not understood: it is not remembered. */
static int take_word(struct clock_memory *memory, const char *line)
{
	const char *const end = line + strlen(line);

	if (is_word(&line, "machine")) {
		memory->is_signed |= number_parse_series(&line, end,
							 &memory->machine) &&
				     line == end;
		return memory->is_signed ? 0 : -EBADMSG;
	}
	if (is_word(&line, "disbelieved"))
		return number_parse_time(&line, end, &memory->disbelieved) &&
		       line == end ? 0 : -EBADMSG;
	if (is_word(&line, "accepted"))
		return take_accepted(memory, line, end);
	if (is_word(&line, "base"))
		return take_mark(&memory->base, line, end);
	if (is_word(&line, "believed"))
		return take_mark(&memory->believed, line, end);
	if (is_word(&line, "plan") && monitor_name_valid(line))
		return monitor_names_add(&memory->plans, line);
	if (is_word(&line, "held"))
		return take_held(memory, line, end);
	memory->is_lost |= strcmp(line, lost_line) == 0;
	return memory->is_lost ? 0 : -EBADMSG;
}

/* While the file is read. */
struct reading {
	struct clock_memory *memory;
	uint64_t sum;		/* of its lines but that one, as it says, */
	uint64_t found;		/* and as it is */
	bool has_sum;		/* earlier releases wrote none */
	bool has_line;
	bool is_cut;
	bool is_strange;	/* a line was not understood */
};

static uint64_t sum_line(uint64_t sum, const char *line)
{
	return hash_bytes(hash_bytes(sum, line, strlen(line)), "\n", 1);
}

static int take_line(void *context, const char *line, bool is_whole)
{
	struct reading *reading = context;
	const char *const end = line + strlen(line);
	const char *cursor = line;
	int error;

	reading->has_line = true;
	if (!is_whole) {
		reading->is_cut = true;
		return 0;
	}
	if (is_word(&cursor, "sum") &&
	    number_parse_series(&cursor, end, &reading->sum) && cursor == end) {
		reading->has_sum = true;
		return 0;
	}
	reading->found = sum_line(reading->found, line);
	error = take_word(reading->memory, line);
	reading->is_strange |= error == -EBADMSG;
	return error == -EBADMSG ? 0 : error;
}

/* A later release may write more words, and a right sum. */
static bool is_damaged(const struct reading *reading)
{
	if (reading->is_cut || !reading->has_line)
		return true;
	return reading->has_sum ? reading->sum != reading->found :
				  reading->is_strange;
}

static bool has_marks(const struct clock_memory *memory)
{
	return memory->disbelieved || memory->believed.time;
}

/*
 * Were the marks written on another machine? One that has no id, as OpenWrt's, writes 0;
 * here, without one, nobody can tell.
 */
static bool is_foreign(const struct clock_memory *memory)
{
	struct place here;

	if (!memory->is_signed || !has_marks(memory))
		return false;
	here = place_find();
	return here.machine && memory->machine != here.machine &&
	       (!here.boot || memory->believed.boot != here.boot);
}

/* What is marked from now on is this machine's. */
static void sign(struct clock_memory *memory)
{
	const uint64_t machine = place_find().machine;

	if (machine || !memory->is_signed)
		memory->machine = machine;
	memory->is_signed = true;
}

static int read_note(struct clock_memory *memory, const struct archive *archive)
{
	struct reading reading = { .memory = memory, .found = HASH_START };
	int error;

	*memory = (struct clock_memory){ .disbelieved = 0 };
	error = archive_note_read(archive, NOTE, take_line, &reading);
	monitor_names_sort(&memory->plans);
	memory->future_read = memory->future;
	memory->is_damaged = error != -ENOENT && (error || is_damaged(&reading));
	memory->is_lost |= memory->is_damaged;
	memory->unread = error == -ENOENT || error == -ELOOP ? 0 : error;
	/* What another machine's clock was, tells nothing of this one's. */
	if (is_foreign(memory)) {
		memory->disbelieved = 0;
		memory->believed = (struct clock_mark){ .time = 0 };
		memory->is_signed = false;
	}
	return error;
}

void clock_memory_read(struct clock_memory *memory,
		       const struct archive *archive)
{
	read_note(memory, archive);
}

void clock_memory_report(const struct clock_memory *memory,
			 const char *archive_path, struct messages *messages)
{
	if (memory->unread)
		message_report(messages, "%s/" NOTE ": %s", archive_path,
			       message_reason(-memory->unread));
	else if (memory->is_lost)
		message_report(messages,
			       "%s/" NOTE ": damaged; traffic may be lost with it, so no limit is raised; 'trafmetux clock --accept' goes on without",
			       archive_path);
}

static void write_mark(const struct clock_mark *mark, const char *word,
		       FILE *stream)
{
	if (mark->time)
		fprintf(stream, "%s %016" PRIx64 " %" PRId64 " %" PRId64 "\n",
			word, mark->boot, mark->uptime, mark->time);
}

static void write_lines(const struct clock_memory *memory, FILE *stream)
{
	if (memory->is_lost)
		fprintf(stream, "%s\n", lost_line);
	if (memory->is_signed && has_marks(memory))
		fprintf(stream, "machine %016" PRIx64 "\n", memory->machine);
	if (memory->disbelieved)
		fprintf(stream, "disbelieved %" PRId64 "\n",
			memory->disbelieved);
	if (memory->future)
		fprintf(stream, "accepted %" PRId64 " %" PRId64 "\n",
			memory->accepted, memory->future);
	write_mark(&memory->base, "base", stream);
	write_mark(&memory->believed, "believed", stream);
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

static int join_held(struct clock_memory *joined, const struct clock_held *held)
{
	struct clock_held *known = find_held(joined, held);
	struct clock_held added = *held;

	added.is_new = false;
	if (!held->is_archived)
		return held->is_new ? add_held(joined, &added) : 0;
	if (known && counters_compare(&known->counters, &held->counters) <= 0)
		*known = joined->held[--joined->held_count];
	return 0;
}

/* Puts into what the file has now what was changed since it was read. */
static int join(struct clock_memory *joined, const struct clock_memory *memory,
		unsigned int changes)
{
	int error = 0;

	if (changes & CLOCK_DISBELIEVED)
		joined->disbelieved = memory->disbelieved;
	/* Did another one accept more? */
	if ((changes & CLOCK_ACCEPTED) &&
	    (joined->future == memory->future_read ||
	     joined->future <= memory->future)) {
		joined->accepted = memory->accepted;
		joined->future = memory->future;
	}
	joined->future_read = joined->future;
	if (changes & CLOCK_BASE)
		joined->base = memory->base;
	if (changes & CLOCK_BELIEVED)
		joined->believed = memory->believed;
	if (changes & CLOCK_LOST)
		joined->is_lost = false;
	for (size_t at = 0; !error && at < memory->plans.count; at++) {
		const char *plan = memory->plans.list[at];

		if (!monitor_names_hold(&joined->plans, plan)) {
			error = monitor_names_add(&joined->plans, plan);
			monitor_names_sort(&joined->plans);
		}
	}
	for (size_t at = 0; !error && at < memory->held_count; at++)
		error = join_held(joined, &memory->held[at]);
	return error;
}

/* The head, the sum of the lines, and these. */
static int write_text(const char *lines, const struct archive *archive)
{
	const uint64_t sum = hash_bytes(HASH_START, lines, strlen(lines));
	char *text;
	const int length =
		asprintf(&text, "# trafmetux clock version 1\nsum %016" PRIx64 "\n%s",
			 sum, lines);
	int error;

	if (length < 0)
		return -ENOMEM;
	error = archive_note_write(archive, NOTE, text, (size_t)length);
	free(text);
	return error;
}

static int write_note(const struct clock_memory *memory,
		      const struct archive *archive)
{
	char *lines = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&lines, &length);
	int error;

	if (!stream)
		return -ENOMEM;
	write_lines(memory, stream);
	error = fclose(stream) ? -ENOMEM : write_text(lines, archive);
	free(lines);
	return error;
}

int clock_memory_write(struct clock_memory *memory,
		       const struct archive *archive, unsigned int changes)
{
	const int lock = archive_note_lock(archive, NOTE);
	struct clock_memory joined;
	int error;

	if (lock < 0)
		return lock;
	error = read_note(&joined, archive);
	/* Where there is none nothing was, and what is no file is moved away. */
	if (error == -ENOENT || error == -ELOOP)
		error = 0;
	if (!error)
		error = join(&joined, memory, changes);
	if (!error && joined.is_damaged)
		error = archive_note_keep(archive, NOTE);
	if (!error && has_marks(&joined))
		sign(&joined);
	if (!error)
		error = write_note(&joined, archive);
	if (!error) {
		clock_memory_free(memory);
		joined.is_damaged = false;
		*memory = joined;
	} else {
		clock_memory_free(&joined);
	}
	close(lock);
	return error;
}

void clock_memory_free(struct clock_memory *memory)
{
	monitor_names_free(&memory->plans);
	array_free((void **)&memory->held, &memory->held_capacity);
	memory->held_count = 0;
}
