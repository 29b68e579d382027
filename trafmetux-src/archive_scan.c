// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_scan.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive_growth.h"
#include "line_reader.h"
#include "record.h"

#define DAY_SECONDS INT64_C(86400)

/* Local dates begin and end this far from UTC's at most, in any zone. */
#define ZONE_SECONDS INT64_C(93600)

/* While a file is read. */
struct scanner {
	struct archive_scan *scan;
	struct series_table table;	/* the highest line yet, of each series */
	struct series_state *current;	/* of the series being written */
	uint64_t series;
	bool tail;			/* began in the middle */
	bool has_own_day;		/* a record is of the file's date */
	struct line_reader lines;
};

static void damaged(struct scanner *scanner, const struct line *line)
{
	archive_growth_damaged(scanner->scan, line->number);
}

static bool above_limit(struct archive_scan *scan, uint64_t series,
			const struct counters *counters)
{
	if (!scan->limit || series != scan->series ||
	    counters_may_follow(scan->limit, counters))
		return false;
	scan->beyond = true;
	return true;
}

static bool of_other_day(const struct archive_scan *scan, int64_t time)
{
	const int64_t start = (int64_t)scan->first_day * DAY_SECONDS;
	const int64_t end = ((int64_t)scan->last_day + 1) * DAY_SECONDS;

	return scan->has_days &&
	       (time <= start - ZONE_SECONDS || time > end + ZONE_SECONDS);
}

/* Raises the state of the series; notes when a line contradicts it. */
static void raise_state(struct series_state *state,
			const struct archive_entry *entry)
{
	const struct counters *counters = &entry->sample.counters;

	if (counters_may_follow(counters, &state->counters))
		state->counters = *counters;
	else if (!entry->base || !counters_may_follow(&state->counters, counters))
		state->disputed = true;
}

static int take_entry(struct scanner *scanner, const struct line *line,
		      const struct record *record)
{
	struct archive_scan *scan = scanner->scan;
	struct archive_entry entry = {
		.series = scanner->series, .line = line->number,
		.sample = record->sample,
		.base = record->kind == RECORD_SERIES,
	};
	bool grows = counters_compare(&entry.sample.counters,
				      &scanner->current->counters) > 0;

	if (!entry.base && of_other_day(scan, entry.sample.time))
		entry.stray = true;
	else if (!entry.base)
		scanner->has_own_day = true;
	if (above_limit(scan, entry.series, &entry.sample.counters))
		entry.damaged = true;
	else
		raise_state(scanner->current, &entry);
	if (grows && !entry.base && !entry.damaged && scan->first_only)
		scan->first_time = entry.sample.time;
	return archive_entries_add(&scan->entries, &entry);
}

static int take_line(struct scanner *scanner, const struct line *line)
{
	struct archive_scan *scan = scanner->scan;
	struct record record;

	if (!line->complete) {
		scan->torn = true;
		return 0;
	}
	if (line->too_long) {
		damaged(scanner, line);
		return 0;
	}
	if (line->number == 1 && scan->whole) {
		scan->version = record_archive_version(line->text,
						       line->length);
		scan->is_thinned = record_archive_thinned(line->text,
							  line->length);
		if (scan->version > RECORD_ARCHIVE_VERSION)
			return -EPROTO;
	}
	record_parse(line->text, line->length, &record);
	switch (record.kind) {
	case RECORD_NOTHING:
		return 0;
	case RECORD_SERIES:
		/* Its numbers may be wrong; what follows is still of this series. */
		scanner->current = series_table_get(&scanner->table,
						    record.series);
		scanner->series = record.series;
		return scanner->current ? take_entry(scanner, line, &record) :
					  -ENOMEM;
	case RECORD_SAMPLE:
		if (scanner->current)
			return take_entry(scanner, line, &record);
		if (scanner->tail)
			return 0;
		break;
	case RECORD_DAMAGED:
		break;
	}
	damaged(scanner, line);
	return 0;
}

static int take_lines(struct scanner *scanner)
{
	struct archive_scan *scan = scanner->scan;
	struct line line;
	int error = 0;
	int more;

	while (!error && (more = line_reader_next(&scanner->lines,
						  &line)) != 0) {
		if (more < 0)
			return more;
		scan->empty = false;
		/* In a tail the first line's beginning is elsewhere. */
		if (scanner->tail && line.number == 1 && line.complete)
			continue;
		error = take_line(scanner, &line);
		if (scan->first_only && scan->first_time)
			break;
	}
	return error;
}

/* An "@" within the file repeats a series: see that it is the same one. */
static int rename_misread(struct scanner *scanner)
{
	struct archive_scan *scan = scanner->scan;
	struct archive_entries *entries = &scan->entries;
	struct series_state *state;
	bool renamed = false;

	for (size_t at = 1; at < entries->count; at++) {
		const struct archive_entry *before = &entries->list[at - 1];
		const struct archive_entry *entry = &entries->list[at];

		if (!entry->base ||
		    !archive_series_misread(before->series,
					    &before->sample.counters,
					    entry->series,
					    &entry->sample.counters))
			continue;
		archive_entries_rename(entries, at, before->series);
		renamed = true;
		/* Whether they agree was looked at for each name alone. */
		state = series_table_get(&scanner->table, before->series);
		if (!state)
			return -ENOMEM;
		state->found = true;
		state->disputed = true;
	}
	/* So was the limit. */
	for (size_t at = 0; renamed && at < entries->count; at++) {
		struct archive_entry *entry = &entries->list[at];

		entry->damaged |= above_limit(scan, entry->series,
					      &entry->sample.counters);
	}
	return 0;
}

/*
 * Records of other dates are damaged, unless all are: that file was only renamed.
 * What the others were held against may be gone then, so they are looked at anew.
 */
static int refute_strays(struct scanner *scanner)
{
	struct archive_entries *entries = &scanner->scan->entries;

	for (size_t at = 0; scanner->has_own_day && at < entries->count; at++) {
		struct archive_entry *entry = &entries->list[at];
		struct series_state *state;

		if (!entry->stray)
			continue;
		entry->damaged = true;
		state = series_table_get(&scanner->table, entry->series);
		if (!state)
			return -ENOMEM;
		state->disputed = true;
	}
	return 0;
}

static int settle(struct scanner *scanner)
{
	const struct series_table *table = &scanner->table;
	struct archive_entries *entries = &scanner->scan->entries;
	int error = rename_misread(scanner);

	if (!error)
		error = refute_strays(scanner);
	for (size_t at = 0; !error && at < table->size; at++) {
		const struct series_entry *entry = &table->entries[at];

		if (entry->state.found && entry->state.disputed)
			error = archive_entries_settle(entries, entry->series);
	}
	return error;
}

/* Reads from @offset to the end; forgets what was found before. */
static int scan_from(struct scanner *scanner, int descriptor, off_t offset)
{
	struct archive_scan *scan = scanner->scan;
	int error;

	archive_scan_free(scan);
	*scan = (struct archive_scan){
		.sink = scan->sink, .context = scan->context,
		.series = scan->series, .limit = scan->limit,
		.has_days = scan->has_days, .first_day = scan->first_day,
		.last_day = scan->last_day,
		.first_only = scan->first_only,
		.empty = true, .whole = offset == 0,
	};
	scanner->table = (struct series_table){ 0 };
	scanner->current = NULL;
	scanner->series = 0;
	scanner->tail = offset > 0;
	scanner->has_own_day = false;
	if (lseek(descriptor, offset, SEEK_SET) < 0)
		return -errno;
	line_reader_start(&scanner->lines, descriptor);
	error = take_lines(scanner);
	if (!error)
		error = settle(scanner);
	series_table_free(&scanner->table);
	return error ? error : archive_growth_find(scan);
}

/* Only the first line, which names the version. */
static int scan_version(struct scanner *scanner, int descriptor)
{
	struct archive_scan *scan = scanner->scan;
	struct line line;
	int more;

	if (lseek(descriptor, 0, SEEK_SET) < 0)
		return -errno;
	line_reader_start(&scanner->lines, descriptor);
	more = line_reader_next(&scanner->lines, &line);
	if (more > 0 && line.complete && !line.too_long)
		scan->version = record_archive_version(line.text, line.length);
	if (more < 0)
		return more;
	return scan->version > RECORD_ARCHIVE_VERSION ? -EPROTO : 0;
}

int archive_scan_read(int descriptor, struct archive_scan *scan)
{
	struct scanner *scanner = malloc(sizeof(*scanner));
	int error;

	if (!scanner)
		return -ENOMEM;
	scanner->scan = scan;
	error = scan_from(scanner, descriptor, 0);
	free(scanner);
	return error;
}

int archive_scan_file(int descriptor, struct archive_scan *scan)
{
	int error = archive_scan_read(descriptor, scan);

	return error || !scan->sink ? error : archive_scan_grow(scan);
}

int archive_scan_tail(int descriptor, struct archive_scan *scan)
{
	struct scanner *scanner;
	struct stat status;
	off_t size = ARCHIVE_TAIL_SIZE;
	int error;

	if (fstat(descriptor, &status) < 0)
		return -errno;
	scanner = malloc(sizeof(*scanner));
	if (!scanner)
		return -ENOMEM;
	scanner->scan = scan;
	scan->first_only = false;
	do {
		error = scan_from(scanner, descriptor, status.st_size > size ?
						       status.st_size - size : 0);
		size *= 8;
	} while (!error && !scan->has_last && !scan->whole);
	scan->series_far = size > 8 * ARCHIVE_TAIL_SIZE;
	if (!error && !scan->whole)
		error = scan_version(scanner, descriptor);
	free(scanner);
	return error;
}

void archive_scan_free(struct archive_scan *scan)
{
	archive_entries_free(&scan->entries);
	archive_segments_free(&scan->segments);
}
