// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_rewrite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY_SECONDS INT64_C(86400)

/* While a file is put down; there is room for all of it. */
struct writer {
	char *text;
	size_t length;
	struct series_table table;	/* the state that was told last, of each */
	uint64_t series;		/* current, if any is */
	bool any;
};

void archive_rewrite_header(struct calendar *calendar,
			    const struct archive_file *file, const char *text,
			    size_t length, char header[ARCHIVE_HEADER_SIZE])
{
	const char *end = memchr(text, '\n', length);
	char zone[CALENDAR_ZONE_SIZE];

	if (end && (size_t)(end - text) + 2 < ARCHIVE_HEADER_SIZE &&
	    record_archive_version(text, (size_t)(end - text))) {
		memcpy(header, text, (size_t)(end - text) + 1);
		header[end - text + 1] = '\0';
		return;
	}
	calendar_zone(calendar, file->day * DAY_SECONDS, zone);
	snprintf(header, ARCHIVE_HEADER_SIZE,
		 "# trafmetux archive version %d monitor %s zone %s\n",
		 RECORD_ARCHIVE_VERSION, file->monitor, zone);
}

static void put_series_line(struct writer *writer, uint64_t series,
			    const struct counters *counters)
{
	writer->length += record_format_series(writer->text + writer->length,
					       series, counters);
}

/* After the last line, would the series be taken for the one before, misread? */
static bool is_mistakable(const struct writer *writer, uint64_t series,
			  const struct counters *counters)
{
	const struct series_state *last =
		series_table_find(&writer->table, writer->series);

	return writer->any && last &&
	       archive_series_misread(writer->series, &last->counters, series,
				      counters);
}

/* Makes a series current, at a state. */
static bool put_series(struct writer *writer, uint64_t series,
		       const struct counters *counters)
{
	static const struct counters none = { 0 };
	struct series_state *state;

	/* This says nothing, but parts the two. */
	if (is_mistakable(writer, series, counters))
		put_series_line(writer, writer->series, &none);
	put_series_line(writer, series, counters);
	state = series_table_get(&writer->table, series);
	if (!state)
		return false;
	state->left = true;
	state->counters = *counters;
	writer->series = series;
	writer->any = true;
	return true;
}

/* A record that goes on from a state, which is told first if it was not. */
static bool put_record(struct writer *writer, uint64_t series,
		       const struct counters *from, const struct sample *sample)
{
	const struct series_state *told = series_table_find(&writer->table,
							    series);
	struct series_state *state;

	if ((!told || writer->series != series ||
	     counters_compare(&told->counters, from)) &&
	    !put_series(writer, series, from))
		return false;
	state = series_table_get(&writer->table, series);
	if (!state)
		return false;
	state->left = false;
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

/* Does its series have a believed record after an entry? */
static bool goes_on(const struct archive_entries *entries, size_t at)
{
	const uint64_t series = entries->list[at].series;

	while (++at < entries->count) {
		const struct archive_entry *entry = &entries->list[at];

		if (entry->series == series && !entry->base && !entry->damaged)
			return true;
	}
	return false;
}

/*
 * An "@" that tells nothing new only stays where it is the mark of a series that
 * went on in another file. Others could be taken for more than they are when the
 * damaged lines around them are gone.
 */
static bool put_base(struct writer *writer, const struct archive_scan *scan,
		     size_t at)
{
	const struct archive_entry *entry = &scan->entries.list[at];
	const struct series_state *told = series_table_find(&writer->table,
							    entry->series);
	struct counters state = entry->sample.counters;

	if (told && counters_compare(&state, &told->counters) <= 0) {
		if (told->left || goes_on(&scan->entries, at))
			return true;
		/* A copy: the table moves when it grows. */
		state = told->counters;
	}
	return put_series(writer, entry->series, &state);
}

static bool put_entry(struct writer *writer, const struct archive_scan *scan,
		      size_t at)
{
	const struct archive_entry *entry = &scan->entries.list[at];

	if (entry->damaged)
		return true;
	if (entry->base)
		return put_base(writer, scan, at);
	if (entry->grows)
		return put_record(writer, entry->series, &entry->from,
				  &entry->sample);
	/* What a first record without its "@" grew from is not known. */
	return series_table_find(&writer->table, entry->series) ||
	       put_series(writer, entry->series, &entry->sample.counters);
}

static bool tells(const struct archive_entry *entry, uint64_t series,
		  const struct counters *counters)
{
	return !entry->damaged && entry->series == series &&
	       counters_compare(&entry->sample.counters, counters) == 0;
}

/*
 * How many entries a hole comes after: up to the one that tells the state before
 * it, or else up to the one that tells the state after it.
 */
static size_t place_of(const struct growth *hole, const struct archive_scan *scan)
{
	const struct archive_entries *entries = &scan->entries;
	struct counters after = hole->from;

	for (size_t at = entries->count; at > 0; at--) {
		if (tells(&entries->list[at - 1], hole->series, &hole->from))
			return at;
	}
	counters_add(&after, &hole->counters);
	for (size_t at = 0; at < entries->count; at++) {
		if (tells(&entries->list[at], hole->series, &after))
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
	/* A record, and two that tell its series. */
	size_t lines = 3 * (scan->entries.count + hole_count);
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
		good = put_entry(&writer, scan, at) &&
		       put_holes(&writer, scan, holes, hole_count, at + 1);
	series_table_free(&writer.table);
	if (!good) {
		free(writer.text);
		return NULL;
	}
	*length = writer.length;
	return writer.text;
}
