// SPDX-License-Identifier: GPL-2.0-or-later
#include "counting/expected.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive_file.h"
#include "base/array.h"
#include "base/number.h"

static const char name[] = ".expected";

/* No monitor's name, so that it locks none. */
static const char lock_name[] = " expected";

/* An update every few minutes is late after this, in seconds. */
#define PATIENCE_SECONDS 900

/* Beats this far apart are of updates that come less often. */
#define SELDOM_SECONDS (EXPECTED_BEAT_SECONDS + 300)

/* The kernel keeps the minutes of a day. */
#define PATIENCE_MOST (26 * 3600)

static const char *const words[] = {
	[EXPECTED_COUNTS] = "counts",
	[EXPECTED_FEWER] = "fewer",
	[EXPECTED_LOST] = "lost",
	[EXPECTED_RETIRED] = "retired",
};

/* The place of a name in the list, or where it would be. */
static size_t find_place(const struct expected *expected, const char *monitor)
{
	size_t low = 0;
	size_t high = expected->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(expected->list[middle].monitor, monitor) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct expected_entry *expected_find(const struct expected *expected,
				     const char *monitor)
{
	const size_t place = find_place(expected, monitor);

	if (place == expected->count ||
	    strcmp(expected->list[place].monitor, monitor) != 0)
		return NULL;
	return &expected->list[place];
}

struct expected_entry *expected_add(struct expected *expected,
				    const char *monitor, int64_t since)
{
	const size_t place = find_place(expected, monitor);
	struct expected_entry *entry = expected_find(expected, monitor);

	if (entry)
		return entry;
	if (array_reserve((void **)&expected->list, &expected->capacity,
			  expected->count + 1, sizeof(*entry)))
		return NULL;
	entry = &expected->list[place];
	memmove(entry + 1, entry, (expected->count++ - place) * sizeof(*entry));
	*entry = (struct expected_entry){ .since = since };
	memcpy(entry->monitor, monitor, strlen(monitor) + 1);
	return entry;
}

int expected_add_rule(struct expected *expected, const char *monitor,
		      const char *command)
{
	struct expected_rule *rule;
	char *copy;

	if (array_reserve((void **)&expected->rules, &expected->rule_capacity,
			  expected->rule_count + 1, sizeof(*rule)))
		return -ENOMEM;
	copy = strdup(command);
	if (!copy)
		return -ENOMEM;
	rule = &expected->rules[expected->rule_count++];
	*rule = (struct expected_rule){ .command = copy };
	memcpy(rule->monitor, monitor, strlen(monitor) + 1);
	return 0;
}

static void free_rules(struct expected *expected)
{
	for (size_t at = 0; at < expected->rule_count; at++)
		free(expected->rules[at].command);
	array_free((void **)&expected->rules, &expected->rule_capacity);
	expected->rule_count = 0;
}

void expected_take_rules(struct expected *expected, struct expected *from)
{
	free_rules(expected);
	expected->rules_at = from->rules_at;
	expected->rules = from->rules;
	expected->rule_count = from->rule_count;
	expected->rule_capacity = from->rule_capacity;
	from->rules = NULL;
	from->rule_count = 0;
	from->rule_capacity = 0;
}

void expected_drop_rules(struct expected *expected, const char *monitor,
			 const char *begin)
{
	size_t kept = 0;

	for (size_t at = 0; at < expected->rule_count; at++) {
		struct expected_rule *rule = &expected->rules[at];

		if (strcmp(rule->monitor, monitor) == 0 &&
		    strncmp(rule->command, begin, strlen(begin)) == 0)
			free(rule->command);
		else
			expected->rules[kept++] = *rule;
	}
	expected->rule_count = kept;
}

/* Moves on behind a word and the blank after it, if it is there. */
static bool skip_word(const char **cursor, const char *word)
{
	const size_t length = strlen(word);

	if (strncmp(*cursor, word, length) != 0 || (*cursor)[length] != ' ')
		return false;
	*cursor += length + 1;
	return true;
}

static bool take_monitor(const char **cursor, char monitor[MONITOR_NAME_SIZE])
{
	const size_t length = strcspn(*cursor, " ");

	if (length >= MONITOR_NAME_SIZE || (*cursor)[length] != ' ')
		return false;
	memcpy(monitor, *cursor, length);
	monitor[length] = '\0';
	*cursor += length + 1;
	return monitor_name_valid(monitor);
}

/* "counts MONITOR SINCE REFERENCES NETWORK"; -EBADMSG when it is not. */
static int take_entry(struct expected *expected, enum expected_state state,
		      const char *cursor)
{
	const char *const end = cursor + strlen(cursor);
	char monitor[MONITOR_NAME_SIZE];
	struct expected_entry read = { .state = state };
	struct expected_entry *entry;

	if (!take_monitor(&cursor, monitor) ||
	    !number_parse_time(&cursor, end, &read.since) || *cursor++ != ' ' ||
	    !number_parse(&cursor, end, &read.references) ||
	    *cursor++ != ' ' || !number_parse(&cursor, end, &read.network) ||
	    cursor != end)
		return -EBADMSG;
	entry = expected_add(expected, monitor, 0);
	if (!entry)
		return -ENOMEM;
	memcpy(read.monitor, monitor, sizeof(monitor));
	*entry = read;
	return 0;
}

static void take_pair(const char *cursor, int64_t *first, int64_t *second)
{
	const char *const end = cursor + strlen(cursor);
	int64_t left;
	int64_t right;

	if (number_parse_time(&cursor, end, &left) && *cursor++ == ' ' &&
	    number_parse_time(&cursor, end, &right) && cursor == end) {
		*first = left;
		*second = right;
	}
}

static void take_origin(struct expected *expected, const char *cursor)
{
	const char *const end = cursor + strlen(cursor);
	uint64_t machine;
	uint64_t boot;
	uint64_t home;

	if (number_parse_series(&cursor, end, &machine) && *cursor++ == ' ' &&
	    number_parse_series(&cursor, end, &boot) && *cursor++ == ' ' &&
	    number_parse(&cursor, end, &home) && cursor == end) {
		expected->known = true;
		expected->machine = machine;
		expected->boot = boot;
		expected->home = home;
	}
}

static int take_rule(struct expected *expected, const char *cursor, bool is_gone)
{
	char monitor[MONITOR_NAME_SIZE];
	int error;

	if (!take_monitor(&cursor, monitor))
		return 0;
	error = expected_add_rule(expected, monitor, cursor);
	if (!error)
		expected->rules[expected->rule_count - 1].is_gone = is_gone;
	return error;
}

/* Returns -EBADMSG for what may have been an entry. */
static int take_word(struct expected *expected, const char *line)
{
	int64_t unused;

	if (skip_word(&line, "machine"))
		take_origin(expected, line);
	else if (skip_word(&line, "updated"))
		take_pair(line, &expected->updated, &expected->gap);
	else if (skip_word(&line, "rules"))
		take_pair(line, &expected->rules_at, &unused);
	else if (skip_word(&line, "rule"))
		return take_rule(expected, line, false);
	else if (skip_word(&line, "gone"))
		return take_rule(expected, line, true);
	else {
		for (int state = EXPECTED_COUNTS; state <= EXPECTED_RETIRED; state++) {
			if (skip_word(&line, words[state]))
				return take_entry(expected,
						  (enum expected_state)state,
						  line);
		}
		return -EBADMSG;
	}
	return 0;
}

/* What is damaged is passed over: it will be found again, or guessed. */
static int take_line(void *context, const char *line, bool is_whole)
{
	struct expected *expected = context;
	const int error = is_whole ? take_word(expected, line) : -EBADMSG;

	expected->is_damaged |= error == -EBADMSG;
	return error == -EBADMSG ? 0 : error;
}

int expected_read(struct expected *expected, const struct archive *archive)
{
	int error = archive_note_read(archive, name, take_line, expected);

	expected->is_damaged |= error && error != -ENOENT;
	if (error && error != -ENOMEM)
		error = 0;
	/* Without its first line it tells nothing. */
	if (error || !expected->known)
		expected_free(expected);
	return error;
}

static void write_lines(const struct expected *expected, FILE *file)
{
	fprintf(file, "# trafmetux expected version 1\n"
		"machine %016" PRIx64 " %016" PRIx64 " %" PRIu64 "\n",
		expected->machine, expected->boot, expected->home);
	if (expected->updated)
		fprintf(file, "updated %" PRId64 " %" PRId64 "\n",
			expected->updated, expected->gap);
	if (expected->rules_at)
		fprintf(file, "rules %" PRId64 " 0\n", expected->rules_at);
	for (size_t at = 0; at < expected->count; at++) {
		const struct expected_entry *entry = &expected->list[at];

		fprintf(file, "%s %s %" PRId64 " %" PRIu64 " %" PRIu64 "\n",
			words[entry->state], entry->monitor, entry->since,
			entry->references, entry->network);
	}
	for (size_t at = 0; at < expected->rule_count; at++)
		fprintf(file, "%s %s %s\n",
			expected->rules[at].is_gone ? "gone" : "rule",
			expected->rules[at].monitor,
			expected->rules[at].command);
}

int expected_write(const struct expected *expected,
		   const struct archive *archive)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	int error;

	if (!file)
		return -ENOMEM;
	write_lines(expected, file);
	error = fclose(file) ? -ENOMEM :
		archive_note_write(archive, name, text, size);
	free(text);
	return error;
}

int expected_lock(const struct archive *archive)
{
	return archive_note_lock(archive, lock_name);
}

int expected_guess(struct expected *expected, const struct archive *archive,
		   const struct archive_listing *listing, int64_t present)
{
	size_t count;

	for (size_t at = 0; at < listing->count; at += count) {
		const struct archive_file *files =
			archive_files_of(listing, listing->list[at].monitor,
					 &count);
		struct archive_tail tail;

		archive_tail_read(archive, files, count, present, &tail);
		if (tail.time && present - tail.time <= EXPECTED_LATELY_SECONDS &&
		    !expected_add(expected, files->monitor, tail.time))
			return -ENOMEM;
	}
	return 0;
}

bool expected_is_foreign(const struct expected *expected, uint64_t machine)
{
	return expected->known && expected->machine && machine &&
	       expected->machine != machine;
}

bool expected_excuses(const struct expected *expected, uint64_t machine,
		      const char *monitor)
{
	const struct expected_entry *entry = expected_find(expected, monitor);

	if (!expected->known || expected_is_foreign(expected, machine))
		return false;
	if (!entry)
		return !expected->is_damaged;
	return entry->state == EXPECTED_RETIRED;
}

int64_t expected_patience(const struct expected *expected)
{
	if (expected->gap < SELDOM_SECONDS)
		return PATIENCE_SECONDS;
	if (expected->gap > PATIENCE_MOST - PATIENCE_SECONDS)
		return PATIENCE_MOST;
	return expected->gap + PATIENCE_SECONDS;
}

void expected_free(struct expected *expected)
{
	free_rules(expected);
	array_free((void **)&expected->list, &expected->capacity);
	*expected = (struct expected){ .known = false };
}
