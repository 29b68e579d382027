// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "base/child.h"
#include "base/machine.h"
#include "counting/rules.h"

#define NANOSECONDS_OF_MS INT64_C(1000000)

/* What writes more than this is not waited for. */
#define OUTPUT_MOST (64u << 20)

/* Milliseconds that are left, 0 when the time is over. */
static int left(int64_t deadline)
{
	const int64_t now = clock_monotonic();

	return now >= deadline ? 0 :
		(int)((deadline - now) / NANOSECONDS_OF_MS) + 1;
}

static int read_all(int input, int64_t deadline, char **text, size_t *length)
{
	struct pollfd wanted = { .fd = input, .events = POLLIN };
	size_t capacity = 0;
	ssize_t got = 1;

	while (got > 0) {
		const int ready = poll(&wanted, 1, left(deadline));

		if (ready == 0)
			return -ETIME;
		if (ready < 0)
			return -errno;
		if (array_reserve((void **)text, &capacity, *length + 65536, 1))
			return -ENOMEM;
		got = read(input, *text + *length, 65536);
		if (got < 0)
			return -errno;
		*length += (size_t)got;
		if (*length > OUTPUT_MOST)
			return -E2BIG;
	}
	return 0;
}

/* How it went, when all that it wrote was read. */
static int finish(pid_t child, int64_t deadline)
{
	int status = 0;
	const int error = child_wait(child, deadline, &status);

	/* Where SIGCHLD is ignored, nobody tells how it ended. */
	if (error)
		return error == -ECHILD ? 0 : error;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EIO;
}

int rules_run(char *const words[], int64_t deadline, char **text,
	      size_t *length)
{
	pid_t child;
	int ends[2];
	int error;

	*text = NULL;
	*length = 0;
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	error = child_start(words, environ, ends[1], &child);
	close(ends[1]);
	if (!error) {
		error = read_all(ends[0], deadline, text, length);
		if (error)
			child_end(child);
		else
			error = finish(child, deadline);
	}
	close(ends[0]);
	return error;
}
