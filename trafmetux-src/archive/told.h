/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Trouble that lasts, told by a program that cron runs every minute: when it begins,
 * then once a day, and when it is over. What was told is in .told, in the archive's
 * directory, with the lines
 *	# trafmetux told version 1
 *	KEY FIRST LAST
 * where the times are when it was told first and last, in epoch seconds. Without
 * trouble there is no such file. It can be deleted: all is told anew then. Where the
 * archive can't be written, as on a full disk, it is in a spare folder until it can be.
 *
 * Any line is trouble that lasts for as long as each run has it to say; its key is
 * "line:" and a hash of it. What has a key of its own need not have the same words.
 * What gets worse has a key for each degree, "fewer:wan#2", and is told at each.
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
	enum told_state {
		TOLD_BEFORE,
		TOLD_STILL,	/* it is so, and need not be told now */
		TOLD_NOW,
		TOLD_OVER,
	} state;
};

/** What was told; told_close() releases it. */
struct told {
	const struct archive *archive;	/* or NULL: it can't be opened */
	const char *spare_path;		/* or NULL: there is none */
	bool is_spare;		/* what was told was read there */
	int64_t present;
	bool is_whole;		/* lines that were not said are over; the caller's */
	bool is_decided;	/* what is said is due; the caller's */
	struct told_notice *list;
	size_t count;
	size_t capacity;
};

/**
 * told_open - read what was told
 * @archive:	open until told_close(); or NULL
 * @spare_path:	a folder to be made for this alone, where only its owner can make one; or
 *		NULL
 * @present:	epoch seconds, right or wrong
 *
 * It does not fail: where nothing can be read or remembered, all is told, each time.
 */
void told_open(struct told *told, const struct archive *archive,
	       const char *spare_path, int64_t present);

/**
 * told_due - is it to be told now? It counts as told then.
 *
 * It is when it was not told before, or not for a day; also when it was told later
 * than now, as before the clock was set back.
 */
bool told_due(struct told *told, const char *key);

/** told_line_due - the same of a line that is to be said; for struct messages */
bool told_line_due(void *told, const char *line);

/**
 * told_over - it is so no longer: was it told?
 * @key:	with all that are it, '#' and more
 * @first:	when it was told first; may be NULL
 *
 * If it comes back, it is told at once.
 */
bool told_over(struct told *told, const char *key, int64_t *first);

/**
 * told_close - write what was told, if that is another thing than before
 *
 * What others told meanwhile stays. To be called after it was said: who is killed
 * between says it twice, and nobody is left without a word. Returns 0 or -errno; what
 * can't be written is told again.
 */
int told_close(struct told *told);

#endif
