// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For LD_PRELOAD: waiting for the disk fails with the error number NO_SYNC, as on
 * file systems that know no such thing. NO_SYNC_DIRECTORIES: of directories only.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int fail(int descriptor, const char *name)
{
	int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
	const char *words = getenv("NO_SYNC");
	struct stat status;

	if (!words || (getenv("NO_SYNC_DIRECTORIES") &&
		       (fstat(descriptor, &status) ||
			!S_ISDIR(status.st_mode))))
		return next(descriptor);
	errno = atoi(words);
	return -1;
}

int fsync(int descriptor)
{
	return fail(descriptor, "fsync");
}

int fdatasync(int descriptor)
{
	return fail(descriptor, "fdatasync");
}
