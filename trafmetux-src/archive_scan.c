// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "line_reader.h"
#include "record.h"

/* While a file is read. */
struct scanner {
	struct archive_scan *scan;
	struct series_table table;
	struct series_state *current;	/* of the series being written */
	uint64_t series;
	bool tail;			/* began in the middle */
	struct line_reader lines;
};

static void damaged(struct scanner *scanner, const struct line *line)
{
	struct archive_scan *scan = scanner->scan;

	if (!scan->damaged++)
		scan->first_damaged = line->number;
}

static bool above_limit(const struct scanner *scanner, uint64_t series,
			const struct counters *counters)
{
	struct archive_scan *scan = scanner->scan;

	if (!scan->limit || series != scan->series ||
	    counters_may_follow(scan->limit, counters))
		return false;
	scan->beyond = true;
	return true;
}

static void note_last(struct scanner *scanner, bool bare)
{
	struct archive_scan *scan = scanner->scan;

	scan->has_last = true;
	scan->last_bare = bare;
	scan->last_series = scanner->series;
	scan->last_counters = scanner->current->counters;
}

static int take_series(struct scanner *scanner, const struct line *line,
		       const struct record *record)
{
	const struct counters *counters = &record->sample.counters;
	struct series_state *state;

	state = series_table_get(&scanner->table, record->series);
	if (!state)
		return -ENOMEM;
	scanner->current = state;
	scanner->series = record->series;
	/* Its numbers may be wrong, but what follows is still of this series. */
	if (above_limit(scanner, record->series, counters) ||
	    (counters_compare(counters, &state->counters) > 0 &&
	     !counters_may_follow(counters, &state->counters))) {
		damaged(scanner, line);
	} else if (counters_compare(counters, &state->counters) > 0) {
		state->counters = *counters;
		state->time = 0;
	}
	state->left = true;
	note_last(scanner, true);
	return 0;
}

static int take_sample(struct scanner *scanner, const struct line *line,
		       const struct sample *sample)
{
	struct archive_scan *scan = scanner->scan;
	struct series_state *state = scanner->current;
	struct growth growth = { .time = sample->time };

	if (!state) {
		if (!scanner->tail)
			damaged(scanner, line);
		return 0;
	}
	if (!counters_may_follow(&sample->counters, &state->counters) ||
	    above_limit(scanner, scanner->series, &sample->counters)) {
		damaged(scanner, line);
		return 0;
	}
	growth.counters = counters_difference(&sample->counters,
					      &state->counters);
	state->left = false;
	state->counters = sample->counters;
	state->time = sample->time;
	note_last(scanner, false);
	if (growth.counters.packets == 0 && growth.counters.bytes == 0)
		return 0;
	if (!scan->first_time || sample->time < scan->first_time)
		scan->first_time = sample->time;
	return scan->sink ? scan->sink(scan->context, &growth) : 0;
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
		if (scan->version > RECORD_ARCHIVE_VERSION)
			return -EPROTO;
	}
	record_parse(line->text, line->length, &record);
	switch (record.kind) {
	case RECORD_NOTHING:
		return 0;
	case RECORD_SERIES:
		return take_series(scanner, line, &record);
	case RECORD_SAMPLE:
		return take_sample(scanner, line, &record.sample);
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

/* Reads from @offset to the end; forgets what was found before. */
static int scan_from(struct scanner *scanner, int descriptor, off_t offset)
{
	struct archive_scan *scan = scanner->scan;
	const struct series_state *state;
	int error;

	*scan = (struct archive_scan){
		.sink = scan->sink, .context = scan->context,
		.series = scan->series, .limit = scan->limit,
		.first_only = scan->first_only,
		.empty = true, .whole = offset == 0,
	};
	scanner->table = (struct series_table){ 0 };
	scanner->current = NULL;
	scanner->series = 0;
	scanner->tail = offset > 0;
	if (lseek(descriptor, offset, SEEK_SET) < 0)
		return -errno;
	line_reader_start(&scanner->lines, descriptor);
	error = take_lines(scanner);
	state = series_table_find(&scanner->table, scan->series);
	if (state)
		scan->state = *state;
	series_table_free(&scanner->table);
	return error;
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

int archive_scan_file(int descriptor, struct archive_scan *scan)
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
	scan->sink = NULL;
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

void archive_scan_report(const struct archive *archive,
			 const struct archive_file *file,
			 const struct archive_scan *scan, int error)
{
	static const char torn[] =
		"last line is cut off and was left out; update counts its traffic again";
	char words[256];

	if (error == -EPROTO) {
		archive_report(archive, file,
			       "written by a newer trafmetux (archive version %"
			       PRIu64 "); install that version", scan->version);
	} else if (error) {
		archive_report(archive, file, "%s", message_reason(-error));
	} else if (scan->damaged) {
		snprintf(words, sizeof(words), "%" PRIu64 " damaged line%s",
			 scan->damaged, scan->damaged == 1 ? "" : "s");
		archive_report(archive, file,
			       "%s, the first is line %" PRIu64
			       "; the rest was used, and their traffic is counted with the next whole record of the file%s%s",
			       words, scan->first_damaged,
			       scan->torn ? "; the " : "",
			       scan->torn ? torn : "");
	} else if (scan->torn) {
		archive_report(archive, file, "the %s", torn);
	}
}
