/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trouble that lasts, told by a program that cron runs every minute: when it begins,
 * then once a day, and when it is over. What was told is in .told, in the archive's
 * directory, with the lines
 *	# trafmetux told version 1
 *	KEY FIRST LAST
 * where the times are when it was told first and last, in epoch seconds. Without
 * trouble there is no such file. It can be deleted: all is told anew then.
 */
#ifndef TRAFMETUX_TOLD_H
#define TRAFMETUX_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"

/** Room for a key and its NUL: printing ASCII without blanks, such as "rule:wan". */
#define TOLD_KEY_SIZE 64

/** So long after it was told it is told again, in seconds. */
#define TOLD_AGAIN_SECONDS 86400

struct told_notice {
	char key[TOLD_KEY_SIZE];
	int64_t first;
	int64_t last;
};

/** What was told; told_close() releases it. */
struct told {
	const struct archive *archive;	/* or NULL: nothing is remembered */
	int64_t present;
	int lock;
	bool changed;
	struct told_notice *list;
	size_t count;
	size_t capacity;
};

/**
 * told_open - read what was told, and keep other processes from telling it too
 * @archive:	open; or NULL
 * @present:	epoch seconds, right or wrong
 *
 * It does not fail: where nothing can be read or remembered, all is told, each time.
 */
void told_open(struct told *told, const struct archive *archive,
	       int64_t present);

/**
 * told_due - is it to be told now? It counts as told then.
 *
 * It is when it was not told before, or not for a day; also when it was told later
 * than now, as before the clock was set back.
 */
bool told_due(struct told *told, const char *key);

/**
 * told_over - it is so no longer: was it told?
 * @first:	when it was told first; may be NULL
 *
 * If it comes back, it is told at once.
 */
bool told_over(struct told *told, const char *key, int64_t *first);

/**
 * told_close - write what was told, if that is another thing than before
 *
 * To be called after it was said: who is killed between says it twice, and nobody is
 * left without a word. Returns 0 or -errno; what can't be written is told again.
 */
int told_close(struct told *told);

#endif
