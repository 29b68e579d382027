// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_month.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive_copy.h"
#include "archive_scan.h"
#include "array.h"
#include "calendar.h"

/* Of FNV-1a, 64 bits; see RFC 9923. */
#define HASH_START UINT64_C(14695981039346656037)
#define HASH_PRIME UINT64_C(1099511628211)

/* What files tell, in the order in which they tell it. */
struct digest {
	uint64_t hash;
	uint64_t count;
	struct counters total;
};

/* While a month is put together. */
struct month {
	const struct archive *archive;
	const struct archive_file *days;
	size_t count;
	const struct archive_file *before;	/* the files beside them, or NULL */
	const struct archive_file *after;
	char *text;
	size_t length;
	size_t capacity;
	struct digest digest;		/* of the days */
};

struct archive_file archive_month_of(const struct archive_file *day)
{
	struct archive_file month = *day;

	month.day = calendar_month_begin(day->day);
	month.is_month = true;
	return month;
}

static void add_number(struct digest *digest, uint64_t number)
{
	for (int at = 0; at < 64; at += 8) {
		digest->hash ^= number >> at & 255;
		digest->hash *= HASH_PRIME;
	}
}

static int add_growth(void *context, const struct growth *growth)
{
	struct digest *digest = context;

	add_number(digest, growth->series);
	add_number(digest, (uint64_t)growth->time);
	add_number(digest, (uint64_t)growth->since);
	add_number(digest, growth->from.packets);
	add_number(digest, growth->from.bytes);
	add_number(digest, growth->counters.packets);
	add_number(digest, growth->counters.bytes);
	digest->count++;
	counters_add(&digest->total, &growth->counters);
	return 0;
}

static bool is_same(const struct digest *left, const struct digest *right)
{
	return left->hash == right->hash && left->count == right->count &&
	       counters_compare(&left->total, &right->total) == 0;
}

/* Is it all of one piece? */
static bool goes_on(const struct archive_segments *segments)
{
	for (size_t at = 0; at < segments->count; at++) {
		for (size_t before = 0; before < at; before++) {
			if (segments->list[before].series ==
			    segments->list[at].series)
				return false;
		}
	}
	return true;
}

/*
 * Of a file without a record, or with a hole, or left for another one for a time,
 * somebody may still want to know why.
 */
static bool is_whole(const struct archive_scan *scan)
{
	return !scan->damaged && !scan->torn && !scan->empty &&
	       scan->first_time && goes_on(&scan->segments) &&
	       archive_entries_plain(&scan->entries);
}

static int digest_scan(struct archive_scan *scan, struct digest *digest)
{
	scan->sink = add_growth;
	scan->context = digest;
	return archive_scan_grow(scan);
}

/* Does one of two files that meet show that the other one is wrong? */
static bool disagree(struct archive_scan *scan, struct archive_scan *next)
{
	const uint64_t damaged = scan->damaged + next->damaged;

	archive_scan_reconcile(scan, next);
	return scan->damaged + next->damaged != damaged;
}

/* A file beside the month. What can't be read is no reason to doubt the month. */
static bool agrees_with(const struct month *month, struct archive_scan *scan,
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
		is_well = is_before ? !disagree(&beside, scan) :
				      !disagree(scan, &beside);
	close(descriptor);
	archive_scan_free(&beside);
	return is_well;
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
	int descriptor = archive_open_file(month->archive, day, O_RDONLY);
	int error;

	if (descriptor < 0)
		return descriptor == -ELOOP ? -EBADMSG : descriptor;
	*scan = archive_scan_of(day);
	error = archive_scan_read(descriptor, scan);
	/* A newer program wrote it. */
	if (error == -EPROTO || (!error && !is_whole(scan)))
		error = -EBADMSG;
	if (!error)
		error = digest_scan(scan, &month->digest);
	if (!error)
		error = add_text(month, descriptor);
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
		if (!error && at && disagree(&before, &scan))
			error = -EBADMSG;
		if (!error && at == 0 &&
		    !agrees_with(month, &scan, month->before, true))
			error = -EBADMSG;
		archive_scan_free(&before);
		before = scan;
	}
	if (!error && !agrees_with(month, &before, month->after, false))
		error = -EBADMSG;
	archive_scan_free(&before);
	return error;
}

/* Does the new file, as the disk has it, tell what the days' files tell? */
static int check(const struct month *month, const char *name,
		 const struct archive_file *file)
{
	struct archive_scan scan = archive_scan_of(file);
	struct digest digest = { .hash = HASH_START };
	int descriptor = openat(month->archive->directory, name,
				O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int error;

	if (descriptor < 0)
		return -errno;
	error = archive_scan_read(descriptor, &scan);
	close(descriptor);
	if (!error)
		error = digest_scan(&scan, &digest);
	if (!error && (!is_whole(&scan) || !is_same(&digest, &month->digest) ||
		       !agrees_with(month, &scan, month->before, true) ||
		       !agrees_with(month, &scan, month->after, false)))
		error = -EBADMSG;
	archive_scan_free(&scan);
	return error;
}

static int put_file(const struct month *month, const struct archive_file *file)
{
	const int directory = month->archive->directory;
	char new[ARCHIVE_COPY_NAME_SIZE];
	char name[ARCHIVE_NAME_SIZE];
	int error;

	archive_file_name(file, name);
	snprintf(new, sizeof(new), "%s.new", name);
	/* One may be left from a run that was cut off. */
	unlinkat(directory, new, 0);
	error = archive_write_file(month->archive, new, month->text,
				   month->length);
	if (!error)
		error = check(month, new, file);
	if (!error && renameat(directory, new, directory, name) < 0)
		error = -errno;
	if (error)
		unlinkat(directory, new, 0);
	else if (fsync(directory) < 0)
		error = -errno;
	return error;
}

int archive_month_join(const struct archive *archive,
		       const struct archive_file *days, size_t count,
		       const struct archive_file *before,
		       const struct archive_file *after)
{
	const struct archive_file file = archive_month_of(days);
	struct month month = {
		.archive = archive, .days = days, .count = count,
		.before = before, .after = after,
		.digest = { .hash = HASH_START },
	};
	int error = take_days(&month);

	/* Else it would not be read in place of the days. */
	if (!error && !archive_month_begins(month.text, month.length))
		error = -EBADMSG;
	if (!error)
		error = put_file(&month, &file);
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
			       "is not read, since %s is, and differs from what that has of this day; keep the better of the two, and move the other one out of the archive",
			       name);
	return 0;
}
