// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/limit_memory.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_note.h"
#include "base/array.h"
#include "base/number.h"
#include "index/archive_files.h"
#include "index/archive_walk.h"

/* No monitor's name, so that it locks none. */
static const char lock_name[] = " limits";

/* Stands for lines that could not be read, until all is known again. */
static const char lost_line[] = "lost";

static size_t find_place(const struct limit_memory *memory, const char *plan)
{
	size_t place = 0;

	while (place < memory->count &&
	       strcmp(memory->list[place].plan, plan) != 0)
		place++;
	return place;
}

const struct limit_kept *limit_memory_find(const struct limit_memory *memory,
					   const char *plan)
{
	const size_t place = find_place(memory, plan);

	return place < memory->count ? &memory->list[place] : NULL;
}

/* Sets @changed unless it is there already. */
static int put(struct limit_memory *memory, const struct limit_kept *kept,
	       bool *changed)
{
	const size_t place = find_place(memory, kept->plan);

	*changed = place == memory->count ||
		   memcmp(&memory->list[place], kept, sizeof(*kept)) != 0;
	if (place == memory->count &&
	    array_reserve((void **)&memory->list, &memory->capacity,
			  memory->count + 1, sizeof(*kept)))
		return -ENOMEM;
	memory->list[place] = *kept;
	memory->count += place == memory->count;
	return 0;
}

static bool take_name(const char **cursor, char name[MONITOR_NAME_SIZE])
{
	const size_t length = strcspn(*cursor, " ");

	if (length >= MONITOR_NAME_SIZE || (*cursor)[length] != ' ')
		return false;
	memcpy(name, *cursor, length);
	*cursor += length + 1;
	return monitor_name_valid(name);
}

/* Of a line that can't be read, its names may be. */
static int take_damaged(struct limit_memory *memory, struct limit_kept *kept,
			bool has_names)
{
	bool changed;

	memory->is_damaged = true;
	if (!has_names || limit_memory_find(memory, kept->plan))
		return 0;
	kept->series = 0;
	kept->limit = LIMIT_UNKNOWN;
	return put(memory, kept, &changed);
}

/* "limit PLAN MONITOR SERIES BYTES" */
static int take_line(void *context, const char *line, bool is_whole)
{
	static const char word[] = "limit ";
	const char *cursor = line + sizeof(word) - 1;
	const char *const end = line + strlen(line);
	struct limit_memory *memory = context;
	struct limit_kept kept = { .limit = LIMIT_UNKNOWN };
	const bool has_names = strncmp(line, word, sizeof(word) - 1) == 0 &&
			       take_name(&cursor, kept.plan) &&
			       take_name(&cursor, kept.monitor);
	bool changed;

	if (is_whole && has_names &&
	    number_parse_series(&cursor, end, &kept.series) &&
	    *cursor++ == ' ' && number_parse(&cursor, end, &kept.limit) &&
	    cursor == end && kept.limit)
		return put(memory, &kept, &changed);
	if (strcmp(line, lost_line) != 0)
		return take_damaged(memory, &kept, has_names);
	memory->is_damaged = true;
	return 0;
}

int limit_memory_read(struct limit_memory *memory,
		      const struct archive *archive)
{
	const int error = archive_note_read(archive, LIMIT_MEMORY_NAME,
					    take_line, memory);

	if (error == -ENOMEM || error == -ENOENT)
		return error == -ENOMEM ? error : 0;
	/* One without limits is never written. */
	memory->is_damaged |= error || !memory->count;
	if (error)
		message_report(archive->messages, "%s/" LIMIT_MEMORY_NAME ": %s",
			       archive->path, message_reason(-error));
	else if (memory->is_damaged)
		message_report(archive->messages,
			       "%s/" LIMIT_MEMORY_NAME
			       ": damaged; leave it to 'trafmetux update', which writes it anew once all plans can be read",
			       archive->path);
	return 0;
}

static int write_memory(const struct limit_memory *memory,
			const struct archive *archive)
{
	char *text;
	size_t size;
	FILE *file;
	int error;

	if (!memory->count && !memory->is_damaged)
		return archive_note_remove(archive, LIMIT_MEMORY_NAME);
	file = open_memstream(&text, &size);
	if (!file)
		return -ENOMEM;
	fputs("# trafmetux limits version 1\n", file);
	for (size_t at = 0; at < memory->count; at++) {
		const struct limit_kept *kept = &memory->list[at];

		fprintf(file, "limit %s %s %016" PRIx64 " %" PRIu64 "\n",
			kept->plan, kept->monitor, kept->series, kept->limit);
	}
	if (memory->is_damaged)
		fprintf(file, "%s\n", lost_line);
	error = fclose(file) ? -ENOMEM :
		archive_note_write(archive, LIMIT_MEMORY_NAME, text, size);
	free(text);
	return error;
}

/* Reads, changes and writes, while no other process does. @kept: NULL: none. */
static void change(const struct archive *archive, const char *plan,
		   const struct limit_kept *kept)
{
	const int lock = archive_note_lock(archive, lock_name);
	struct limit_memory memory = { .count = 0 };
	bool changed = false;
	int error = lock < 0 ? lock : limit_memory_read(&memory, archive);
	size_t place;

	if (!error && kept)
		error = put(&memory, kept, &changed);
	place = find_place(&memory, plan);
	if (!error && !kept && place < memory.count) {
		memory.list[place] = memory.list[--memory.count];
		changed = true;
	}
	if (!error && changed)
		error = write_memory(&memory, archive);
	if (error)
		message_report(archive->messages, "%s/" LIMIT_MEMORY_NAME ": %s",
			       archive->path, message_reason(-error));
	limit_memory_free(&memory);
	if (lock >= 0)
		close(lock);
}

void limit_memory_keep(const struct archive *archive,
		       const struct limit_kept *kept)
{
	change(archive, kept->plan, kept);
}

void limit_memory_mend(const struct archive *archive)
{
	const int lock = archive_note_lock(archive, lock_name);
	struct limit_memory memory = { .count = 0 };
	struct messages silent = { .silent = true };
	struct archive quiet = *archive;

	quiet.messages = &silent;
	if (lock >= 0 && !limit_memory_read(&memory, &quiet) &&
	    memory.is_damaged) {
		memory.is_damaged = false;
		write_memory(&memory, archive);
	}
	limit_memory_free(&memory);
	if (lock >= 0)
		close(lock);
}

void limit_memory_forget(const struct archive *archive, const char *plan)
{
	change(archive, plan, NULL);
}

/* How far the archive has come in the series; all of it where that can't be read. */
static uint64_t find_archived(const struct limit_kept *kept,
			      const struct archive *archive)
{
	struct archive_listing listing = { .count = 0 };
	struct monitor_names names = { .count = 0 };
	const struct archive_file *files;
	struct archive_walk walk;
	uint64_t found = 0;
	size_t count;

	if (!monitor_names_add(&names, kept->monitor) &&
	    !archive_files_list(archive, &names, &listing)) {
		files = archive_files_of(&listing, kept->monitor, &count);
		if (!archive_walk_start(&walk, archive, files, count,
					kept->series, NULL)) {
			archive_walk_newest(&walk);
			if (archive_walk_is_blind(&walk))
				found = UINT64_MAX;
			else if (walk.state.found)
				found = walk.state.counters.bytes;
			archive_walk_end(&walk);
		}
	}
	archive_listing_free(&listing);
	monitor_names_free(&names);
	return found;
}

uint64_t limit_memory_of(const struct limit_kept *kept, uint64_t series,
			 const struct archive *archive,
			 const struct clock_memory *held)
{
	uint64_t used;

	if (kept->limit == LIMIT_UNKNOWN)
		return LIMIT_LEAST;
	if (kept->series == series)
		return kept->limit;
	used = find_archived(kept, archive);
	for (size_t at = 0; at < held->held_count; at++) {
		const struct clock_held *other = &held->held[at];

		if (other->series == kept->series &&
		    strcmp(other->monitor, kept->monitor) == 0 &&
		    other->counters.bytes > used)
			used = other->counters.bytes;
	}
	return used < kept->limit ? kept->limit - used : LIMIT_LEAST;
}

void limit_memory_free(struct limit_memory *memory)
{
	array_free((void **)&memory->list, &memory->capacity);
	memory->count = 0;
	memory->is_damaged = false;
}
