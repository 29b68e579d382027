// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/machine.h"
#include "counting/rules.h"

#define NANOSECONDS_OF_MS INT64_C(1000000)

/* What writes more than this is not waited for. */
#define OUTPUT_MOST (64u << 20)

static int start(char *const words[], int output, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t defaults;
	int error;

	if (posix_spawn_file_actions_init(&actions))
		return -ENOMEM;
	if (posix_spawnattr_init(&attributes)) {
		posix_spawn_file_actions_destroy(&actions);
		return -ENOMEM;
	}
	/* We ignore SIGPIPE, and whoever started us perhaps SIGCHLD. */
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGCHLD);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
					      POSIX_SPAWN_SETSIGDEF);
	error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
						 "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawn_file_actions_adddup2(&actions, output,
							 STDOUT_FILENO);
	if (!error)
		error = posix_spawn_file_actions_addopen(&actions,
							 STDERR_FILENO,
							 "/dev/null", O_WRONLY,
							 0);
	if (!error)
		error = posix_spawn(child, words[0], &actions, &attributes,
				    words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -error;
}

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

/* Waits for the child to end, or ends it. */
static int finish(pid_t child, int64_t deadline, int error)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	int status = 0;
	pid_t ended = 0;

	while (!error && (ended = waitpid(child, &status, WNOHANG)) == 0) {
		if (left(deadline) == 0)
			error = -ETIME;
		else
			nanosleep(&pause, NULL);
	}
	if (error) {
		kill(-child, SIGKILL);
		waitpid(child, &status, 0);
		return error;
	}
	/* Where SIGCHLD is ignored, nobody tells how it ended. */
	return ended < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0) ?
		0 : -EIO;
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
	error = start(words, ends[1], &child);
	close(ends[1]);
	if (!error) {
		error = read_all(ends[0], deadline, text, length);
		error = finish(child, deadline, error);
	}
	close(ends[0]);
	return error;
}
