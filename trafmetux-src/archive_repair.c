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
#include "disk_sync.h"
#include "record.h"

/* While a monitor's files are written anew. */
struct repairer {
	struct archive_repair *repair;
	const struct archive *archive;
	struct calendar *calendar;
	const char *monitor;
};

/* Reads what is to be the file. */
static int read_scan(int descriptor, const struct archive_file *file,
		     struct archive_scan *scan)
{
	int error;

	*scan = archive_scan_of(file);
	if (descriptor < 0)
		return descriptor;
	error = archive_scan_read(descriptor, scan);
	close(descriptor);
	return error;
}

static int read_new(const struct repairer *repairer, const char *name,
		    const struct archive_file *file, struct archive_scan *scan)
{
	int descriptor = openat(repairer->archive->directory, name,
				O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	return read_scan(descriptor < 0 ? -errno : descriptor, file, scan);
}

/* Writes the new file, and reads it: -EBADMSG if it does not tell what it should. */
static int write_new(const struct repairer *repairer, const char *name,
		     const char *header, const struct archive_file *file,
		     const struct archive_scan *scan,
		     const struct growth *holes, size_t count)
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
		error = read_new(repairer, name, file, &again);
	if (!error && (again.torn || again.damaged ||
		       counters_compare(&again.total, &wanted)))
		error = -EBADMSG;
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
	disk_sync(directory);
	return 0;
}

static int read_old(const struct repairer *repairer,
		    const struct archive_file *file, struct archive_scan *scan)
{
	return read_scan(archive_open_file(repairer->archive, file, O_RDONLY),
			 file, scan);
}

/* Reads the file as a report does: between its neighbours, as far as there are. */
static int read_between(const struct repairer *repairer,
			const struct archive_file *before,
			const struct archive_file *file,
			const struct archive_file *after,
			struct archive_scan *scan)
{
	struct archive_scan neighbour;
	int error = read_old(repairer, file, scan);

	if (error)
		return error;
	if (before) {
		if (!read_old(repairer, before, &neighbour))
			archive_scan_reconcile(&neighbour, scan);
		archive_scan_free(&neighbour);
	}
	if (after) {
		if (!read_old(repairer, after, &neighbour))
			archive_scan_reconcile(scan, &neighbour);
		archive_scan_free(&neighbour);
	}
	return 0;
}

static int repair_file(const struct repairer *repairer,
		       const struct archive_file *before,
		       const struct archive_file *file,
		       const struct archive_file *after)
{
	const struct archive *archive = repairer->archive;
	char header[ARCHIVE_HEADER_SIZE];
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
		error = read_between(repairer, before, file, after, &scan);
	if (!error && !holes)
		error = -ENOMEM;
	archive_file_name(file, name);
	snprintf(new, sizeof(new), "%s.new", name);
	if (!error) {
		archive_rewrite_header(repairer->calendar, file, old, old_length,
				       header);
		error = write_new(repairer, new, header, file, &scan, holes,
				  count);
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
		error = repair_file(&repairer, at ? &files[at - 1] : NULL,
				    &files[at],
				    at + 1 < count ? &files[at + 1] : NULL);
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
	disk_sync(archive->directory);
	return error;
}
