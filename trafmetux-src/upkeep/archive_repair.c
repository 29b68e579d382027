// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/archive_repair.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "base/line_reader.h"

/* While a file is put down. */
struct writer {
	const struct archive_scan *scan;
	char *text;
	size_t length;
	size_t capacity;
	struct counters *told;		/* of each series of the file, the last state */
	const struct archive_series *current;	/* in what was put down; or NULL */
	size_t entry;			/* so many of the file's were taken */
	const struct archive_missing *missing;
	size_t missing_count;		/* that are still to be put down */
};

void archive_rewrite_header(struct calendar *calendar,
			    const struct archive_file *file, const char *text,
			    size_t length, char header[ARCHIVE_HEADER_SIZE])
{
	const char *end = memchr(text, '\n', length);
	char zone[CALENDAR_ZONE_SIZE];
	size_t own;

	if (end) {
		own = (size_t)(end - text);
		own -= own && text[own - 1] == '\r';
		if (own + 2 < ARCHIVE_HEADER_SIZE &&
		    record_archive_version(text, own)) {
			memcpy(header, text, own);
			strcpy(header + own, "\n");
			return;
		}
	}
	calendar_zone(calendar, file->day * DAY_SECONDS, zone);
	snprintf(header, ARCHIVE_HEADER_SIZE,
		 "# trafmetux archive version %d monitor %s zone %s\n",
		 RECORD_ARCHIVE_VERSION, file->monitor, zone);
}

static bool put(struct writer *writer, const char *text, size_t length)
{
	if (array_reserve((void **)&writer->text, &writer->capacity,
			  writer->length + length, 1))
		return false;
	memcpy(writer->text + writer->length, text, length);
	writer->length += length;
	return true;
}

static bool put_line(struct writer *writer, const char *text, size_t length)
{
	return put(writer, text, length) && put(writer, "\n", 1);
}

static bool put_damaged(struct writer *writer, const char *text, size_t length)
{
	char comment[RECORD_DAMAGED_SIZE];

	return put(writer, comment,
		   record_format_damaged(comment, text, length));
}

static struct counters *told_of(const struct writer *writer,
				const struct archive_series *series)
{
	return &writer->told[series - writer->scan->entries.series];
}

/* Sees to it that records go on from a state of a series. */
static bool put_series(struct writer *writer,
		       const struct archive_series *series,
		       const struct counters *from)
{
	char text[RECORD_TEXT_SIZE];

	if (writer->current == series &&
	    counters_compare(told_of(writer, series), from) == 0)
		return true;
	writer->current = series;
	*told_of(writer, series) = *from;
	return put(writer, text, record_format_series(text, series->series,
						      from));
}

static bool put_missing(struct writer *writer,
			const struct archive_missing *missing)
{
	const struct growth *growth = &missing->growth;
	const struct archive_series *series =
		archive_entries_series(&writer->scan->entries, growth->series);
	struct sample sample = {
		.time = growth->time, .counters = growth->from,
		.since = missing->is_held ? growth->since : SAMPLE_MINUTE,
	};
	char text[RECORD_TEXT_SIZE];

	counters_add(&sample.counters, &growth->counters);
	if (!put_series(writer, series, &growth->from))
		return false;
	*told_of(writer, series) = sample.counters;
	return put(writer, text, record_format_sample(text, &sample));
}

static bool put_entry(struct writer *writer, const struct archive_entry *entry,
		      const char *text, size_t length)
{
	const struct archive_series *series =
		archive_entries_series(&writer->scan->entries, entry->series);
	const struct counters *counters = &entry->sample.counters;
	struct counters *told = told_of(writer, series);

	if (entry->damaged)
		return put_damaged(writer, text, length);
	if (entry->base)
		writer->current = series;
	else if (!put_series(writer, series, entry->grows ? &entry->from :
							    counters))
		return false;
	if (counters_compare(counters, told) > 0)
		*told = *counters;
	return put_line(writer, text, length);
}

/* The missing records that come after the last line that tells a state. */
static bool put_due(struct writer *writer)
{
	bool is_put = true;

	while (is_put && writer->missing_count &&
	       writer->missing->entry == writer->entry) {
		is_put = put_missing(writer, writer->missing);
		writer->missing++;
		writer->missing_count--;
	}
	return is_put;
}

/* The next line of the file, without its newline. */
static bool take_line(struct writer *writer, const char *text, size_t length,
		      uint64_t number, bool is_complete)
{
	const struct archive_entries *entries = &writer->scan->entries;
	const struct archive_entry *entry = writer->entry < entries->count ?
		&entries->list[writer->entry] : NULL;
	struct record record = { .kind = RECORD_DAMAGED };
	size_t own = length;
	bool is_put;

	if (is_complete && own && text[own - 1] == '\r')
		own--;
	if (!entry || entry->line != number) {
		if (is_complete && length <= LINE_LENGTH_MAX)
			record_parse(text, own, &record);
		return record.kind == RECORD_NOTHING ?
			put_line(writer, text, own) :
			put_damaged(writer, text, own);
	}
	is_put = put_due(writer);
	writer->entry++;
	return is_put && put_entry(writer, entry, text, own) && put_due(writer);
}

static bool take_lines(struct writer *writer, const char *text, size_t length)
{
	const char *end = text + length;
	bool is_put = true;

	for (uint64_t number = 1; is_put && text < end; number++) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *line_end = newline ? newline : end;

		is_put = take_line(writer, text, (size_t)(line_end - text),
				   number, newline);
		text = newline ? newline + 1 : end;
	}
	return is_put;
}

char *archive_rewrite(const char *header, const char *text, size_t length,
		      const struct archive_scan *scan,
		      const struct archive_missing *missing, size_t count,
		      size_t *new_length)
{
	struct writer writer = {
		.scan = scan, .missing = missing, .missing_count = count,
		.told = calloc(scan->entries.series_count + 1,
			       sizeof(*writer.told)),
	};
	const bool is_put = writer.told &&
		(archive_month_begins(text, length) ||
		 put(&writer, header, strlen(header))) &&
		take_lines(&writer, text, length);

	free(writer.told);
	if (!is_put)
		array_free((void **)&writer.text, &writer.capacity);
	*new_length = writer.length;
	return writer.text;
}

int archive_repair_hole(struct archive_repair *repair,
			const struct growth *hole, bool is_held)
{
	int error = array_reserve((void **)&repair->holes,
				  &repair->hole_capacity,
				  repair->hole_count + 1,
				  sizeof(*repair->holes));

	if (!error)
		repair->holes[repair->hole_count++] = (struct archive_missing){
			.growth = *hole, .is_held = is_held,
		};
	return error;
}

/* Does one go on from where another one ends? */
static bool goes_on(const struct growth *next, const struct growth *before)
{
	struct counters end = before->from;

	counters_add(&end, &before->counters);
	return next->series == before->series &&
	       counters_compare(&next->from, &end) == 0;
}

static bool is_of_date(struct calendar *calendar, const struct archive_file *file,
		       const struct growth *growth)
{
	const int32_t day = calendar_day(calendar, growth->time - 1);

	return day >= file->day && day <= archive_file_last_day(file);
}

/* The last line of a file that tells the state before missing records; 0: none. */
static size_t find_place(const struct archive_scan *scan,
			 const struct growth *hole)
{
	const struct archive_entries *entries = &scan->entries;
	const struct archive_series *series =
		archive_entries_series(entries, hole->series);
	size_t place = 0;

	for (size_t at = series ? series->first : 0; at;
	     at = entries->list[at - 1].next) {
		const struct archive_entry *entry = &entries->list[at - 1];

		if (!entry->damaged &&
		    counters_compare(&entry->sample.counters, &hole->from) == 0)
			place = at;
	}
	return place;
}

/*
 * Where does a missing record go? One that was before the first of its series goes there,
 * for nobody knows how long before that it was.
 */
static bool place(const struct archive_scan *scan, struct archive_missing *hole)
{
	const struct archive_series *series =
		archive_entries_series(&scan->entries, hole->growth.series);
	struct counters end = hole->growth.from;

	if (hole->is_held || hole->growth.since) {
		hole->entry = find_place(scan, &hole->growth);
		return hole->entry;
	}
	if (!series)
		return false;
	hole->entry = series->first - 1;
	counters_add(&end, &hole->growth.counters);
	return !counters_compare(&scan->entries.list[hole->entry].sample.counters,
				 &end);
}

static int compare_places(const void *left, const void *right)
{
	const struct archive_missing *first = left;
	const struct archive_missing *second = right;

	if (first->entry != second->entry)
		return first->entry < second->entry ? -1 : 1;
	return counters_compare(&first->growth.from, &second->growth.from);
}

/* Takes those missing records that belong into the file. */
static size_t take_missing(struct archive_repair *repair,
			   const struct archive_file *file,
			   const struct archive_scan *scan,
			   struct archive_missing *missing)
{
	size_t count = 0;
	size_t left = 0;

	for (size_t at = 0; at < repair->hole_count; at++) {
		struct archive_missing hole = repair->holes[at];
		const struct growth *growth = &hole.growth;
		const bool is_next = count &&
			goes_on(growth, &missing[count - 1].growth);

		if (is_next)
			hole.entry = missing[count - 1].entry;
		if ((is_next || place(scan, &hole)) &&
		    (!hole.is_held || is_of_date(repair->calendar, file, growth)))
			missing[count++] = hole;
		else
			repair->holes[left++] = hole;
	}
	repair->hole_count = left;
	qsort(missing, count, sizeof(*missing), compare_places);
	return count;
}

/* Puts the new text in the old one's place. */
static int replace_file(struct archive_repair *repair, const char *name,
			const char *old, size_t old_length, const char *text,
			size_t length)
{
	struct archive_repair_done *done;
	int error = array_reserve((void **)&repair->done,
				  &repair->done_capacity,
				  repair->done_count + 1, sizeof(*done));

	if (error)
		return error;
	done = &repair->done[repair->done_count];
	strcpy(done->name, name);
	error = archive_replace_file(repair->archive, name, old, old_length,
				     text, length, done->copy);
	repair->done_count += !error;
	return error;
}

static int rewrite(struct archive_repair *repair,
		   const struct archive_file *file,
		   const struct archive_scan *scan,
		   const struct archive_missing *missing, size_t count)
{
	char header[ARCHIVE_HEADER_SIZE];
	char name[ARCHIVE_NAME_SIZE];
	size_t old_length = 0;
	size_t length = 0;
	char *old = NULL;
	char *text = NULL;
	int error = archive_read_text(repair->archive, file, &old, &old_length);

	if (!error) {
		archive_rewrite_header(repair->calendar, file, old, old_length,
				       header);
		text = archive_rewrite(header, old, old_length, scan, missing,
				       count, &length);
		error = text ? 0 : -ENOMEM;
	}
	archive_file_name(file, name);
	if (!error)
		error = replace_file(repair, name, old, old_length, text, length);
	free(text);
	free(old);
	return error;
}

int archive_repair_file(struct archive_repair *repair,
			const struct archive_file *file,
			const struct archive_scan *scan)
{
	struct archive_missing *missing =
		calloc(repair->hole_count + 1, sizeof(*missing));
	size_t count;
	int error = 0;

	if (!missing)
		return -ENOMEM;
	count = take_missing(repair, file, scan, missing);
	if (count || scan->damaged || scan->torn || scan->empty ||
	    scan->has_returns)
		error = rewrite(repair, file, scan, missing, count);
	free(missing);
	return error;
}

int archive_repair_undo(struct archive_repair *repair)
{
	const int directory = repair->archive->directory;
	int error = 0;

	for (; repair->done_count; repair->done_count--) {
		const struct archive_repair_done *done =
			&repair->done[repair->done_count - 1];

		if (renameat(directory, done->copy, directory, done->name) < 0)
			error = -errno;
	}
	disk_sync(directory);
	return error;
}

void archive_repair_free(struct archive_repair *repair)
{
	array_free((void **)&repair->holes, &repair->hole_capacity);
	array_free((void **)&repair->done, &repair->done_capacity);
	repair->hole_count = 0;
	repair->done_count = 0;
}
