/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan's hook: a program that is run, without a shell, to warn of something. */
#ifndef TRAFMETUX_HOOK_H
#define TRAFMETUX_HOOK_H

/** A hook has at most this many words, its program included. */
#define HOOK_WORDS_MAX 32

/** The longest that a hook may take, in seconds; then it is killed. */
#define HOOK_SECONDS 60

/**
 * hook_split - split a line into words
 * @words:	ends in NULL
 *
 * Blanks part words. Between two ' or two " all stands for itself. Nothing else
 * has a meaning: no variable, no backslash, no wildcard.
 *
 * Returns what the words point into, for the caller to free; or NULL when a
 * quote is open, there are no words or too many, or memory is short.
 */
char *hook_split(const char *line, char *words[HOOK_WORDS_MAX + 1]);

/**
 * hook_run - run a program and wait for it
 * @words:	its path and arguments, ending in NULL
 * @environment:	"KEY=value"s, ending in NULL
 * @seconds:	after so many it is killed, together with what it started and
 *		left in its process group
 *
 * Its standard input is empty.
 *
 * Returns its exit status, 128 and more when a signal ended it, -ETIME when it
 * took too long, or -errno when it can't be run.
 */
int hook_run(char *const words[], char *const environment[], int seconds);

#endif
