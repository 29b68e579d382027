// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/archive_append.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_scan.h"
#include "base/file.h"
#include "archive/record.h"

#define HEADER_SIZE (64 + MONITOR_NAME_SIZE + CALENDAR_ZONE_SIZE)

static size_t format_header(char *text, struct calendar *calendar,
			    const struct archive_block *block)
{
	int64_t time = block->count ? block->records[0].time - 1 : 0;
	char zone[CALENDAR_ZONE_SIZE];

	calendar_zone(calendar, time, zone);
	return (size_t)snprintf(text, HEADER_SIZE,
				"# trafmetux archive version %d monitor %s zone %s\n",
				RECORD_ARCHIVE_VERSION, block->file.monitor,
				zone);
}

static bool needs_series(const struct archive_scan *scan,
			 const struct archive_block *block)
{
	bool same = scan->has_last && scan->last_series == block->series &&
		    counters_compare(&scan->last_counters, &block->state) == 0;

	if (block->count == 0)
		return !(same && scan->last_bare);
	/*
	 * An "@" now and then keeps the reading of a file's end short. What is damaged
	 * at the end may have been one.
	 */
	return !same || scan->series_far || scan->needs_series;
}

/*
 * Was something in the file that no line tells now? Not if the series goes on from where
 * the archive has it, without a gap: then the kernel told it all again.
 */
static bool is_lost(const struct archive_scan *scan,
		    const struct archive_block *block)
{
	const bool is_whole = block->state.packets &&
			      (!block->count ||
			       block->records[0].since == SAMPLE_MINUTE);

	return scan->empty && !block->created && !is_whole;
}

/* Wherever the series is named, so that each file tells it. */
static bool needs_source(const struct archive_scan *scan,
			 const struct archive_block *block)
{
	return block->origin && *block->origin->kind && needs_series(scan, block);
}

/* Writes the block into @text, which has room; returns its length. */
static size_t format_block(char *text, struct calendar *calendar,
			   const struct archive_scan *scan,
			   const struct archive_block *block)
{
	size_t length = 0;

	/* A bare newline would make a believed record of what was cut off. */
	if (scan->torn) {
		text[length++] = '#';
		text[length++] = '\n';
	}
	if (scan->empty)
		length += format_header(text, calendar, block);
	if (is_lost(scan, block))
		length += (size_t)sprintf(text + length, RECORD_LOST "\n");
	if (block->is_again)
		length += (size_t)sprintf(text + length, ARCHIVE_AGAIN "\n");
	if (needs_source(scan, block))
		length += record_format_source(text + length, block->series,
					       block->origin);
	if (needs_series(scan, block))
		length += record_format_series(text + length, block->series,
					       &block->state);
	for (size_t at = 0; at < block->count; at++)
		length += record_format_sample(text + length,
					       &block->records[at]);
	return length;
}

static int open_or_create(const struct archive *archive,
			  struct archive_block *block)
{
	int descriptor = archive_open_file(archive, &block->file,
					   O_RDWR | O_APPEND);

	block->created = false;
	if (descriptor != -ENOENT)
		return descriptor;
	descriptor = archive_open_file(archive, &block->file,
				       O_RDWR | O_APPEND | O_CREAT | O_EXCL);
	block->created = descriptor >= 0;
	return descriptor;
}

/*
 * The one place where the archive is written. Whoever reads after a crash takes
 * whole lines only, and the next update writes again what is missing.
 */
static int write_records(int descriptor, struct calendar *calendar,
			 const struct archive_scan *scan,
			 const struct archive_block *block)
{
	char *text = malloc(HEADER_SIZE + (block->count + 5) * RECORD_TEXT_SIZE);
	int error;

	if (!text)
		return -ENOMEM;
	error = file_write(descriptor, text,
			   format_block(text, calendar, scan, block));
	free(text);
	return !error && block->sync ? disk_sync_data(descriptor) : error;
}

/* Whoever found it empty would think that something was in it. */
static void remove_empty(const struct archive *archive, int descriptor,
			 struct archive_block *block)
{
	char name[ARCHIVE_NAME_SIZE];
	struct stat status;

	if (!block->created || fstat(descriptor, &status) < 0 || status.st_size)
		return;
	archive_file_name(&block->file, name);
	block->created = unlinkat(archive->directory, name, 0) < 0;
}

int archive_append(const struct archive *archive, struct calendar *calendar,
		   struct archive_block *block)
{
	struct archive_scan scan = archive_scan_of(&block->file);
	int descriptor = open_or_create(archive, block);
	int error = descriptor < 0 ? descriptor : 0;

	scan.series = block->series;
	scan.limit = block->limit;
	if (!error)
		error = archive_scan_tail(descriptor, &scan);

	if (error == -ELOOP)
		return error;
	if (!error)
		error = write_records(descriptor, calendar, &scan, block);
	if (error && descriptor >= 0)
		remove_empty(archive, descriptor, block);
	/* Network file systems may say only now that there was no room. */
	if (descriptor >= 0 && close(descriptor) < 0 && !error &&
	    errno != EINTR)
		error = -errno;
	if (error == -EPROTO)
		archive_scan_report(archive, &block->file, &scan, error,
				    false);
	else if (error)
		archive_report(archive, &block->file, "%s",
			       block->is_kept ? message_reason_kept(-error) :
						message_reason(-error));
	archive_scan_free(&scan);
	return error;
}
