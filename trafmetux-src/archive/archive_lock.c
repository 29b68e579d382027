// SPDX-License-Identifier: GPL-2.0-or-later
/* One lock file for the archive, one byte of it for each monitor. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "archive/archive_directory.h"

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
