// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/archive_month.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_file.h"
#include "archive/archive_entry.h"
#include "archive/archive_scan.h"
#include "base/array.h"
#include "base/file.h"
#include "base/hash.h"
#include "report/table.h"
#include "upkeep/archive_repair.h"

/* Made by archive_digest_start(). */
struct archive_digest {
	struct calendar *calendar;	/* NULL: of each record */
	uint64_t hash;
	struct counters total;
	struct growth piece;		/* what an interval has grown so far */
	bool has_piece;
};

/* A month between its neighbours; all of it is the caller's. */
struct archive_month {
	const struct archive *archive;
	struct archive_file file;
	const struct archive_file *before;	/* the files read beside it, or NULL */
	const struct archive_file *after;
	struct archive_digest digest;		/* of what its file has to tell */
};

#define MINUTE_SECONDS 60

int64_t archive_thin_start(struct calendar *calendar, int64_t time)
{
	const int64_t instant = time - 1;
	const int64_t start = instant - instant % RATE_INTERVAL_SECONDS;
	const int64_t hour = calendar_hour(calendar, instant)->start;

	return hour > start ? hour : start;
}

/* When what a record counted began, as far as it is of the interval from @start on. */
static int64_t begin_of(const struct sample *sample, int64_t start)
{
	const int64_t begin = sample->since == SAMPLE_MINUTE ?
				      sample->time - MINUTE_SECONDS : sample->since;

	return begin > start ? begin : start;
}

static bool is_within(const struct sample *sample, int64_t start)
{
	return sample->since == SAMPLE_MINUTE || sample->since >= start;
}

/* Do two records, one after the other, tell of nothing but the same interval? */
static bool may_join(const struct archive_entry *before,
		     const struct archive_entry *entry, struct calendar *calendar)
{
	const int64_t start = archive_thin_start(calendar, entry->sample.time);

	return before->grows && entry->grows &&
	       before->sample.time < entry->sample.time &&
	       archive_thin_start(calendar, before->sample.time) == start &&
	       is_within(&before->sample, start) &&
	       is_within(&entry->sample, start);
}

static void join(struct archive_entry *before, const struct archive_entry *entry,
		 struct calendar *calendar)
{
	const int64_t start = archive_thin_start(calendar, entry->sample.time);
	const int64_t since = begin_of(&before->sample, start);

	before->sample = entry->sample;
	before->sample.since = since;
}

/*
 * Puts records of the same interval together.
 * @entries:	of a whole file, as archive_scan_read() made them; what is put together
 *		becomes one entry
 *
 * Records stay apart where one of them says that it began before the interval, and
 * where the clock was set back between them. All "@" lines stay, since each of them
 * limits what a damaged line can do, and so does the record after each: whether
 * something is missing before it is judged by its time and its growth.
 */
static void archive_thin(struct archive_entries *entries, struct calendar *calendar)
{
	struct archive_entry *list = entries->list;
	size_t count = 0;

	for (size_t at = 0; at < entries->count; at++) {
		/* A record that goes on from an "@" stays as it is. */
		if (count > 1 && !list[count - 2].base && !list[count - 1].base &&
		    !list[at].base &&
		    may_join(&list[count - 1], &list[at], calendar))
			join(&list[count - 1], &list[at], calendar);
		else
			list[count++] = list[at];
	}
	entries->count = count;
}

/*
 * A digest of nothing.
 * @calendar:	NULL: of every record, with its times; or else of what grew in each of
 *		the intervals of archive_thin_start() in this calendar
 */
static struct archive_digest archive_digest_start(struct calendar *calendar)
{
	return (struct archive_digest){ .calendar = calendar,
					.hash = HASH_START };
}

static void add_number(struct archive_digest *digest, uint64_t number)
{
	digest->hash = hash_bytes(digest->hash, &number, sizeof(number));
}

static void add_piece(struct archive_digest *digest)
{
	const struct growth *piece = &digest->piece;

	if (!digest->has_piece)
		return;
	add_number(digest, piece->series);
	add_number(digest, (uint64_t)piece->time);
	add_number(digest, (uint64_t)piece->since);
	add_number(digest, piece->from.packets);
	add_number(digest, piece->from.bytes);
	add_number(digest, piece->counters.packets);
	add_number(digest, piece->counters.bytes);
	digest->has_piece = false;
}

static int add_growth(void *context, const struct growth *growth)
{
	struct archive_digest *digest = context;
	struct growth *piece = &digest->piece;
	struct growth next = *growth;

	counters_add(&digest->total, &growth->counters);
	if (digest->calendar) {
		next.time = archive_thin_start(digest->calendar, growth->time);
		/* Whatever began before its interval has to say so still. */
		if (growth->since >= next.time)
			next.since = SAMPLE_MINUTE;
		if (digest->has_piece && piece->series == next.series &&
		    piece->time == next.time &&
		    piece->since == SAMPLE_MINUTE && next.since == SAMPLE_MINUTE) {
			counters_add(&piece->counters, &next.counters);
			return 0;
		}
	}
	add_piece(digest);
	*piece = next;
	digest->has_piece = true;
	return 0;
}

/* Adds what a scan that was read tells. */
static void archive_digest_add(struct archive_digest *digest, struct archive_scan *scan)
{
	scan->sink = add_growth;
	scan->context = digest;
	archive_scan_grow(scan);
}

/* Do they tell the same? Nothing can be added after. */
static bool archive_digest_same(struct archive_digest *left, struct archive_digest *right)
{
	add_piece(left);
	add_piece(right);
	return left->hash == right->hash &&
	       counters_compare(&left->total, &right->total) == 0;
}

/*
 * Is there nothing to be said of a file?
 *
 * Of one without a record, or with a hole, or left for another one for a time,
 * somebody may still want to know why.
 */
static bool archive_month_whole(const struct archive_scan *scan)
{
	return !scan->damaged && !scan->torn && !scan->empty &&
	       !scan->has_returns && scan->first_time && !scan->is_split &&
	       archive_entries_plain(&scan->entries);
}

/* Does one of two files that meet show the other one wrong? */
static bool archive_month_disagree(struct archive_scan *scan, struct archive_scan *next)
{
	const uint64_t damaged = scan->damaged + next->damaged;

	return archive_scan_meet(scan, next) ||
	       scan->damaged + next->damaged != damaged;
}

/* A file beside the month. What can't be read is no reason to doubt the month. */
static bool agrees_with(const struct archive_month *month, struct archive_scan *scan,
			const struct archive_file *other, bool is_before)
{
	struct archive_scan beside;
	int descriptor = other ? archive_open_file(month->archive, other, O_RDONLY) :
				 -ENOENT;
	bool is_well = true;

	if (descriptor < 0)
		return true;
	beside = archive_scan_of(other);
	if (!archive_scan_read(descriptor, &beside))
		is_well = is_before ? !archive_month_disagree(&beside, scan) :
				      !archive_month_disagree(scan, &beside);
	close(descriptor);
	archive_scan_free(&beside);
	return is_well;
}

/* Do the neighbours leave the month, or a part of it, as it is? */
static bool archive_month_fits(const struct archive_month *month,
			       struct archive_scan *scan, bool is_first, bool is_last)
{
	return (!is_first || agrees_with(month, scan, month->before, true)) &&
	       (!is_last || agrees_with(month, scan, month->after, false));
}

/* Does the new file, as the disk has it, tell what it should? */
static int check(struct archive_month *month, const char *name)
{
	struct archive_scan scan = archive_scan_of(&month->file);
	struct archive_digest digest = archive_digest_start(month->digest.calendar);
	int descriptor = openat(month->archive->directory, name,
				O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int error;

	if (descriptor < 0)
		return -errno;
	error = archive_scan_read(descriptor, &scan);
	close(descriptor);
	if (!error)
		archive_digest_add(&digest, &scan);
	if (!error && (!archive_month_whole(&scan) ||
		       !archive_digest_same(&digest, &month->digest) ||
		       !archive_month_fits(month, &scan, true, true)))
		error = -EBADMSG;
	archive_scan_free(&scan);
	return error;
}

/*
 * Writes the month's file, and puts it in its place.
 * @text:	of the file
 *
 * It is written beside, seen on the disk, and read again: if it is not whole, does
 * not fit, or tells another digest, nothing is changed.
 *
 * Returns 0, -EBADMSG, or another -errno.
 */
static int archive_month_put(struct archive_month *month, const char *text,
			     size_t length)
{
	const int directory = month->archive->directory;
	char new[ARCHIVE_COPY_NAME_SIZE];
	char name[ARCHIVE_NAME_SIZE];
	int error;

	archive_file_name(&month->file, name);
	snprintf(new, sizeof(new), "%s.new", name);
	/* One may be left from a run that was cut off. */
	unlinkat(directory, new, 0);
	error = archive_write_file(month->archive, new, text, length);
	if (!error)
		error = check(month, new);
	if (!error && renameat(directory, new, directory, name) < 0)
		error = -errno;
	if (error)
		unlinkat(directory, new, 0);
	else
		error = disk_sync(directory);
	return error;
}

/* Was it done? Only the file's first line is read. */
static int is_thinned(int descriptor)
{
	char text[ARCHIVE_HEADER_SIZE];
	const ssize_t count = pread(descriptor, text, sizeof(text), 0);
	const char *end;

	if (count < 0)
		return -errno;
	end = memchr(text, '\n', (size_t)count);
	return end && record_archive_thinned(text, (size_t)(end - text));
}

/* Behind the first line @header, all that tells where series come from, each once. */
static char *keep_sources(const char *header, const char *text, size_t length)
{
	static const char prefix[] = RECORD_SOURCE_PREFIX;
	const size_t prefix_length = sizeof(prefix) - 1;
	const char *const end = text + length;
	char *head = malloc(strlen(header) + length + 1);
	char *to = head;

	if (!head)
		return NULL;
	to = stpcpy(to, header);
	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *next = newline ? newline + 1 : end;

		if ((size_t)(next - text) > prefix_length &&
		    memcmp(text, prefix, prefix_length) == 0 &&
		    !archive_text_holds(head, (size_t)(to - head), text,
					(size_t)(next - text)))
			to = mempcpy(to, text, (size_t)(next - text));
		text = next;
	}
	*to = '\0';
	return head;
}

/* What entries of a whole file look like in text, below a first line. */
static char *format(const char *header, const struct archive_entries *entries,
		    size_t *length)
{
	const size_t header_length = strlen(header);
	char *text = malloc(header_length + entries->count * RECORD_TEXT_SIZE + 1);
	char *end = text;

	if (!text)
		return NULL;
	memcpy(end, header, header_length);
	end += header_length;
	for (size_t at = 0; at < entries->count; at++) {
		const struct archive_entry *entry = &entries->list[at];

		if (entry->base)
			end += record_format_series(end, entry->series,
						    &entry->sample.counters);
		else
			end += record_format_sample(end, &entry->sample);
	}
	*length = (size_t)(end - text);
	return text;
}

static int put_thinned(struct archive_month *month, const char *header,
		       struct archive_scan *scan)
{
	size_t length;
	char *text;
	int error;

	archive_thin(&scan->entries, month->digest.calendar);
	text = format(header, &scan->entries, &length);
	if (!text)
		return -ENOMEM;
	error = archive_month_put(month, text, length);
	free(text);
	return error;
}

static void make_header(const struct archive_month *month, const char *text,
			size_t length, char header[ARCHIVE_HEADER_SIZE])
{
	struct calendar *calendar = month->digest.calendar;

	archive_rewrite_header(calendar, &month->file, text, length, header);
	if (record_thin_header(header, ARCHIVE_HEADER_SIZE))
		return;
	/* Somebody else's, and too long: as if there were none. */
	archive_rewrite_header(calendar, &month->file, "", 0, header);
	record_thin_header(header, ARCHIVE_HEADER_SIZE);
}

static int thin(struct archive_month *month, int descriptor)
{
	struct archive_scan scan = archive_scan_of(&month->file);
	char header[ARCHIVE_HEADER_SIZE];
	size_t length = 0;
	char *text = NULL;
	char *head = NULL;
	int error = archive_scan_read(descriptor, &scan);

	/* A newer program wrote it. */
	if (error == -EPROTO || (!error && !archive_month_whole(&scan)))
		error = -EBADMSG;
	if (!error) {
		archive_digest_add(&month->digest, &scan);
		error = archive_read_file(descriptor, &text, &length);
	}
	if (!error) {
		make_header(month, text, length, header);
		head = keep_sources(header, text, length);
		error = head ? put_thinned(month, head, &scan) : -ENOMEM;
	}
	free(head);
	free(text);
	archive_scan_free(&scan);
	return error;
}

int archive_month_thin(const struct archive *archive,
		       const struct archive_file *month,
		       const struct archive_file *before,
		       const struct archive_file *after,
		       struct calendar *calendar)
{
	struct archive_month this = {
		.archive = archive, .file = *month,
		.before = before, .after = after,
		.digest = archive_digest_start(calendar),
	};
	int descriptor = archive_open_file(archive, month, O_RDONLY);
	int was_done;
	int error;

	if (descriptor < 0)
		return descriptor;
	was_done = is_thinned(descriptor);
	error = was_done < 0 ? was_done : 0;
	if (!was_done)
		error = thin(&this, descriptor);
	close(descriptor);
	return error ? error : !was_done;
}

/* While a month is put together. */
struct month {
	struct archive_month month;
	const struct archive_file *days;
	size_t count;
	char *text;
	size_t length;
	size_t capacity;
};

struct archive_file archive_month_of(const struct archive_file *day)
{
	struct archive_file month = *day;

	month.day = calendar_month_begin(day->day);
	month.is_month = true;
	return month;
}

static int add_text(struct month *month, int descriptor)
{
	size_t length = 0;
	char *text = NULL;
	int error = archive_read_file(descriptor, &text, &length);

	if (!error)
		error = array_reserve((void **)&month->text, &month->capacity,
				      month->length + length, 1);
	if (!error) {
		memcpy(month->text + month->length, text, length);
		month->length += length;
	}
	free(text);
	return error;
}

/* Reads a day and adds it. */
static int take_day(struct month *month, const struct archive_file *day,
		    struct archive_scan *scan)
{
	int descriptor = archive_open_file(month->month.archive, day, O_RDONLY);
	int error;

	if (descriptor < 0)
		return descriptor == -ELOOP ? -EBADMSG : descriptor;
	*scan = archive_scan_of(day);
	error = archive_scan_read(descriptor, scan);
	/* A newer program wrote it. */
	if (error == -EPROTO || (!error && !archive_month_whole(scan)))
		error = -EBADMSG;
	if (!error) {
		archive_digest_add(&month->month.digest, scan);
		error = add_text(month, descriptor);
	}
	close(descriptor);
	return error;
}

static int take_days(struct month *month)
{
	struct archive_scan before = { 0 };
	int error = 0;

	for (size_t at = 0; !error && at < month->count; at++) {
		struct archive_scan scan = { 0 };

		error = take_day(month, &month->days[at], &scan);
		if (!error && at && archive_month_disagree(&before, &scan))
			error = -EBADMSG;
		if (!error && !archive_month_fits(&month->month, &scan, at == 0,
						  at + 1 == month->count))
			error = -EBADMSG;
		archive_scan_free(&before);
		before = scan;
	}
	archive_scan_free(&before);
	return error;
}

int archive_month_join(const struct archive *archive,
		       const struct archive_file *days, size_t count,
		       const struct archive_file *before,
		       const struct archive_file *after)
{
	struct month month = {
		.month = {
			.archive = archive, .file = archive_month_of(days),
			.before = before, .after = after,
			.digest = archive_digest_start(NULL),
		},
		.days = days, .count = count,
	};
	int error = take_days(&month);

	/* Else it would not be read in place of the days. */
	if (!error && !archive_month_begins(month.text, month.length))
		error = -EBADMSG;
	if (!error)
		error = archive_month_put(&month.month, month.text,
					  month.length);
	array_free((void **)&month.text, &month.capacity);
	return error;
}

static int holds(const struct archive *archive, const struct archive_file *month,
		 const struct archive_file *day)
{
	size_t length = 0;
	size_t part_length = 0;
	char *text = NULL;
	char *part = NULL;
	int error = archive_read_text(archive, month, &text, &length);

	if (!error)
		error = archive_read_text(archive, day, &part, &part_length);
	if (!error)
		error = archive_text_holds(text, length, part, part_length);
	free(text);
	free(part);
	return error;
}

int archive_month_check(const struct archive *archive,
			const struct archive_file *month,
			const struct archive_file *day)
{
	char name[ARCHIVE_NAME_SIZE];
	int result = holds(archive, month, day);

	if (result == 1 || result == -ENOMEM)
		return result;
	/* Removed meanwhile, and so it was in it. */
	if (result == -ENOENT)
		return 0;
	archive_file_name(month, name);
	if (result)
		archive_report(archive, day, "%s", message_reason(-result));
	else
		archive_report(archive, day,
			       "is not read, since %s is, and differs from it; keep the better one, and move the other out of the archive",
			       name);
	return 0;
}
