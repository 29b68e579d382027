// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_files.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive_index.h"
#include "archive_index_file.h"
#include "array.h"
#include "number.h"

/* "files" can't be a file of a monitor's index: those have a dot in their names. */
#define FILES "files"
#define NEW_FILES "files.new"

static int64_t changed(const struct archive *archive)
{
	struct stat status;

	if (fstat(archive->directory, &status) < 0)
		return 0;
	return (int64_t)status.st_ctim.tv_sec * INT64_C(1000000000) +
	       status.st_ctim.tv_nsec;
}

int64_t archive_files_stamp(const struct archive *archive)
{
	int64_t stamp = changed(archive);

	return archive_index_settled(stamp) ? stamp : 0;
}

static int add_date(struct archive_listing *listing, const char *monitor,
		    int32_t day)
{
	int error = array_reserve((void **)&listing->list, &listing->capacity,
				  listing->count + 1, sizeof(*listing->list));
	struct archive_file *file;

	if (error)
		return error;
	file = &listing->list[listing->count++];
	*file = (struct archive_file){ .day = day };
	memcpy(file->monitor, monitor, strlen(monitor));
	return 0;
}

/* One line "NAME DATE..."; -ESTALE when it is none. */
static int take_line(const char *text, const char *end,
		     const struct monitor_names *wanted,
		     struct archive_listing *listing, uint64_t *total)
{
	const char *name_end = memchr(text, ' ', (size_t)(end - text));
	char monitor[MONITOR_NAME_SIZE] = "";
	uint64_t count;
	int32_t day;
	int error = 0;

	if (!name_end || name_end - text >= MONITOR_NAME_SIZE)
		return -ESTALE;
	memcpy(monitor, text, (size_t)(name_end - text));
	if (!monitor_names_hold(wanted, monitor))
		return 0;
	text = name_end + 1;
	if (!number_parse(&text, end, &count))
		return -ESTALE;
	*total += count;
	for (; !error && text < end;
	     text += 1 + ARCHIVE_INDEX_DATE_LENGTH) {
		if (end - text < 1 + ARCHIVE_INDEX_DATE_LENGTH ||
		    *text != ' ' || !calendar_parse_day(text + 1, &day))
			return -ESTALE;
		error = add_date(listing, monitor, day);
	}
	return error;
}

static int take_lines(const char *text, const char *end,
		      const struct monitor_names *wanted,
		      struct archive_listing *listing, uint64_t *total)
{
	int error = 0;

	while (!error && text < end) {
		const char *line_end = memchr(text, '\n', (size_t)(end - text));

		if (!line_end)
			return -ESTALE;
		error = take_line(text, line_end, wanted, listing, total);
		text = line_end + 1;
	}
	return error;
}

/* The monitors' lines; NULL when there is no good list. @text is to be freed. */
static const char *load(const struct archive *archive, int directory,
			char **text, uint64_t *size)
{
	const char *cursor;
	uint64_t stamp;

	*text = archive_index_load(directory, FILES, "", size);
	cursor = *text ? memchr(*text, '\n', (size_t)*size) : NULL;
	if (!cursor)
		return NULL;
	cursor++;
	if (!number_parse(&cursor, *text + *size, &stamp) ||
	    (int64_t)stamp != changed(archive) ||
	    cursor == *text + *size || *cursor != '\n')
		return NULL;
	return cursor + 1;
}

int archive_files_recent(const struct archive *archive,
			 const struct monitor_names *wanted,
			 struct archive_listing *listing, uint64_t *total)
{
	int directory = archive_index_directory(archive->directory);
	const char *lines;
	uint64_t size;
	char *text;
	int error = -ESTALE;

	*total = 0;
	if (directory < 0)
		return error;
	lines = load(archive, directory, &text, &size);
	if (lines)
		error = take_lines(lines, text + size, wanted, listing, total);
	if (!error)
		archive_listing_sort(listing);
	else
		archive_listing_free(listing);
	free(text);
	close(directory);
	return error;
}

/* The dates in a monitor's index. One that is there twice is added twice. */
static int add_indexed(int directory, const char *monitor,
		       struct archive_listing *listing)
{
	uint64_t size = 0;
	char *text = archive_index_load(directory, monitor, ARCHIVE_INDEX_DAYS,
					&size);
	const char *line = text;
	int error = 0;
	int32_t day;

	while (!error && line &&
	       text + size - line > ARCHIVE_INDEX_DATE_LENGTH) {
		if (calendar_parse_day(line, &day))
			error = add_date(listing, monitor, day);
		line = memchr(line, '\n', (size_t)(text + size - line));
		line = line ? line + 1 : NULL;
	}
	free(text);
	return error;
}

static void remove_doubles(struct archive_listing *listing)
{
	size_t count = 0;

	for (size_t at = 0; at < listing->count; at++) {
		const struct archive_file *file = &listing->list[at];

		if (count && listing->list[count - 1].day == file->day &&
		    strcmp(listing->list[count - 1].monitor, file->monitor) == 0)
			continue;
		listing->list[count++] = *file;
	}
	listing->count = count;
}

int archive_files_list(const struct archive *archive,
		       const struct monitor_names *wanted,
		       struct archive_listing *listing)
{
	uint64_t total;
	int error = wanted ? archive_files_recent(archive, wanted, listing,
						  &total) : -ESTALE;
	int directory;

	if (error == -ESTALE)
		return archive_list(archive, wanted, listing);
	directory = archive_index_directory(archive->directory);
	for (size_t at = 0; !error && at < wanted->count; at++)
		error = add_indexed(directory, wanted->list[at], listing);
	if (directory >= 0)
		close(directory);
	archive_listing_sort(listing);
	remove_doubles(listing);
	if (error || listing->count == total)
		return error;
	/* A monitor's index is gone. */
	archive_listing_free(listing);
	return archive_list(archive, wanted, listing);
}

static int write_monitor(FILE *stream, const struct archive *archive,
			 const struct archive_file *files, size_t count)
{
	struct archive_index index;
	char date[ARCHIVE_INDEX_DATE_LENGTH + 1];
	int error = archive_index_open(&index, archive, files->monitor);
	size_t known = 0;

	if (error)
		return error;
	fprintf(stream, "%s %zu", files->monitor, count);
	for (size_t at = 0; at < count; at++) {
		while (known < index.count &&
		       index.days[known].day < files[at].day)
			known++;
		if (known < index.count &&
		    index.days[known].day == files[at].day)
			continue;
		calendar_format_day(files[at].day, date, sizeof(date));
		fprintf(stream, " %s", date);
	}
	fputc('\n', stream);
	archive_index_close(&index);
	return 0;
}

static int write_list(FILE *stream, const struct archive *archive,
		      const struct archive_listing *listing, int64_t stamp)
{
	size_t count;
	int error = 0;

	fprintf(stream, "%s%" PRId64 "\n", archive_index_heading, stamp);
	for (size_t at = 0; !error && at < listing->count; at += count) {
		const char *monitor = listing->list[at].monitor;

		archive_files_of(listing, monitor, &count);
		error = write_monitor(stream, archive, &listing->list[at],
				      count);
	}
	if (!error && (fflush(stream) || ferror(stream)))
		error = errno ? -errno : -EIO;
	return error;
}

int archive_files_write(const struct archive *archive,
			const struct archive_listing *listing, int64_t stamp)
{
	int directory;
	int descriptor;
	int error = 0;
	FILE *stream;

	if (!stamp || stamp != changed(archive))
		return 0;
	directory = archive_index_directory(archive->directory);
	if (directory < 0)
		return directory;
	unlinkat(directory, NEW_FILES, 0);
	descriptor = openat(directory, NEW_FILES,
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	stream = descriptor < 0 ? NULL : fdopen(descriptor, "w");
	if (stream) {
		error = write_list(stream, archive, listing, stamp);
		if (fclose(stream) && !error)
			error = -errno;
		if (!error && renameat(directory, NEW_FILES, directory, FILES))
			error = -errno;
	} else {
		error = -errno;
		if (descriptor >= 0)
			close(descriptor);
	}
	close(directory);
	return error;
}
