// SPDX-License-Identifier: GPL-2.0-or-later
#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

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

char *hook_split(const char *line, char *words[HOOK_WORDS_MAX + 1])
{
	char *text = malloc(strlen(line) + 2);
	char *to = text;
	size_t count = 0;

	for (line += strspn(line, " \t"); text && *line;
	     line += strspn(line, " \t")) {
		words[count] = to;
		if (count++ == HOOK_WORDS_MAX || take_word(&line, &to)) {
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

/* Starts the program, in a process group of its own. */
static int start(char *const words[], char *const environment[], pid_t *child)
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
	/* We ignore SIGPIPE; programs don't expect that. */
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_setsigdefault(&attributes, &defaults);
	posix_spawnattr_setpgroup(&attributes, 0);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP |
					      POSIX_SPAWN_SETSIGDEF);
	error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
						 "/dev/null", O_RDONLY, 0);
	if (!error)
		error = posix_spawn(child, words[0], &actions, &attributes,
				    words, environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return -error;
}

/* Waits for the child to end; false when the time is over. */
static bool wait_for(pid_t child, int seconds, int *status)
{
	const int64_t deadline = clock_monotonic() + seconds * NANOSECONDS;
	struct timespec pause = { .tv_nsec = 1000000 };

	while (waitpid(child, status, WNOHANG) == 0) {
		if (clock_monotonic() >= deadline)
			return false;
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 100000000)
			pause.tv_nsec *= 2;
	}
	return true;
}

int hook_run(char *const words[], char *const environment[], int seconds)
{
	int status = 0;
	pid_t child;
	int error = start(words, environment, &child);

	if (error)
		return error;
	if (!wait_for(child, seconds, &status)) {
		kill(-child, SIGKILL);
		waitpid(child, &status, 0);
		return -ETIME;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
