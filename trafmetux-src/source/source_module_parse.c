// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/source_module.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"

#define MODULE_VERSION 1

static const char fault_newer[] =
	"written by a newer kernel module; upgrade trafmetux";
const char source_module_fault_line[] =
	"malformed; install the module and the program of one release";
static const char fault_missing[] =
	"ends too early; install the module and the program of one release";

/* Keys of the head. Those up to KEY_REQUIRED must be there. */
enum module_key {
	KEY_VERSION,
	KEY_SERIES,
	KEY_TIME,
	KEY_PACKETS,
	KEY_BYTES,
	KEY_REQUIRED,
	KEY_REFERENCES = KEY_REQUIRED,
	KEY_CREATED,
	KEY_DROPPED,
	KEY_LIMIT,
	KEY_COUNT,
};

static const char *const key_words[KEY_COUNT] = {
	[KEY_VERSION] = "version",	[KEY_SERIES] = "series",
	[KEY_TIME] = "time",		[KEY_PACKETS] = "packets",
	[KEY_BYTES] = "bytes",		[KEY_REFERENCES] = "references",
	[KEY_CREATED] = "created",	[KEY_DROPPED] = "dropped",
	[KEY_LIMIT] = "limit",
};

int source_module_malformed(struct source_reading *reading, const char *fault,
			    uint64_t line)
{
	reading->fault = fault;
	reading->fault_line = line;
	return -EBADMSG;
}

/* "SECONDS" or "SECONDS.FRACTION" of one to nine digits. */
static bool parse_clock(const char *cursor, const char *end, int64_t *down,
			int64_t *up)
{
	uint64_t fraction = 0;
	const char *point;

	if (!number_parse_time(&cursor, end, down))
		return false;
	if (cursor < end && *cursor == '.') {
		point = cursor++;
		if (!number_parse(&cursor, end, &fraction) ||
		    cursor - point > 10)
			return false;
	}
	*up = *down + (fraction > 0);
	return cursor == end && *up <= SAMPLE_TIME_MAX;
}

static bool parse_count(const char *cursor, const char *end, int64_t *value)
{
	uint64_t number;

	if (!number_parse(&cursor, end, &number) || cursor != end ||
	    number > INT64_MAX)
		return false;
	*value = (int64_t)number;
	return true;
}

static bool parse_whole(const char *cursor, const char *end, uint64_t *value)
{
	return number_parse(&cursor, end, value) && cursor == end;
}

/* A number of bytes above 0, or "none". */
static bool parse_limit(struct live *live, const char *cursor, const char *end)
{
	static const char none[] = "none";
	const size_t length = sizeof(none) - 1;

	live->has_limits = true;
	live->limit = 0;
	if ((size_t)(end - cursor) == length &&
	    memcmp(cursor, none, length) == 0)
		return true;
	return parse_whole(cursor, end, &live->limit) && live->limit > 0;
}

static bool parse_value(struct live *live, enum module_key key,
			const char *cursor, const char *end)
{
	int64_t rounded_up;
	uint64_t version;

	switch (key) {
	case KEY_VERSION:
		return parse_whole(cursor, end, &version) &&
		       version == MODULE_VERSION;
	case KEY_SERIES:
		return number_parse_series(&cursor, end, &live->series) &&
		       cursor == end;
	case KEY_TIME:
		return parse_clock(cursor, end, &live->time,
				   &live->time_rounded_up) &&
		       live->time_rounded_up > 0;
	case KEY_PACKETS:
		return parse_whole(cursor, end, &live->counters.packets);
	case KEY_BYTES:
		return parse_whole(cursor, end, &live->counters.bytes);
	case KEY_REFERENCES:
		return parse_count(cursor, end, &live->references);
	case KEY_CREATED:
		return parse_clock(cursor, end, &live->created, &rounded_up);
	case KEY_DROPPED:
		return parse_count(cursor, end, &live->dropped);
	case KEY_LIMIT:
		return parse_limit(live, cursor, end);
	case KEY_COUNT:
		break;
	}
	return false;
}

/* "sample T packets bytes [SINCE]", after the first word. */
static bool parse_sample(const char *cursor, const char *end,
			 struct sample *sample)
{
	sample->since = SAMPLE_MINUTE;
	if (!number_parse_time(&cursor, end, &sample->time) ||
	    sample->time == 0 || cursor == end || *cursor++ != ' ' ||
	    !number_parse(&cursor, end, &sample->counters.packets) ||
	    cursor == end || *cursor++ != ' ' ||
	    !number_parse(&cursor, end, &sample->counters.bytes))
		return false;
	if (cursor == end)
		return true;
	return *cursor++ == ' ' &&
	       number_parse_time(&cursor, end, &sample->since) &&
	       sample->since <= sample->time && cursor == end;
}

/* The value in "word value", or NULL when the line begins with another word. */
static const char *value_of(const struct line *line, const char *word)
{
	size_t length = strlen(word);

	if (line->length <= length || line->text[length] != ' ' ||
	    memcmp(line->text, word, length) != 0)
		return NULL;
	return line->text + length + 1;
}

int source_module_version(struct source_reading *reading,
			  const struct line *line)
{
	const char *end = line->text + line->length;
	const char *value = value_of(line, key_words[KEY_VERSION]);
	uint64_t version;

	if (!value || !parse_whole(value, end, &version) || version == 0)
		return source_module_malformed(reading,
					       source_module_fault_line,
					       line->number);
	if (version > MODULE_VERSION)
		return source_module_malformed(reading, fault_newer, line->number);
	return 0;
}

int source_module_line(struct source_reading *reading, const struct line *line,
		       unsigned int *seen)
{
	const char *end = line->text + line->length;
	const char *value = value_of(line, "sample");

	if (value) {
		if (!parse_sample(value, end, &reading->next))
			return source_module_malformed(reading,
					       source_module_fault_line,
					       line->number);
		reading->pending = true;
		return 0;
	}
	for (enum module_key key = 0; key < KEY_COUNT; key++) {
		value = value_of(line, key_words[key]);
		if (!value)
			continue;
		if (*seen & 1U << key ||
		    !parse_value(&reading->live, key, value, end))
			return source_module_malformed(reading,
					       source_module_fault_line,
					       line->number);
		*seen |= 1U << key;
	}
	return 0;
}

int source_module_complete(struct source_reading *reading, unsigned int seen)
{
	const unsigned int required = (1U << KEY_REQUIRED) - 1;

	return (seen & required) == required ? 0 :
		source_module_malformed(reading, fault_missing,
					reading->lines.number);
}
