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
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/machine.h"
#include "time/calendar.h"

/* YYYY-MM-DD, and YYYY-MM */
#define DAY_LENGTH 10
#define MONTH_LENGTH 7

int32_t archive_file_last_day(const struct archive_file *file)
{
	return file->is_month ? calendar_month_end(file->day) : file->day;
}

bool archive_file_covers(const struct archive_file *month,
			 const struct archive_file *file)
{
	return month->is_month && !file->is_month && month->day <= file->day &&
	       file->day <= archive_file_last_day(month) &&
	       strcmp(month->monitor, file->monitor) == 0;
}

int64_t archive_date_order(const struct archive_file *file)
{
	return (int64_t)file->day * 2 + !file->is_month;
}

int archive_file_compare(const struct archive_file *left,
			 const struct archive_file *right)
{
	const int64_t first = archive_date_order(left);
	const int64_t second = archive_date_order(right);
	int order = strcmp(left->monitor, right->monitor);

	return order ? order : (first > second) - (first < second);
}

size_t archive_date_format(const struct archive_file *file,
			   char text[ARCHIVE_DATE_SIZE])
{
	size_t length = calendar_format_day(file->day, text, ARCHIVE_DATE_SIZE);

	if (!file->is_month)
		return length;
	text[MONTH_LENGTH] = '\0';
	return MONTH_LENGTH;
}

bool archive_date_parse(const char **cursor, const char *end,
			struct archive_file *file)
{
	const char *text = *cursor;

	if (end - text >= DAY_LENGTH && calendar_parse_day(text, &file->day)) {
		file->is_month = false;
		*cursor += DAY_LENGTH;
		return true;
	}
	if (end - text < MONTH_LENGTH || !calendar_parse_month(text, &file->day))
		return false;
	file->is_month = true;
	*cursor += MONTH_LENGTH;
	return true;
}

void archive_file_name(const struct archive_file *file,
		       char name[ARCHIVE_NAME_SIZE])
{
	size_t length = strnlen(file->monitor, MONITOR_NAME_SIZE - 1);

	memcpy(name, file->monitor, length);
	name[length++] = '-';
	archive_date_format(file, name + length);
}

/* Is the end of the name a dash and a date of this length? */
static bool ends_with_date(const char *name, size_t length, size_t date,
			   struct archive_file *file)
{
	const char *cursor = name + length - date;

	return length > date + 1 && length - date - 1 < MONITOR_NAME_SIZE &&
	       cursor[-1] == '-' &&
	       archive_date_parse(&cursor, name + length, file) &&
	       cursor == name + length;
}

bool archive_file_parse(const char *name, struct archive_file *file)
{
	const size_t length = strlen(name);
	size_t monitor;

	if (ends_with_date(name, length, DAY_LENGTH, file))
		monitor = length - DAY_LENGTH - 1;
	else if (ends_with_date(name, length, MONTH_LENGTH, file))
		monitor = length - MONTH_LENGTH - 1;
	else
		return false;
	memset(file->monitor, 0, sizeof(file->monitor));
	memcpy(file->monitor, name, monitor);
	return monitor_name_valid(file->monitor);
}

/* Which are read: the files of days, or that of their month. */

/* No first line is longer: a name and a zone have 31 and some 60 bytes at most. */
#define BEGIN_SIZE 1024

static const char header[] = "# trafmetux archive ";
static const char series[] = "@ ";

static bool begins(const char *text, size_t length, const char *with,
		   size_t with_length)
{
	return length >= with_length && memcmp(text, with, with_length) == 0;
}

/*
 * A month's file stands for its days, so what somebody else has put there, or left
 * there empty or cut off in its first line, must not be taken for one.
 */
bool archive_month_begins(const char *text, size_t length)
{
	return memchr(text, '\n', length) &&
	       (begins(text, length, header, sizeof(header) - 1) ||
		begins(text, length, series, sizeof(series) - 1));
}

/*
 * May it not be read, or is it not there? A file system that refuses one opening, as
 * they do over a network, must not have update make a month beside its days. Whoever
 * reads one that is there will say that it can't.
 */
static int exists(const struct archive *archive, const struct archive_file *month)
{
	char name[ARCHIVE_NAME_SIZE];
	struct stat found;

	archive_file_name(month, name);
	if (fstatat(archive->directory, name, &found, AT_SYMLINK_NOFOLLOW) == 0)
		return S_ISREG(found.st_mode);
	return errno == ENOENT ? 0 : -errno;
}

int archive_month_stands(const struct archive *archive,
			 const struct archive_file *month)
{
	char text[BEGIN_SIZE];
	int descriptor = archive_open_file(archive, month, O_RDONLY);
	ssize_t count;

	if (descriptor == -ENOENT || descriptor == -ELOOP)
		return 0;
	if (descriptor == -EACCES)
		return exists(archive, month);
	if (descriptor < 0)
		return descriptor;
	count = read(descriptor, text, sizeof(text));
	close(descriptor);
	if (count < 0)
		return -EIO;
	return archive_month_begins(text, (size_t)count);
}

int archive_file_of_day(const struct archive *archive,
			struct archive_file *file)
{
	struct archive_file month = *file;
	int result;

	month.day = calendar_month_begin(file->day);
	month.is_month = true;
	result = archive_month_stands(archive, &month);
	if (result > 0)
		*file = month;
	return result < 0 ? result : 0;
}

int archive_list(const struct archive *archive,
		 const struct monitor_names *wanted,
		 struct archive_listing *listing)
{
	int error = archive_list_all(archive, wanted, listing);
	struct archive_file *files = listing->list;
	bool is_covered = false;
	size_t count = 0;

	for (size_t at = 0; !error && at < listing->count; at++) {
		/* The month before, until its first day shows whether it is one. */
		if (count && archive_file_covers(&files[count - 1], &files[at])) {
			int result = is_covered ? 1 :
				     archive_month_stands(archive,
							  &files[count - 1]);

			if (result < 0)
				error = result;
			is_covered = result > 0;
			count -= result == 0;
			if (is_covered)
				continue;
		}
		is_covered = false;
		files[count++] = files[at];
	}
	listing->count = count;
	return error;
}

/* One lock file for the archive, one byte of it for each monitor. */

/* How long to wait for another updater: 500 times 10 ms. */
#define LOCK_TRIES 500
#define LOCK_PAUSE_NANOSECONDS 10000000

static const char lock_name[] = ".lock";

int archive_lock_open(const struct archive *archive)
{
	struct stat status;
	int descriptor;

	if (fstatat(archive->directory, lock_name, &status,
		    AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(status.st_mode))
		return -ELOOP;
	/* Not for others to read: a reader could hold a lock, and so updates. */
	descriptor = openat(archive->directory, lock_name,
			    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK |
			    O_CLOEXEC, 0600);
	return descriptor < 0 ? -errno : descriptor;
}

/* FNV-1a over the name, in the range of a 31-bit file offset. */
static off_t lock_offset(const char *monitor)
{
	uint32_t hash = 2166136261U;

	for (; *monitor; monitor++)
		hash = (hash ^ (unsigned char)*monitor) * 16777619U;
	return (off_t)(hash >> 1);
}

int archive_lock(int descriptor, const char *monitor)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET,
			      .l_start = lock_offset(monitor), .l_len = 1 };

	if (fcntl(descriptor, F_OFD_SETLK, &lock) == 0)
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

int archive_lock_wait(int descriptor, const char *monitor)
{
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_NANOSECONDS };
	int error = archive_lock(descriptor, monitor);

	for (int tries = 1; error == -EAGAIN && tries < LOCK_TRIES; tries++) {
		nanosleep(&pause, NULL);
		error = archive_lock(descriptor, monitor);
	}
	return error;
}

#define SECOND_NANOSECONDS UINT64_C(1000000000)
#define SETTLED_NANOSECONDS INT64_C(3000000000)

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

/* Beyond the year 2262 it wraps, and so does what it is compared with. */
int64_t archive_changed(const struct stat *status)
{
	return (int64_t)((uint64_t)status->st_ctim.tv_sec * SECOND_NANOSECONDS +
			 (uint64_t)status->st_ctim.tv_nsec);
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
	*changed = archive_changed(&status);
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

static int64_t age_of(int64_t changed)
{
	return (int64_t)((uint64_t)clock_present() * SECOND_NANOSECONDS -
			 (uint64_t)changed);
}

bool archive_is_recent(int64_t changed)
{
	const int64_t age = age_of(changed);

	return age >= -SETTLED_NANOSECONDS && age <= SETTLED_NANOSECONDS;
}

bool archive_is_settled(int64_t changed)
{
	return age_of(changed) > SETTLED_NANOSECONDS;
}
