// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_repair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive_rewrite.h"
#include "array.h"
#include "record.h"

/* A file is written so often at most: twice for two damages that hide each other. */
enum { ROUNDS = 3 };

/* While a monitor's files are written anew. */
struct repairer {
	struct archive_repair *repair;
	const struct archive *archive;
	struct calendar *calendar;
	const char *monitor;
};

/* The file's own first line if that is whole, else one as update writes it. */
static void find_header(const struct repairer *repairer, int32_t day,
			const char *text, size_t length,
			char header[RECORD_TEXT_SIZE + CALENDAR_ZONE_SIZE])
{
	const char *end = memchr(text, '\n', length);
	size_t size = RECORD_TEXT_SIZE + CALENDAR_ZONE_SIZE;
	char zone[CALENDAR_ZONE_SIZE];

	if (end && (size_t)(end - text) + 2 < size &&
	    record_archive_version(text, (size_t)(end - text))) {
		memcpy(header, text, (size_t)(end - text) + 1);
		header[end - text + 1] = '\0';
		return;
	}
	calendar_zone(repairer->calendar, (int64_t)day * 86400, zone);
	snprintf(header, size,
		 "# trafmetux archive version %d monitor %s zone %s\n",
		 RECORD_ARCHIVE_VERSION, repairer->monitor, zone);
}

static int read_new(const struct repairer *repairer, const char *name,
		    int32_t day, struct archive_scan *scan)
{
	int descriptor = openat(repairer->archive->directory, name,
				O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int error;

	*scan = (struct archive_scan){ .has_day = true, .day = day };
	if (descriptor < 0)
		return -errno;
	error = archive_scan_read(descriptor, scan);
	close(descriptor);
	return error;
}

/*
 * Writes the new file, and reads it. It must tell what the old one could be believed,
 * and the holes; else -EBADMSG. Where damaged lines are gone, two "@" lines
 * that stand one after the other now may turn out to be of one series: then what
 * was read is written once more.
 */
static int write_new(const struct repairer *repairer, const char *name,
		     const char *header, int32_t day,
		     const struct archive_scan *scan,
		     const struct growth *holes, size_t count, int rounds)
{
	struct counters wanted = scan->total;
	struct archive_scan again = { 0 };
	size_t length;
	char *text = archive_rewrite(header, scan, holes, count, &length);
	int error;

	if (!text)
		return -ENOMEM;
	for (size_t at = 0; at < count; at++)
		counters_add(&wanted, &holes[at].counters);
	unlinkat(repairer->archive->directory, name, 0);
	error = archive_write_file(repairer->archive, name, text, length);
	free(text);
	if (!error)
		error = read_new(repairer, name, day, &again);
	if (!error && (again.torn || counters_compare(&again.total, &wanted) ||
		       (again.damaged && rounds == 1)))
		error = -EBADMSG;
	else if (!error && again.damaged)
		error = write_new(repairer, name, header, day, &again, NULL, 0,
				  rounds - 1);
	archive_scan_free(&again);
	return error;
}

/* The holes of a file, in an array that is to be freed. */
static struct growth *find_holes(const struct archive_repair *repair,
				 int32_t day, size_t *count)
{
	struct growth *holes = calloc(repair->hole_count + 1, sizeof(*holes));

	*count = 0;
	for (size_t at = 0; holes && at < repair->hole_count; at++) {
		if (repair->holes[at].day == day)
			holes[(*count)++] = repair->holes[at].growth;
	}
	return holes;
}

/* Puts the new file in the old one's place. */
static int replace_file(const struct repairer *repairer, const char *name,
			const char *new, const char *old, size_t old_length)
{
	const int directory = repairer->archive->directory;
	struct archive_repair *repair = repairer->repair;
	struct archive_repair_done *done;
	int error = array_reserve((void **)&repair->done,
				  &repair->done_capacity,
				  repair->done_count + 1,
				  sizeof(*repair->done));

	if (error)
		return error;
	done = &repair->done[repair->done_count];
	strcpy(done->name, name);
	error = archive_keep_copy(repairer->archive, name, old, old_length,
				  done->copy);
	if (!error && renameat(directory, new, directory, name) < 0)
		error = -errno;
	if (error)
		return error;
	repair->done_count++;
	fsync(directory);
	return 0;
}

static int read_scan(const struct repairer *repairer, int32_t day,
		     struct archive_scan *scan)
{
	struct archive_file file = { .day = day };
	int descriptor;
	int error;

	memcpy(file.monitor, repairer->monitor, strlen(repairer->monitor));
	*scan = (struct archive_scan){ .has_day = true, .day = day };
	descriptor = archive_open_file(repairer->archive, &file, O_RDONLY);
	if (descriptor < 0)
		return descriptor;
	error = archive_scan_read(descriptor, scan);
	close(descriptor);
	return error;
}

/* Reads the file as a report does: between its neighbours, as far as there are. */
static int read_between(const struct repairer *repairer, int32_t before,
			int32_t day, int32_t after, struct archive_scan *scan)
{
	struct archive_scan neighbour;
	int error = read_scan(repairer, day, scan);

	if (error)
		return error;
	if (before != day) {
		if (!read_scan(repairer, before, &neighbour))
			archive_scan_reconcile(&neighbour, scan);
		archive_scan_free(&neighbour);
	}
	if (after != day) {
		if (!read_scan(repairer, after, &neighbour))
			archive_scan_reconcile(scan, &neighbour);
		archive_scan_free(&neighbour);
	}
	return 0;
}

static int repair_file(const struct repairer *repairer, int32_t before,
		       const struct archive_file *file, int32_t after)
{
	const struct archive *archive = repairer->archive;
	char header[RECORD_TEXT_SIZE + CALENDAR_ZONE_SIZE];
	struct archive_scan scan = { 0 };
	char new[ARCHIVE_COPY_NAME_SIZE];
	char name[ARCHIVE_NAME_SIZE];
	size_t old_length = 0;
	size_t count;
	char *old = NULL;
	struct growth *holes = find_holes(repairer->repair, file->day, &count);
	int descriptor = archive_open_file(archive, file, O_RDONLY);
	int error = descriptor < 0 ? descriptor :
				     archive_read_file(descriptor, &old, &old_length);

	if (descriptor >= 0)
		close(descriptor);
	if (!error)
		error = read_between(repairer, before, file->day, after, &scan);
	if (!error && !holes)
		error = -ENOMEM;
	archive_file_name(file, name);
	snprintf(new, sizeof(new), "%s.new", name);
	if (!error) {
		find_header(repairer, file->day, old, old_length, header);
		error = write_new(repairer, new, header, file->day, &scan,
				  holes, count, ROUNDS);
	}
	if (!error)
		error = replace_file(repairer, name, new, old, old_length);
	if (error)
		unlinkat(archive->directory, new, 0);
	archive_scan_free(&scan);
	free(holes);
	free(old);
	return error;
}

static bool is_wanted(const struct archive_repair *repair, int32_t day)
{
	for (size_t at = 0; at < repair->day_count; at++) {
		if (repair->days[at] == day)
			return true;
	}
	for (size_t at = 0; at < repair->hole_count; at++) {
		if (repair->holes[at].day == day)
			return true;
	}
	return false;
}

int archive_repair_run(struct archive_repair *repair,
		       const struct archive *archive, struct calendar *calendar,
		       const char *monitor)
{
	const struct repairer repairer = {
		.repair = repair, .archive = archive, .calendar = calendar,
		.monitor = monitor,
	};
	struct archive_listing listing = { 0 };
	const struct archive_file *files;
	size_t count;
	int error = archive_list(archive, NULL, &listing);

	files = archive_files_of(&listing, monitor, &count);
	for (size_t at = 0; !error && !repair->has_homeless && at < count; at++) {
		if (!is_wanted(repair, files[at].day))
			continue;
		error = repair_file(&repairer,
				    files[at ? at - 1 : at].day, &files[at],
				    files[at + 1 < count ? at + 1 : at].day);
		/* It stays as it is; the next look at it says so. */
		if (error == -EBADMSG || error == -EPROTO || error == -ELOOP)
			error = 0;
	}
	archive_listing_free(&listing);
	return error;
}

int archive_repair_undo(const struct archive_repair *repair,
			const struct archive *archive)
{
	int error = 0;

	for (size_t at = 0; at < repair->done_count; at++) {
		const struct archive_repair_done *done = &repair->done[at];

		if (renameat(archive->directory, done->copy,
			     archive->directory, done->name) < 0)
			error = -errno;
	}
	fsync(archive->directory);
	return error;
}
