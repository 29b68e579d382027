// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/archive_index_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>


/* The first line; with a change of the format its number grows. */
const char archive_index_heading[] = "# trafmetux index version 4\n";

#define HEADING_LENGTH (sizeof(archive_index_heading) - 1)

int archive_index_directory(int archive)
{
	int directory = openat(archive, ARCHIVE_INDEX_DIRECTORY,
			       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	return directory < 0 ? -errno : directory;
}

void archive_index_name(const char *monitor, const char *kind,
			char name[ARCHIVE_INDEX_NAME_SIZE])
{
	snprintf(name, ARCHIVE_INDEX_NAME_SIZE, "%s%s", monitor, kind);
}

static int open_file(int directory, const char *monitor, const char *kind,
		     int flags, uint64_t *size)
{
	char name[ARCHIVE_INDEX_NAME_SIZE];
	struct stat status;
	int descriptor;

	archive_index_name(monitor, kind, name);
	descriptor = openat(directory, name, flags | O_NOFOLLOW | O_NONBLOCK |
			    O_CLOEXEC, 0644);
	if (descriptor < 0)
		return -errno;
	if (fstat(descriptor, &status) < 0 || !S_ISREG(status.st_mode) ||
	    status.st_size > INT32_MAX) {
		close(descriptor);
		return -ELOOP;
	}
	*size = (uint64_t)status.st_size;
	return descriptor;
}

bool archive_index_read(int descriptor, char *text, uint64_t size, uint64_t at)
{
	while (size > 0) {
		ssize_t count = pread(descriptor, text, (size_t)size, (off_t)at);

		if (count < 0 && errno == EINTR)
			continue;
		/* Also when the file became shorter meanwhile. */
		if (count <= 0)
			return false;
		text += count;
		size -= (uint64_t)count;
		at += (uint64_t)count;
	}
	return true;
}

static bool is_ours(int descriptor, uint64_t size)
{
	char begin[HEADING_LENGTH];

	return size >= HEADING_LENGTH &&
	       archive_index_read(descriptor, begin, sizeof(begin), 0) &&
	       memcmp(begin, archive_index_heading, HEADING_LENGTH) == 0;
}

int archive_index_open_file(int directory, const char *monitor,
			    const char *kind, uint64_t *size)
{
	int descriptor = open_file(directory, monitor, kind, O_RDONLY, size);

	if (descriptor < 0 || is_ours(descriptor, *size))
		return descriptor;
	close(descriptor);
	return -EBADMSG;
}

char *archive_index_load(int directory, const char *monitor, const char *kind,
			 uint64_t *size)
{
	int descriptor = archive_index_open_file(directory, monitor, kind,
						 size);
	char *text = NULL;

	if (descriptor < 0)
		return NULL;
	text = malloc((size_t)*size);
	if (text && !archive_index_read(descriptor, text, *size, 0)) {
		free(text);
		text = NULL;
	}
	close(descriptor);
	return text;
}

int archive_index_write_text(int descriptor, const char *text, size_t length)
{
	while (length > 0) {
		ssize_t count = write(descriptor, text, length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return -errno;
		text += count;
		length -= (size_t)count;
	}
	return 0;
}

/* A line that was cut off must not become one with the next. */
static int end_line(int descriptor, uint64_t *size)
{
	char last;

	if (pread(descriptor, &last, 1, (off_t)*size - 1) == 1 && last == '\n')
		return 0;
	(*size)++;
	return archive_index_write_text(descriptor, "\n", 1);
}

int archive_index_append(int directory, const char *monitor, const char *kind,
			 const char *text, size_t length, uint64_t *at)
{
	uint64_t size;
	int descriptor = open_file(directory, monitor, kind,
				   O_RDWR | O_APPEND | O_CREAT, &size);
	int error = 0;

	if (descriptor < 0)
		return descriptor;
	if (is_ours(descriptor, size)) {
		error = end_line(descriptor, &size);
	} else {
		if (ftruncate(descriptor, 0) < 0)
			error = -errno;
		if (!error)
			error = archive_index_write_text(descriptor,
							 archive_index_heading,
							 HEADING_LENGTH);
		size = HEADING_LENGTH;
	}
	if (!error)
		error = archive_index_write_text(descriptor, text, length);
	if (at)
		*at = size;
	close(descriptor);
	return error;
}

/* The file's name, with ".new". */
static void new_name(const char *monitor, const char *kind,
		     char name[ARCHIVE_INDEX_NAME_SIZE])
{
	archive_index_name(monitor, kind, name);
	strcat(name, ARCHIVE_INDEX_NEW);
}

int archive_index_create(int directory, const char *monitor, const char *kind)
{
	char name[ARCHIVE_INDEX_NAME_SIZE];
	int descriptor;
	int error;

	new_name(monitor, kind, name);
	unlinkat(directory, name, 0);
	descriptor = openat(directory, name,
			    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (descriptor < 0)
		return -errno;
	error = archive_index_write_text(descriptor, archive_index_heading,
					 HEADING_LENGTH);
	if (!error)
		return descriptor;
	close(descriptor);
	return error;
}

int archive_index_replace(int directory, const char *monitor, const char *kind)
{
	char from[ARCHIVE_INDEX_NAME_SIZE];
	char to[ARCHIVE_INDEX_NAME_SIZE];

	new_name(monitor, kind, from);
	archive_index_name(monitor, kind, to);
	return renameat(directory, from, directory, to) < 0 ? -errno : 0;
}

void archive_index_remove(int directory, const char *monitor)
{
	char name[ARCHIVE_INDEX_NAME_SIZE];

	archive_index_name(monitor, ARCHIVE_INDEX_DAYS, name);
	unlinkat(directory, name, 0);
	archive_index_name(monitor, ARCHIVE_INDEX_HOURS, name);
	unlinkat(directory, name, 0);
}
