/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Other programs, run without a shell and not waited for without end. */
#ifndef TRAFMETUX_CHILD_H
#define TRAFMETUX_CHILD_H

#include <stdint.h>
#include <sys/types.h>

/**
 * child_start - start a program, in a process group of its own
 * @words:	its path and its arguments, ending with NULL
 * @environment:	ending with NULL
 * @output:	where what it writes goes, and what it says of errors goes nowhere; or
 *		-1: both go where ours do
 *
 * It has nothing to read, and no signal is blocked or ignored in it.
 *
 * Returns 0 or -errno.
 */
int child_start(char *const words[], char *const environment[], int output,
		pid_t *child);

/**
 * child_wait - wait for it to end; at the deadline it is ended, with its group
 * @deadline:	of clock_monotonic()
 * @status:	as waitpid(2) has it, if it ended by itself
 *
 * Returns 0; -ETIME; or -errno where its end can't be told, -ECHILD where SIGCHLD is
 * ignored.
 */
int child_wait(pid_t child, int64_t deadline, int *status);

/** child_end - end it, with its group */
void child_end(pid_t child);

/** A line has at most this many words, the program included. */
#define CHILD_WORDS_MAX 32

/**
 * child_split - split a line into words
 * @words:	ends in NULL
 *
 * Blanks part words. Between two ' or two " all stands for itself. Nothing else
 * has a meaning: no variable, no backslash, no wildcard.
 *
 * Returns what the words point into, for the caller to free; or NULL when a
 * quote is open, there are no words or too many, or memory is short.
 */
char *child_split(const char *line, char *words[CHILD_WORDS_MAX + 1]);

/**
 * child_run - run a program and wait for it
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
int child_run(char *const words[], char *const environment[], int seconds);

#endif
