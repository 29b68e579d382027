// SPDX-License-Identifier: GPL-2.0-or-later
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

static char path[] = "/dev/shm/trafmetux-fuzz-XXXXXX";
static void (*empty_directory)(void);

int fuzz_file(const uint8_t *data, size_t size)
{
	int descriptor = memfd_create("fuzz", MFD_CLOEXEC);

	fuzz_must(descriptor >= 0);
	fuzz_must(write(descriptor, data, size) == (ssize_t)size);
	fuzz_must(lseek(descriptor, 0, SEEK_SET) == 0);
	return descriptor;
}

static void remove_directory(void)
{
	empty_directory();
	rmdir(path);
}

const char *fuzz_directory(void (*empty)(void))
{
	fuzz_must(mkdtemp(path));
	empty_directory = empty;
	atexit(remove_directory);
	return path;
}

void fuzz_archive(struct archive *archive, const char *inner,
		  void (*empty)(void))
{
	archive->path = fuzz_directory(empty);
	archive->directory = open(archive->path,
				  O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fuzz_must(archive->directory >= 0);
	fuzz_must(mkdirat(archive->directory, inner, 0755) == 0);
}
