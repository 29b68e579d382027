// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/machine.h"

/* The longest pause between two looks whether it has ended. */
#define PAUSE_MOST 100000000

static int set_streams(posix_spawn_file_actions_t *actions, int output)
{
	int error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO,
						     "/dev/null", O_RDONLY, 0);

	if (!error && output >= 0)
		error = posix_spawn_file_actions_adddup2(actions, output,
							 STDOUT_FILENO);
	if (!error && output >= 0)
		error = posix_spawn_file_actions_addopen(actions, STDERR_FILENO,
							 "/dev/null", O_WRONLY,
							 0);
	return error;
}

static void set_signals(posix_spawnattr_t *attributes)
{
	sigset_t signals;

	/* Programs don't expect that any of these is ignored, or one blocked. */
	sigemptyset(&signals);
	posix_spawnattr_setsigmask(attributes, &signals);
	sigaddset(&signals, SIGPIPE);
	sigaddset(&signals, SIGXFSZ);
	sigaddset(&signals, SIGCHLD);
	posix_spawnattr_setsigdefault(attributes, &signals);
}

int child_start(char *const words[], char *const environment[], int output,
		pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int error;

	if (posix_spawn_file_actions_init(&actions))
		return -ENOMEM;
	if (posix_spawnattr_init(&attributes)) {
		posix_spawn_file_actions_destroy(&actions);
		return -ENOMEM;
	}
	set_signals(&attributes);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
					      POSIX_SPAWN_SETSIGMASK |
					      POSIX_SPAWN_SETSIGDEF);
	error = set_streams(&actions, output);
	if (!error)
		error = posix_spawn(child, words[0], &actions, &attributes,
				    words, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -error;
}

int child_wait(pid_t child, int64_t deadline, int *status)
{
	struct timespec pause = { .tv_nsec = 1000000 };

	for (;;) {
		const pid_t ended = waitpid(child, status, WNOHANG);

		if (ended == child)
			return 0;
		if (ended < 0 && errno != EINTR)
			return -errno;
		if (clock_monotonic() >= deadline) {
			child_end(child);
			return -ETIME;
		}
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < PAUSE_MOST)
			pause.tv_nsec *= 2;
	}
}

void child_end(pid_t child)
{
	kill(-child, SIGKILL);
	waitpid(child, NULL, 0);
}

#define NANOSECONDS INT64_C(1000000000)

/* Takes one word from @from, with its quotes removed, to @to; -1: a quote is open. */
static int take_word(const char **from, char **to)
{
	char quote = '\0';

	for (; **from && (quote || !strchr(" \t", **from)); ++*from) {
		if (quote ? **from == quote : **from == '"' || **from == '\'')
			quote = quote ? '\0' : **from;
		else
			*(*to)++ = **from;
	}
	*(*to)++ = '\0';
	return quote ? -1 : 0;
}

char *child_split(const char *line, char *words[CHILD_WORDS_MAX + 1])
{
	char *text = malloc(strlen(line) + 2);
	char *to = text;
	size_t count = 0;

	for (line += strspn(line, " \t"); text && *line;
	     line += strspn(line, " \t")) {
		words[count] = to;
		if (count++ == CHILD_WORDS_MAX || take_word(&line, &to)) {
			free(text);
			return NULL;
		}
	}
	words[count] = NULL;
	if (count)
		return text;
	free(text);
	return NULL;
}

static int run(char *const words[], char *const environment[], int seconds)
{
	const int64_t deadline = clock_monotonic() + seconds * NANOSECONDS;
	int status = 0;
	pid_t child;
	int error = child_start(words, environment, -1, &child);

	if (!error)
		error = child_wait(child, deadline, &status);
	if (error)
		return error;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_run(char *const words[], char *const environment[], int seconds)
{
	const struct sigaction usual = { .sa_handler = SIG_DFL };
	struct sigaction before;
	int status;

	/* Where it is ignored, children leave no status. */
	if (sigaction(SIGCHLD, &usual, &before))
		return -errno;
	status = run(words, environment, seconds);
	sigaction(SIGCHLD, &before, NULL);
	return status;
}
