// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_repair.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive_copy.h"
#include "archive_rewrite.h"
#include "array.h"
#include "record.h"

/* While a monitor's files are written anew. */
struct repairer {
	const struct archive_repair *repair;
	const struct archive *archive;
	struct calendar *calendar;
	const char *monitor;
	FILE *output;
};

int archive_repair_file(struct archive_repair *repair, int32_t day)
{
	int error;

	for (size_t at = 0; at < repair->day_count; at++) {
		if (repair->days[at] == day)
			return 0;
	}
	error = array_reserve((void **)&repair->days, &repair->day_capacity,
			      repair->day_count + 1, sizeof(*repair->days));
	if (!error)
		repair->days[repair->day_count++] = day;
	return error;
}

int archive_repair_hole(struct archive_repair *repair, const struct growth *hole)
{
	int error = array_reserve((void **)&repair->holes,
				  &repair->hole_capacity,
				  repair->hole_count + 1,
				  sizeof(*repair->holes));

	if (!error)
		repair->holes[repair->hole_count++] = *hole;
	return error;
}

void archive_repair_free(struct archive_repair *repair)
{
	array_free((void **)&repair->days, &repair->day_capacity);
	array_free((void **)&repair->holes, &repair->hole_capacity);
	*repair = (struct archive_repair){ 0 };
}

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

/* Does the new file tell what the old one could be believed, and the holes? */
static int check_new(const struct repairer *repairer, const char *name,
		     int32_t day, struct counters wanted)
{
	struct archive_scan scan = { .has_day = true, .day = day };
	int descriptor = openat(repairer->archive->directory, name,
				O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int error = descriptor < 0 ? -errno :
				     archive_scan_read(descriptor, &scan);

	if (descriptor >= 0)
		close(descriptor);
	if (!error && (scan.damaged || scan.torn ||
		       counters_compare(&scan.total, &wanted)))
		error = -EBADMSG;
	archive_scan_free(&scan);
	return error;
}

/* The holes of a date, in an array that is to be freed. */
static struct growth *find_holes(const struct repairer *repairer, int32_t day,
				 size_t *count)
{
	const struct archive_repair *repair = repairer->repair;
	struct growth *holes = calloc(repair->hole_count + 1, sizeof(*holes));

	*count = 0;
	for (size_t at = 0; holes && at < repair->hole_count; at++) {
		if (calendar_day(repairer->calendar,
				 repair->holes[at].time - 1) == day)
			holes[(*count)++] = repair->holes[at];
	}
	return holes;
}

/* Puts the new text in the old one's place. */
static int replace_file(const struct repairer *repairer, int32_t day,
			const char *name, const char *old, size_t old_length,
			const char *text, size_t length, struct counters wanted)
{
	const struct archive *archive = repairer->archive;
	char copy[ARCHIVE_COPY_NAME_SIZE] = "";
	char new[ARCHIVE_COPY_NAME_SIZE];
	int error;

	snprintf(new, sizeof(new), "%s.new", name);
	unlinkat(archive->directory, new, 0);
	error = archive_write_file(archive, new, text, length);
	if (!error)
		error = check_new(repairer, new, day, wanted);
	if (!error)
		error = archive_keep_copy(archive, name, old, old_length, copy);
	if (!error && renameat(archive->directory, new, archive->directory,
			       name) < 0)
		error = -errno;
	if (error) {
		unlinkat(archive->directory, new, 0);
		return error;
	}
	fsync(archive->directory);
	fprintf(repairer->output, "%s: repaired; as it was it is in %s\n", name,
		copy);
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
	char header[RECORD_TEXT_SIZE + CALENDAR_ZONE_SIZE];
	struct archive_scan scan = { 0 };
	char name[ARCHIVE_NAME_SIZE];
	struct counters wanted;
	struct growth *holes;
	char *old = NULL;
	char *text = NULL;
	size_t old_length = 0;
	size_t length = 0;
	size_t count;
	int descriptor = archive_open_file(repairer->archive, file, O_RDONLY);
	int error = descriptor < 0 ? descriptor :
				     archive_read_file(descriptor, &old, &old_length);

	if (descriptor >= 0)
		close(descriptor);
	if (!error)
		error = read_between(repairer, before, file->day, after, &scan);
	holes = find_holes(repairer, file->day, &count);
	if (!error && !holes)
		error = -ENOMEM;
	if (!error) {
		find_header(repairer, file->day, old, old_length, header);
		text = archive_rewrite(header, &scan, holes, count, &length);
		error = text ? 0 : -ENOMEM;
		wanted = scan.total;
		for (size_t at = 0; at < count; at++)
			counters_add(&wanted, &holes[at].counters);
	}
	archive_file_name(file, name);
	if (!error)
		error = replace_file(repairer, file->day, name, old, old_length,
				     text, length, wanted);
	archive_scan_free(&scan);
	free(holes);
	free(text);
	free(old);
	return error;
}

static bool is_wanted(const struct repairer *repairer, int32_t day)
{
	const struct archive_repair *repair = repairer->repair;

	for (size_t at = 0; at < repair->day_count; at++) {
		if (repair->days[at] == day)
			return true;
	}
	for (size_t at = 0; at < repair->hole_count; at++) {
		if (calendar_day(repairer->calendar,
				 repair->holes[at].time - 1) == day)
			return true;
	}
	return false;
}

int archive_repair_run(const struct archive_repair *repair,
		       const struct archive *archive, struct calendar *calendar,
		       const char *monitor, FILE *output)
{
	const struct repairer repairer = {
		.repair = repair, .archive = archive, .calendar = calendar,
		.monitor = monitor, .output = output,
	};
	struct archive_listing listing = { 0 };
	const struct archive_file *files;
	size_t count;
	int lock = archive_lock_open(archive);
	int error = lock < 0 ? lock : archive_lock_wait(lock, monitor);

	if (!error)
		error = archive_list(archive, NULL, &listing);
	files = archive_files_of(&listing, monitor, &count);
	for (size_t at = 0; !error && at < count; at++) {
		if (!is_wanted(&repairer, files[at].day))
			continue;
		error = repair_file(&repairer,
				    files[at ? at - 1 : at].day, &files[at],
				    files[at + 1 < count ? at + 1 : at].day);
		/* It stays as it is; the next look at it says so. */
		if (error == -EBADMSG || error == -EPROTO || error == -ELOOP)
			error = 0;
	}
	archive_listing_free(&listing);
	if (lock >= 0)
		close(lock);
	return error;
}
