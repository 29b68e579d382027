// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/hook.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/machine.h"

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

int hook_run(char *const words[], char *const environment[], int seconds)
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
