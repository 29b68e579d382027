/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a file of the archive, written anew. */
#ifndef TRAFMETUX_ARCHIVE_REWRITE_H
#define TRAFMETUX_ARCHIVE_REWRITE_H

#include <stddef.h>

#include "archive/archive_scan.h"
#include "time/calendar.h"
#include "archive/record.h"

/** Room for the first line of a file, with newline and NUL. */
#define ARCHIVE_HEADER_SIZE (RECORD_TEXT_SIZE + CALENDAR_ZONE_SIZE)

/** A record that is missing in a file. */
struct archive_missing {
	size_t entry;			/* it comes after; counted from 1 */
	struct growth growth;
	bool is_held;			/* as the source has it; else its minute is a guess */
};

/**
 * archive_rewrite_header - the first line for a file that is written anew
 * @text:	of the old one, whose own first line is taken if it is a whole one
 */
void archive_rewrite_header(struct calendar *calendar,
			    const struct archive_file *file, const char *text,
			    size_t length, char header[ARCHIVE_HEADER_SIZE]);

/**
 * archive_rewrite - make comments of a file's damaged lines
 * @header:	for a file that does not begin as it should
 * @text:	the file
 * @scan:	of this text, held against the files beside it
 * @missing:	in the order of their entries and states
 * @new_length:	of the text
 *
 * All other lines stay as they are, with a newline only. Where an "@" became a
 * comment, another one is put before the record that needs it.
 *
 * Returns the text, to be freed, or NULL when there is no memory.
 */
char *archive_rewrite(const char *header, const char *text, size_t length,
		      const struct archive_scan *scan,
		      const struct archive_missing *missing, size_t count,
		      size_t *new_length);

#endif
