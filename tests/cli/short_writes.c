// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For LD_PRELOAD: no write takes more than SHORT_WRITES bytes, as if each were cut
 * short and could then go on. (strace can make a call fail, but not do half of it.)
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

ssize_t write(int descriptor, const void *data, size_t length)
{
	ssize_t (*next)(int, const void *, size_t) =
		(ssize_t (*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
	const char *words = getenv("SHORT_WRITES");
	size_t most = words ? strtoul(words, NULL, 10) : length;

	return next(descriptor, data, length < most ? length : most);
}
