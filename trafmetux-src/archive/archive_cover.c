// SPDX-License-Identifier: GPL-2.0-or-later
/* Which are read: the files of days, or that of their month. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_directory.h"
#include "time/calendar.h"

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
