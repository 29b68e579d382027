// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"

static const char version_line[] = "# trafmetux archive version ";
static const char thinned[] = " minutes 5";

/* Of a damaged line so much is kept; all of it is in the copy of the file. */
#define DAMAGED_LENGTH_MAX 1000

static bool parse_space(const char **cursor, const char *end)
{
	if (*cursor >= end || **cursor != ' ')
		return false;
	(*cursor)++;
	return true;
}

static bool parse_counters(const char **cursor, const char *end,
			   struct counters *counters)
{
	return number_parse(cursor, end, &counters->packets) &&
	       parse_space(cursor, end) &&
	       number_parse(cursor, end, &counters->bytes);
}

static bool parse_series(const char *text, const char *end,
			 struct record *record)
{
	const char *cursor = text + 1;

	return parse_space(&cursor, end) &&
	       number_parse_series(&cursor, end, &record->series) &&
	       parse_space(&cursor, end) &&
	       parse_counters(&cursor, end, &record->sample.counters) &&
	       cursor == end;
}

static bool parse_sample(const char *text, const char *end,
			 struct sample *sample)
{
	const char *cursor = text;

	if (!number_parse_time(&cursor, end, &sample->time) ||
	    sample->time == 0 || !parse_space(&cursor, end) ||
	    !parse_counters(&cursor, end, &sample->counters))
		return false;
	sample->since = SAMPLE_MINUTE;
	if (cursor == end)
		return true;
	return parse_space(&cursor, end) &&
	       number_parse_time(&cursor, end, &sample->since) &&
	       sample->since <= sample->time && cursor == end;
}

static bool is_lost(const char *text, size_t length)
{
	return length == strlen(RECORD_LOST) &&
	       memcmp(text, RECORD_LOST, length) == 0;
}

void record_parse(const char *text, size_t length, struct record *record)
{
	const char *end = text + length;

	if (length == 0) {
		record->kind = RECORD_NOTHING;
	} else if (*text == '#') {
		/* A crash leaves NULs, and they are damage wherever they are. */
		record->kind = memchr(text, '\0', length) ||
			       is_lost(text, length) ? RECORD_DAMAGED :
						       RECORD_NOTHING;
	} else if (*text == '@') {
		record->kind = parse_series(text, end, record) ?
			       RECORD_SERIES : RECORD_DAMAGED;
	} else {
		record->kind = parse_sample(text, end, &record->sample) ?
			       RECORD_SAMPLE : RECORD_DAMAGED;
	}
}

uint64_t record_archive_version(const char *text, size_t length)
{
	const size_t prefix = sizeof(version_line) - 1;
	const char *cursor = text + prefix;
	const char *end = text + length;
	uint64_t version;

	if (length < prefix || memcmp(text, version_line, prefix) != 0 ||
	    !number_parse(&cursor, end, &version) ||
	    (cursor < end && *cursor != ' '))
		return 0;
	return version;
}

bool record_archive_thinned(const char *text, size_t length)
{
	const size_t size = sizeof(thinned) - 1;

	return record_archive_version(text, length) && length >= size &&
	       memcmp(text + length - size, thinned, size) == 0;
}

bool record_thin_header(char *header, size_t size)
{
	const size_t length = strlen(header) - 1;

	if (length + sizeof(thinned) + 1 > size)
		return false;
	snprintf(header + length, size - length, "%s\n", thinned);
	return true;
}

/* One of the words that may stand there, and a blank or the end behind it. */
static bool parse_word(const char **cursor, const char *end, const char *word)
{
	const size_t length = strlen(word);

	if ((size_t)(end - *cursor) < length || memcmp(*cursor, word, length) != 0 ||
	    (*cursor + length < end && (*cursor)[length] != ' '))
		return false;
	*cursor += length;
	return true;
}

static bool parse_kind(const char **cursor, const char *end, char kind[ORIGIN_KIND_SIZE])
{
	size_t length = 0;

	while (*cursor < end && **cursor >= 'a' && **cursor <= 'z' &&
	       length < ORIGIN_KIND_SIZE - 1)
		kind[length++] = *(*cursor)++;
	kind[length] = '\0';
	return length && parse_space(cursor, end);
}

bool record_parse_source(const char *text, size_t length, uint64_t *series,
			 struct origin *origin)
{
	static const char prefix[] = RECORD_SOURCE_PREFIX;
	const char *cursor = text + sizeof(prefix) - 1;
	const char *end = text + length;

	*origin = (struct origin){ .is_about = false };
	if (length < sizeof(prefix) ||
	    memcmp(text, prefix, sizeof(prefix) - 1) != 0 ||
	    !number_parse_series(&cursor, end, series) ||
	    !parse_space(&cursor, end) || !parse_kind(&cursor, end, origin->kind))
		return false;
	origin->is_about = parse_word(&cursor, end, "about");
	if (!origin->is_about && !parse_word(&cursor, end, "exact"))
		return false;
	/* What comes behind it is a later release's. */
	if (!parse_space(&cursor, end) || !parse_counters(&cursor, end, &origin->base))
		origin->base = (struct counters){ 0 };
	return true;
}

size_t record_format_source(char text[RECORD_TEXT_SIZE], uint64_t series,
			    const struct origin *origin)
{
	char base[48] = "";

	if (origin->base.packets || origin->base.bytes)
		snprintf(base, sizeof(base), " %" PRIu64 " %" PRIu64,
			 origin->base.packets, origin->base.bytes);
	return (size_t)snprintf(text, RECORD_TEXT_SIZE,
				RECORD_SOURCE_PREFIX "%016" PRIx64 " %s %s%s\n", series,
				origin->kind, origin->is_about ? "about" : "exact", base);
}

size_t record_format_damaged(char text[RECORD_DAMAGED_SIZE], const char *line,
			     size_t length)
{
	const size_t kept = length < DAMAGED_LENGTH_MAX ? length :
							  DAMAGED_LENGTH_MAX;
	const size_t prefix = strlen(RECORD_DAMAGED_PREFIX);

	memcpy(text, RECORD_DAMAGED_PREFIX, prefix);
	memcpy(text + prefix, line, kept);
	for (size_t at = prefix; at < prefix + kept; at++) {
		if ((unsigned char)text[at] < ' ' || text[at] == 0x7f)
			text[at] = '?';
	}
	return prefix + kept +
	       (size_t)sprintf(text + prefix + kept, "%s\n",
			       kept < length ? " ..." : "");
}

size_t record_format_series(char text[RECORD_TEXT_SIZE], uint64_t series,
			    const struct counters *counters)
{
	return (size_t)snprintf(text, RECORD_TEXT_SIZE,
				"@ %016" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
				series, counters->packets, counters->bytes);
}

size_t record_format_sample(char text[RECORD_TEXT_SIZE],
			    const struct sample *sample)
{
	size_t length = (size_t)snprintf(text, RECORD_TEXT_SIZE,
					 "%" PRId64 " %" PRIu64 " %" PRIu64,
					 sample->time, sample->counters.packets,
					 sample->counters.bytes);

	if (sample->since != SAMPLE_MINUTE)
		length += (size_t)snprintf(text + length,
					   RECORD_TEXT_SIZE - length,
					   " %" PRId64, sample->since);
	text[length++] = '\n';
	text[length] = '\0';
	return length;
}
