// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int file_open_plain(int directory, const char *name, int flags)
{
	const int descriptor = openat(directory, name,
				      flags | O_NOFOLLOW | O_NONBLOCK |
				      O_CLOEXEC, 0644);
	struct stat status;

	if (descriptor < 0)
		return -errno;
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
		return descriptor;
	close(descriptor);
	return -ELOOP;
}

int file_write(int descriptor, const void *bytes, size_t length)
{
	const char *at = bytes;

	while (length > 0) {
		const ssize_t written = write(descriptor, at, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		/* After a short write, another one tells the reason. */
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

/*
 * fsync(2) has EINVAL for what can't be waited for. ENOSYS and EOPNOTSUPP are what
 * servers answer that lack the operation. EROFS is none of these: a file system that
 * became read-only after an error says so.
 */
static int judge(int result)
{
	if (!result || errno == EINVAL || errno == ENOSYS ||
	    errno == EOPNOTSUPP)
		return 0;
	return -errno;
}

int disk_sync(int descriptor)
{
	int error;

	do
		error = judge(fsync(descriptor));
	while (error == -EINTR);
	return error;
}

int disk_sync_data(int descriptor)
{
	int error;

	do
		error = judge(fdatasync(descriptor));
	while (error == -EINTR);
	return error;
}
