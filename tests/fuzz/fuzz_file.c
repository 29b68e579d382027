// SPDX-License-Identifier: GPL-2.0-or-later
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

int fuzz_file(const uint8_t *data, size_t size)
{
	int descriptor = memfd_create("fuzz", MFD_CLOEXEC);

	fuzz_must(descriptor >= 0);
	fuzz_must(write(descriptor, data, size) == (ssize_t)size);
	fuzz_must(lseek(descriptor, 0, SEEK_SET) == 0);
	return descriptor;
}
