/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Closed periods as they were reckoned: plans/NAME.ledger, see docs/plans.md. */
#ifndef TRAFMETUX_LEDGER_FILE_H
#define TRAFMETUX_LEDGER_FILE_H

#include "plan/ledger.h"
#include "plan/plan_file.h"

/** What of a ledger can't be read. */
struct ledger_damage {
	struct plan_file_found found;
	size_t ahead;		/* records that a clock wrote that was taken back then */
	bool is_lost;		/* no record is behind it: */
	char lost[PLAN_FILE_LINE_SIZE];	/* the line, if it is one; else "" */
};

/** ledger_record_parse - read a line; false when it is malformed */
bool ledger_record_parse(const char *line, struct ledger_row *row,
			 int64_t *written);

/** ledger_record_format - write a line with its newline; returns its length */
size_t ledger_record_format(const struct ledger_row *row, int64_t written,
			    char *text, size_t size);

/**
 * ledger_file_read - the records that are good at @present
 * @records:	empty; oldest first, no two overlap; the caller frees it
 * @damage:	for ledger_file_judge(), and ledger_file_tell()
 *
 * Returns 0, -ENOMEM, or -errno that was reported; then all may be lost.
 */
int ledger_file_read(const struct archive *archive, const char *plan,
		     int64_t present, struct ledger *records,
		     struct ledger_damage *damage);

/**
 * ledger_file_judge - is what can't be read lost?
 * @ledger:	made without it
 *
 * It is not where a record was cut off behind its base, and would now be written again
 * as it was begun.
 */
void ledger_file_judge(const struct ledger *ledger,
		       struct ledger_damage *damage);

/** ledger_file_tell - say what is damaged; what is lost is trouble */
void ledger_file_tell(const struct archive *archive, const char *plan,
		      const struct ledger_damage *damage);

/** ledger_file_check - a sink that looks at lines only */
int ledger_file_check(void *context, const char *line, bool is_whole);

/**
 * ledger_file_append - record closed periods, in one write
 *
 * Returns 0, -ENOMEM, or -errno that was reported.
 */
int ledger_file_append(const struct archive *archive, const char *plan,
		       const struct ledger_row *rows, size_t count,
		       int64_t written);

#endif
