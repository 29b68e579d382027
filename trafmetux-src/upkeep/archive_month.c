// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/archive_month.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_copy.h"
#include "upkeep/archive_month_file.h"
#include "base/array.h"
#include "time/calendar.h"

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
			       "is not read, since %s is, and differs from what that has of this day; keep the better of the two, and move the other one out of the archive",
			       name);
	return 0;
}
