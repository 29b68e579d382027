// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_rewrite.h"

#include <stdlib.h>
#include <string.h>

#include "record.h"

/* While a file is put down; there is room for all of it. */
struct writer {
	char *text;
	size_t length;
	struct series_table table;	/* the state that was told last, of each */
	uint64_t series;		/* current, if any is */
	bool any;
};

/* Makes a series current, at a state. */
static bool put_series(struct writer *writer, uint64_t series,
		       const struct counters *counters)
{
	struct series_state *state = series_table_get(&writer->table, series);

	if (!state)
		return false;
	state->counters = *counters;
	writer->series = series;
	writer->any = true;
	writer->length += record_format_series(writer->text + writer->length,
					       series, counters);
	return true;
}

/* A record that goes on from a state, which is told first if it was not. */
static bool put_record(struct writer *writer, uint64_t series,
		       const struct counters *from, const struct sample *sample)
{
	struct series_state *state = series_table_get(&writer->table, series);

	if (!state)
		return false;
	if (!writer->any || writer->series != series ||
	    counters_compare(&state->counters, from)) {
		if (!put_series(writer, series, from))
			return false;
		state = series_table_get(&writer->table, series);
	}
	state->counters = sample->counters;
	writer->length += record_format_sample(writer->text + writer->length,
					       sample);
	return true;
}

static bool put_hole(struct writer *writer, const struct growth *hole)
{
	struct sample sample = { .time = hole->time, .since = SAMPLE_MINUTE,
				 .counters = hole->from };

	counters_add(&sample.counters, &hole->counters);
	return put_record(writer, hole->series, &hole->from, &sample);
}

static bool put_entry(struct writer *writer, const struct archive_entry *entry)
{
	if (entry->damaged)
		return true;
	if (entry->grows)
		return put_record(writer, entry->series, &entry->from,
				  &entry->sample);
	/* What a first record without its "@" grew from is not known. */
	if (entry->base || !writer->any || writer->series != entry->series)
		return put_series(writer, entry->series,
				  &entry->sample.counters);
	return true;
}

static bool follows(const struct growth *hole, const struct archive_entry *entry)
{
	return !entry->damaged && entry->series == hole->series &&
	       counters_compare(&entry->sample.counters, &hole->from) == 0;
}

/* The entry that a hole comes after, plus one; 0: it comes before all. */
static size_t place_of(const struct growth *hole, const struct archive_scan *scan)
{
	for (size_t at = scan->entries.count; at > 0; at--) {
		if (follows(hole, &scan->entries.list[at - 1]))
			return at;
	}
	return 0;
}

static bool put_holes(struct writer *writer, const struct archive_scan *scan,
		      const struct growth *holes, size_t count, size_t place)
{
	bool good = true;

	for (size_t at = 0; good && at < count; at++) {
		if (place_of(&holes[at], scan) == place)
			good = put_hole(writer, &holes[at]);
	}
	return good;
}

char *archive_rewrite(const char *header, const struct archive_scan *scan,
		      const struct growth *holes, size_t hole_count,
		      size_t *length)
{
	size_t lines = 2 * (scan->entries.count + hole_count);
	size_t header_length = strlen(header);
	struct writer writer = {
		.text = malloc(header_length + lines * RECORD_TEXT_SIZE + 1),
		.length = header_length,
	};
	bool good = writer.text != NULL;

	if (good)
		memcpy(writer.text, header, header_length);
	good = good && put_holes(&writer, scan, holes, hole_count, 0);
	for (size_t at = 0; good && at < scan->entries.count; at++)
		good = put_entry(&writer, &scan->entries.list[at]) &&
		       put_holes(&writer, scan, holes, hole_count, at + 1);
	series_table_free(&writer.table);
	if (!good) {
		free(writer.text);
		return NULL;
	}
	*length = writer.length;
	return writer.text;
}
