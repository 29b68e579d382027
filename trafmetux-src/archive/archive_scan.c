// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/archive_scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/record.h"
#include "base/array.h"
#include "base/line_reader.h"
#include "time/zone.h"

bool archive_scan_is_emptied(const struct archive *archive,
			     const struct archive_file *file,
			     const struct archive_scan *scan)
{
	uint64_t size;
	int64_t changed;

	return scan->empty &&
	       !archive_file_state(archive, file, &size, &changed) && !size &&
	       !archive_is_recent(changed);
}

/* What can't be known is trouble; all else is told with what mends it. */
static void tell_damage(const struct archive *archive,
			const struct archive_file *file, const char *words,
			bool is_known)
{
	if (is_known)
		archive_tell(archive, file,
			     "%s; nothing is missing in the sums; mend it with 'trafmetux verify --repair'",
			     words);
	else
		archive_report(archive, file,
			       "%s; what it told can't be known; 'trafmetux verify --repair' sets it aside",
			       words);
}

void archive_scan_report(const struct archive *archive,
			 const struct archive_file *file,
			 const struct archive_scan *scan, int error,
			 bool is_known)
{
	char words[128];
	int length = 0;

	if (error == -EPROTO) {
		archive_report(archive, file,
			       "written by a newer trafmetux (archive version %"
			       PRIu64 "); install that version", scan->version);
	} else if (error) {
		archive_report(archive, file, "%s", message_reason(-error));
	} else if (archive_scan_is_emptied(archive, file, scan)) {
		tell_damage(archive, file, "empty", is_known);
	} else if (scan->damaged || scan->torn) {
		if (scan->damaged)
			length = snprintf(words, sizeof(words), "%" PRIu64
					  " damaged line%s, the first is line %"
					  PRIu64 "%s", scan->damaged,
					  scan->damaged == 1 ? "" : "s",
					  scan->damaged_lines[0],
					  scan->torn ? "; " : "");
		snprintf(words + length, sizeof(words) - (size_t)length, "%s",
			 scan->torn ? "the last line is cut off" : "");
		tell_damage(archive, file, words, is_known);
	} else if (scan->has_returns) {
		archive_tell(archive, file,
			     "its lines end as on Windows; all of it is read; mend it with 'trafmetux verify --repair'");
	}
}

#define MINUTE_SECONDS 60

/* So long is the time of a record, and the name of a series is longer. */
#define TIME_DIGITS 10

/* So many has a first line of thinned minutes, with one more for a byte become blank. */
#define NAME_WORDS 12

/* While a file is read. */
struct scanner {
	struct archive_scan *scan;
	bool has_current;		/* records are of a series: */
	uint64_t series;
	bool is_after_damage;		/* since the last line that told a state: */
	bool may_be_renamed;	/* what is damaged may have named another series, */
	bool is_unsure;			/* and records went on as of that one before; */
	bool was_unsure;		/* likewise, but it was repaired */
	bool tail;			/* began in the middle */
	bool is_again;		/* the next "@" is of a series that is written again */
	bool has_own_day;		/* a record is of the file's date */
	size_t behind_base;		/* the entry behind the last "@" */
	size_t above_first;		/* the records behind the "@" before, */
	size_t above_end;		/* up to that last one; */
	size_t above;			/* those that are looked at next */
	char text[RECORD_TEXT_SIZE];	/* of the line before, */
	size_t length;			/* if it told a state, or is lost; else 0 */
	struct line_reader lines;
};

static const struct archive_entry *last_entry(const struct archive_scan *scan)
{
	const struct archive_entries *entries = &scan->entries;

	return entries->count ? &entries->list[entries->count - 1] : NULL;
}

static void remember(struct scanner *scanner, const char *text, size_t length)
{
	memcpy(scanner->text, text, length);
	scanner->length = length;
}

/*
 * Is a damaged first line no more than the one that names the file? If lines behind it
 * have become a part of it, it has more words, or bytes that are none of a text.
 */
static bool is_only_name(const struct line *line)
{
	size_t words = 1;

	if (line->too_long)
		return false;
	for (size_t at = 0; at < line->length; at++) {
		if (line->text[at] < ' ' || line->text[at] > '~')
			return false;
		words += line->text[at] == ' ';
	}
	return words <= NAME_WORDS;
}

static void damaged(struct scanner *scanner, const struct line *line)
{
	struct archive_scan *scan = scanner->scan;

	archive_growth_damaged(scan, line->number);
	scan->closed += !line->too_long && line->length > 1 &&
			line->text[line->length - 1] == '#';
	if (line->number == 1 && scan->whole && is_only_name(line))
		return;
	scanner->is_after_damage = true;
	if (scan->entries.count)
		return;
	scan->lost_begin = true;
	scan->lost_before++;
	/* The one that closed it put that byte behind it. */
	if (!line->too_long && line->length > 1 &&
	    line->length <= sizeof(scanner->text))
		remember(scanner, line->text, line->length -
			 (line->text[line->length - 1] == '#'));
}

/*
 * May what can't be read have been an "@"? Not what has hardly anything but digits, and
 * no time that is as long as the name of a series.
 */
static bool may_name(const struct line *line)
{
	size_t others = 0;
	size_t field = 0;

	for (size_t at = 0; at < line->length; at++) {
		const char byte = line->text[at];

		if (byte == '@')
			return true;
		others += byte != ' ' && (byte < '0' || byte > '9');
	}
	while (field < line->length && line->text[field] != ' ')
		field++;
	return others > 1 || field + 1 < TIME_DIGITS || field > TIME_DIGITS + 2;
}

/* A record of no series, or of another one than the lines before it. */
static void note_unnamed(struct archive_scan *scan, const struct record *record)
{
	if (!scan->has_unnamed)
		scan->unnamed_first = record->sample.counters;
	scan->has_unnamed = true;
	scan->unnamed_last = record->sample.counters;
	scan->lost_between |= scan->entries.count > 0;
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
	       (time <= start - ZONE_APART || time > end + ZONE_APART);
}

/* May a line tell what this record grew by? */
static bool is_within(const struct archive_entry *entry,
		      const struct archive_entry *base,
		      const struct archive_entry *record)
{
	const struct sample *sample = &record->sample;
	const int64_t since = sample->since == SAMPLE_MINUTE ?
			      sample->time - MINUTE_SECONDS : sample->since;

	return entry->sample.time > since &&
	       counters_compare(&entry->sample.counters,
				&base->sample.counters) > 0 &&
	       counters_may_follow(&sample->counters, &entry->sample.counters);
}

/*
 * A record of a series that is written again, since its name was damaged: it stands
 * already above its "@", behind another one. From there on those above are of this
 * series. Both go up, so they are looked through side by side.
 */
static void refute_told_again(struct scanner *scanner,
			      const struct archive_entry *record)
{
	struct archive_entry *list = scanner->scan->entries.list;
	const size_t end = scanner->above_end;
	size_t at = scanner->above;

	while (at < end && counters_compare(&list[at].sample.counters,
					    &record->sample.counters) < 0)
		at++;
	scanner->above = at;
	if (at == end || !archive_entry_is(&list[at], &record->sample) ||
	    list[at].series == record->series)
		return;
	while (at > scanner->above_first &&
	       is_within(&list[at - 1], &list[end], record))
		at--;
	for (; at < end; at++) {
		list[at].damaged = true;
		list[at].told_again = true;
	}
	scanner->above = end;
}

/*
 * Of a series that is written again, records are held against those above its "@", also
 * where that was all of it that could be written, and stands there once more.
 */
static void note_above(struct scanner *scanner, uint64_t series,
		       const struct archive_entry *before)
{
	const size_t base = scanner->scan->entries.count;

	if (before && before->base && before->series == series) {
		scanner->behind_base = base + 1;
		scanner->is_again = false;
		return;
	}
	scanner->above_first = scanner->is_again ? scanner->behind_base : base;
	scanner->above = scanner->above_first;
	scanner->above_end = base;
	scanner->behind_base = base + 1;
	scanner->is_again = false;
}

static int take_entry(struct scanner *scanner, const struct line *line,
		      const struct record *record, bool is_stray)
{
	struct archive_scan *scan = scanner->scan;
	const struct archive_entry *before = last_entry(scan);
	struct archive_entry entry = {
		.series = scanner->series, .line = line->number,
		.sample = record->sample,
		.base = record->kind == RECORD_SERIES, .stray = is_stray,
	};

	scanner->has_own_day |= !entry.base && !is_stray;
	entry.damaged = above_limit(scan, entry.series, &entry.sample.counters);
	if ((scanner->is_after_damage || scanner->is_unsure) && before &&
	    before->series != entry.series)
		scan->lost_between = true;
	scanner->is_unsure |= scanner->may_be_renamed;
	if (entry.base)
		scanner->is_unsure = false;
	if (entry.base)
		scanner->was_unsure = false;
	entry.is_unsure = scanner->is_unsure || scanner->was_unsure;
	scanner->is_after_damage = false;
	scanner->may_be_renamed = false;
	if (entry.base)
		note_above(scanner, entry.series, before);
	else
		refute_told_again(scanner, &entry);
	if (!entry.base && !entry.damaged && scan->first_only && before &&
	    before->series == entry.series && counters_compare(&entry.sample.counters,
			     &before->sample.counters) > 0)
		scan->first_time = entry.sample.time;
	if (line->length <= sizeof(scanner->text))
		remember(scanner, line->text, line->length);
	return archive_entries_add(&scan->entries, &entry);
}

/*
 * A line that goes on where the one before it ends was written again: that one was cut
 * off, and a program of old ended it with a newline. Where that one is known for damaged
 * and nothing is before it, it was the beginning of this one, and told nothing else.
 */
static void refute_beginning(struct scanner *scanner, const struct line *line)
{
	struct archive_scan *scan = scanner->scan;
	struct archive_entries *entries = &scan->entries;

	if (scanner->length && line->length > scanner->length &&
	    memcmp(line->text, scanner->text, scanner->length) == 0) {
		if (entries->count)
			entries->list[entries->count - 1].damaged = true;
		else
			scan->lost_before--;
	}
	scanner->length = 0;
}

/*
 * After a damaged line, which may have named another series: a record that is below the
 * state of the series before is of that other one, and so is all that follows.
 */
static bool is_of_current(struct scanner *scanner, const struct record *record)
{
	const struct archive_entry *before = last_entry(scanner->scan);

	if (scanner->has_current && scanner->is_after_damage && before &&
	    !counters_may_follow(&record->sample.counters,
				 &before->sample.counters))
		scanner->has_current = false;
	return scanner->has_current;
}

struct origin archive_scan_source(const struct archive_scan *scan, uint64_t series)
{
	const size_t place = series_table_find(&scan->sources.table, series);

	return place ? scan->sources.list[place - 1].origin :
		       (struct origin){ .is_about = false };
}

/* What is told once is told again, and the same. */
static int take_source(struct archive_scan *scan, const struct line *line)
{
	struct archive_sources *sources = &scan->sources;
	struct archive_source source;

	if (!record_parse_source(line->text, line->length, &source.series,
				 &source.origin) ||
	    series_table_find(&sources->table, source.series))
		return 0;
	if (array_reserve((void **)&sources->list, &sources->capacity,
			  sources->count + 1, sizeof(source)) ||
	    series_table_set(&sources->table, source.series, sources->count + 1))
		return -ENOMEM;
	sources->list[sources->count++] = source;
	return 0;
}

static int take_comment(struct scanner *scanner, const struct line *line)
{
	const size_t prefix = strlen(RECORD_DAMAGED_PREFIX);
	struct line mended = *line;

	scanner->is_again |= line->length == strlen(ARCHIVE_AGAIN) &&
			     !memcmp(line->text, ARCHIVE_AGAIN, line->length);
	if (line->length < prefix ||
	    memcmp(line->text, RECORD_DAMAGED_PREFIX, prefix) != 0)
		return take_source(scanner->scan, line);
	mended.text += prefix;
	mended.length -= prefix;
	scanner->was_unsure |= may_name(&mended);
	return 0;
}

static int take_record(struct scanner *scanner, const struct line *line)
{
	struct record record;
	bool is_stray;

	record_parse(line->text, line->length, &record);
	switch (record.kind) {
	case RECORD_NOTHING:
		return take_comment(scanner, line);
	case RECORD_SERIES:
		/* Its numbers may be wrong; what follows is still of this series. */
		scanner->has_current = true;
		scanner->series = record.series;
		return take_entry(scanner, line, &record, false);
	case RECORD_SAMPLE:
		is_stray = of_other_day(scanner->scan, record.sample.time);
		if (is_stray && may_name(line)) {
			scanner->is_after_damage = true;
			scanner->may_be_renamed = true;
		}
		if (is_of_current(scanner, &record))
			return take_entry(scanner, line, &record, is_stray);
		if (scanner->tail && !scanner->scan->entries.count)
			return 0;
		note_unnamed(scanner->scan, &record);
		break;
	case RECORD_DAMAGED:
		scanner->may_be_renamed |= may_name(line);
		break;
	}
	damaged(scanner, line);
	return 0;
}

static int take_line(struct scanner *scanner, const struct line *line)
{
	struct archive_scan *scan = scanner->scan;
	struct line own = *line;

	if (!line->complete) {
		scan->torn = true;
		return 0;
	}
	if (line->too_long) {
		scanner->length = 0;
		scanner->may_be_renamed = true;
		damaged(scanner, line);
		return 0;
	}
	/* From Windows, or by FTP. */
	if (own.length && own.text[own.length - 1] == '\r') {
		own.length--;
		scan->has_returns = true;
	}
	if (line->number == 1 && scan->whole) {
		scan->version = record_archive_version(own.text, own.length);
		scan->is_thinned = record_archive_thinned(own.text, own.length);
		scan->lost_version = own.length && *own.text == '#' && !scan->version;
		if (scan->version > RECORD_ARCHIVE_VERSION)
			return -EPROTO;
	}
	refute_beginning(scanner, &own);
	return take_record(scanner, &own);
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

/* Records of other dates are damaged, unless all are: that file was only renamed. */
static void refute_strays(struct scanner *scanner)
{
	struct archive_entries *entries = &scanner->scan->entries;

	for (size_t at = 0; scanner->has_own_day && at < entries->count; at++)
		entries->list[at].damaged |= entries->list[at].stray;
}

/*
 * Does the file tell what a line that is not believed would have told? Of a record it
 * does behind it. Where many lines contradict as many, they may be of two series.
 */
static bool is_told(const struct archive_scan *scan, size_t at)
{
	struct archive_entry *entry = &scan->entries.list[at];
	const struct archive_series *series =
		archive_entries_series(&scan->entries, entry->series);

	if (entry->told_again)
		return true;
	if (entry->is_doubtful)
		return false;
	if (entry->base)
		return series->first != at + 1 ||
		       (entry->next && scan->entries.list[entry->next - 1].base);
	return archive_entries_next(&scan->entries, entry) &&
	       counters_may_follow(&scan->segments.list[series->segment - 1].end,
				   &entry->sample.counters);
}

/* Counts the damaged entries, and finds out what they have cost. */
static void judge(struct scanner *scanner)
{
	struct archive_scan *scan = scanner->scan;
	const struct archive_entry *last = last_entry(scan);

	if (scanner->is_after_damage || scan->torn || scan->empty ||
	    (!last && scan->damaged)) {
		scan->lost_begin |= !last;
		scan->lost_end = true;
	}
	scan->lost_end |= scanner->is_unsure;
	/* From the end on, each damaged line is passed by once, however many they are. */
	for (size_t at = scan->entries.count; at-- > 0;) {
		if (scan->entries.list[at].damaged)
			archive_entries_next(&scan->entries, &scan->entries.list[at]);
	}
	for (size_t at = 0; at < scan->entries.count; at++) {
		const struct archive_entry *entry = &scan->entries.list[at];

		if (!entry->damaged)
			continue;
		archive_growth_damaged(scan, entry->line);
		if (is_told(scan, at))
			continue;
		if (entry->base && at == 0)
			scan->lost_begin = true;
		else if (!entry->base && !entry->is_doubtful &&
			 entry->series == last->series)
			scan->lost_end = true;
		else
			scan->lost_between = true;
	}
	scan->needs_series = !scanner->has_current ||
			     scanner->is_after_damage || scan->torn;
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
	scanner->has_current = false;
	scanner->is_after_damage = false;
	scanner->may_be_renamed = false;
	scanner->is_unsure = false;
	scanner->was_unsure = false;
	scanner->tail = offset > 0;
	scanner->has_own_day = false;
	scanner->is_again = false;
	scanner->behind_base = 0;
	scanner->above_first = 0;
	scanner->above_end = 0;
	scanner->above = 0;
	scanner->length = 0;
	if (lseek(descriptor, offset, SEEK_SET) < 0)
		return -errno;
	line_reader_start(&scanner->lines, descriptor);
	error = take_lines(scanner);
	refute_strays(scanner);
	if (!error)
		error = archive_entries_settle(&scan->entries);
	if (!error)
		error = archive_growth_find(scan);
	if (!error)
		judge(scanner);
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
	array_free((void **)&scan->sources.list, &scan->sources.capacity);
	series_table_free(&scan->sources.table);
	scan->sources.count = 0;
}
