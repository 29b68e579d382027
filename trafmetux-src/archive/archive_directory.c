// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/archive_directory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/machine.h"

#define SECOND_NANOSECONDS INT64_C(1000000000)
#define SETTLED_NANOSECONDS (3 * SECOND_NANOSECONDS)

/* Room for a line of words about a file. */
enum { REPORT_SIZE = 2048 };

int archive_open(struct archive *archive, const char *path,
		 struct messages *messages)
{
	archive->path = path;
	archive->messages = messages;
	archive->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	archive->is_unread = false;
	return archive->directory < 0 ? -errno : 0;
}

void archive_close(struct archive *archive)
{
	if (archive->directory >= 0)
		close(archive->directory);
	archive->directory = -1;
}

static int compare(const void *left, const void *right)
{
	return archive_file_compare(left, right);
}

int archive_listing_names(const struct archive_listing *listing,
			  struct monitor_names *names)
{
	int error = 0;

	for (size_t at = 0; !error && at < listing->count; at++) {
		const char *name = listing->list[at].monitor;

		if (at == 0 || strcmp(name, listing->list[at - 1].monitor))
			error = monitor_names_add(names, name);
	}
	return error;
}

static bool is_sorted(const struct archive_listing *listing)
{
	const struct archive_file *files = listing->list;

	for (size_t at = 1; at < listing->count; at++) {
		if (compare(&files[at - 1], &files[at]) >= 0)
			return false;
	}
	return true;
}

bool archive_listing_sort(struct archive_listing *listing)
{
	/* A list from the index mostly is. */
	if (is_sorted(listing))
		return true;
	qsort(listing->list, listing->count, sizeof(*listing->list), compare);
	return is_sorted(listing);
}

static int add_file(struct archive_listing *listing,
		    const struct archive_file *file)
{
	int error = array_reserve((void **)&listing->list, &listing->capacity,
				  listing->count + 1, sizeof(*file));

	if (!error)
		listing->list[listing->count++] = *file;
	return error;
}

/*
 * A month's file stands for its days, so that what has its name and is no plain
 * file must not be taken for one.
 */
static bool is_file(int directory, const struct dirent *entry,
		    const struct archive_file *file)
{
	struct stat status;

	if (!file->is_month || entry->d_type == DT_REG)
		return true;
	return entry->d_type == DT_UNKNOWN &&
	       fstatat(directory, entry->d_name, &status,
		       AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
}

int archive_list_all(const struct archive *archive,
		     const struct monitor_names *wanted,
		     struct archive_listing *listing)
{
	/* A descriptor of its own: fdopendir() takes it over. */
	int descriptor = openat(archive->directory, ".",
				O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct dirent *entry;
	struct archive_file file;
	int error = 0;
	DIR *stream;

	if (descriptor < 0)
		return -errno;
	stream = fdopendir(descriptor);
	if (!stream) {
		error = -errno;
		close(descriptor);
		return error;
	}
	while (!error && (errno = 0, entry = readdir(stream))) {
		if (archive_file_parse(entry->d_name, &file) &&
		    (!wanted || monitor_names_hold(wanted, file.monitor)) &&
		    is_file(archive->directory, entry, &file))
			error = add_file(listing, &file);
	}
	if (!error && errno)
		error = -errno;
	closedir(stream);
	archive_listing_sort(listing);
	return error;
}

/* How many files of the listing come before @monitor's; or also its own. */
static size_t count_before(const struct archive_listing *listing,
			   const char *monitor, bool own)
{
	size_t low = 0;
	size_t high = listing->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(listing->list[middle].monitor, monitor) < own)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct archive_file *archive_files_of(const struct archive_listing *listing,
					    const char *monitor, size_t *count)
{
	size_t first = count_before(listing, monitor, false);

	*count = count_before(listing, monitor, true) - first;
	return *count ? listing->list + first : NULL;
}

void archive_listing_free(struct archive_listing *listing)
{
	array_free((void **)&listing->list, &listing->capacity);
	listing->count = 0;
}

int archive_open_file(const struct archive *archive,
		      const struct archive_file *file, int flags)
{
	char name[ARCHIVE_NAME_SIZE];
	struct stat status;
	int descriptor;
	int error;

	archive_file_name(file, name);
	/* Looked at first: opening a device or a pipe can already do harm. */
	if (fstatat(archive->directory, name, &status,
		    AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(status.st_mode))
		return -ELOOP;
	descriptor = openat(archive->directory, name,
			    flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (descriptor < 0)
		return -errno;
	if (fstat(descriptor, &status) < 0)
		error = -errno;
	else
		error = S_ISREG(status.st_mode) ? 0 : -ELOOP;
	if (!error)
		return descriptor;
	close(descriptor);
	return error;
}

int archive_file_state(const struct archive *archive,
		       const struct archive_file *file, uint64_t *size,
		       int64_t *changed)
{
	char name[ARCHIVE_NAME_SIZE];
	struct stat status;

	archive_file_name(file, name);
	if (fstatat(archive->directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -ELOOP;
	*size = (uint64_t)status.st_size;
	*changed = (int64_t)status.st_ctim.tv_sec * INT64_C(1000000000) +
		   status.st_ctim.tv_nsec;
	return 0;
}

/* PATH/NAME and words, which are cut off where there is no room. */
static void format_words(const struct archive *archive,
			 const struct archive_file *file, const char *format,
			 va_list arguments, char text[REPORT_SIZE])
{
	char name[ARCHIVE_NAME_SIZE];
	int length;

	archive_file_name(file, name);
	length = snprintf(text, REPORT_SIZE, "%s/%s: ", archive->path, name);
	if (length >= 0 && length < REPORT_SIZE)
		vsnprintf(text + length, (size_t)(REPORT_SIZE - length), format,
			  arguments);
}

void archive_report(const struct archive *archive,
		    const struct archive_file *file, const char *format, ...)
{
	char text[REPORT_SIZE];
	va_list arguments;

	va_start(arguments, format);
	format_words(archive, file, format, arguments, text);
	va_end(arguments);
	message_report(archive->messages, "%s", text);
}

void archive_tell(const struct archive *archive,
		  const struct archive_file *file, const char *format, ...)
{
	char text[REPORT_SIZE];
	va_list arguments;

	if (archive->messages->is_update)
		return;
	va_start(arguments, format);
	format_words(archive, file, format, arguments, text);
	va_end(arguments);
	message_note(archive->messages, "%s", text);
}

/* Is there a link of that name, wherever it leads? */
static bool is_link(const char *path)
{
	char name[PATH_MAX];
	struct stat status;
	size_t length = strlen(path);

	if (length >= sizeof(name))
		return false;
	strcpy(name, path);
	while (length > 1 && name[length - 1] == '/')
		name[--length] = '\0';
	return lstat(name, &status) == 0 && S_ISLNK(status.st_mode);
}

void archive_report_open(struct messages *messages, const char *path, int error)
{
	if ((error == -ENOENT || error == -ELOOP) && is_link(path))
		message_report(messages,
			       "%s: a link that leads nowhere; mount or make what it leads to, or see 'readlink -m %s'",
			       path, path);
	else if (error == -ENOENT)
		message_report(messages,
			       "%s: no such directory; make it with 'mkdir -p %s'",
			       path, path);
	else
		message_report(messages, "%s: %s", path,
			       message_reason(-error));
}

void archive_report_lock(struct messages *messages, const char *path, int error)
{
	if (error == -EACCES || error == -EPERM)
		message_report(messages,
			       "%s: permission denied; run it as root",
			       path);
	else
		message_report(messages, "%s/.lock: %s", path,
			       message_reason(-error));
}

bool archive_is_recent(int64_t changed)
{
	const int64_t age = clock_present() * SECOND_NANOSECONDS - changed;

	return age >= -SETTLED_NANOSECONDS && age <= SETTLED_NANOSECONDS;
}

bool archive_is_settled(int64_t changed)
{
	return clock_present() * SECOND_NANOSECONDS - changed >
	       SETTLED_NANOSECONDS;
}
