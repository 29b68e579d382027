/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Closed periods as they were reckoned: plans/NAME.ledger, see docs/plans.md. */
#ifndef TRAFMETUX_LEDGER_FILE_H
#define TRAFMETUX_LEDGER_FILE_H

#include "plan/ledger.h"

/** ledger_record_parse - read a line; false when it is malformed */
bool ledger_record_parse(const char *line, struct ledger_row *row,
			 int64_t *written);

/** ledger_record_format - write a line with its newline; returns its length */
size_t ledger_record_format(const struct ledger_row *row, int64_t written,
			    char *text, size_t size);

/**
 * ledger_file_read - the records that are good at @present
 * @records:	empty; oldest first, no two overlap; the caller frees it
 *
 * What is wrong with the file was reported. Returns 0, -ENOMEM or -errno.
 */
int ledger_file_read(const struct archive *archive, const char *plan,
		     int64_t present, struct ledger *records);

/**
 * ledger_file_append - record closed periods, in one write
 *
 * Returns 0, -ENOMEM, or -errno that was reported.
 */
int ledger_file_append(const struct archive *archive, const char *plan,
		       const struct ledger_row *rows, size_t count,
		       int64_t written);

#endif
