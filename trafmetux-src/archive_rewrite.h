/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a file of the archive, from its entries. */
#ifndef TRAFMETUX_ARCHIVE_REWRITE_H
#define TRAFMETUX_ARCHIVE_REWRITE_H

#include <stddef.h>

#include "archive_scan.h"
#include "calendar.h"
#include "record.h"

/** Room for the first line of a file, with newline and NUL. */
#define ARCHIVE_HEADER_SIZE (RECORD_TEXT_SIZE + CALENDAR_ZONE_SIZE)

/**
 * archive_rewrite_header - the first line for a file that is written anew
 * @text:	of the old one, whose own first line is taken if it is a whole one
 */
void archive_rewrite_header(struct calendar *calendar,
			    const struct archive_file *file, const char *text,
			    size_t length, char header[ARCHIVE_HEADER_SIZE]);

/**
 * archive_rewrite - put down what can be believed of a file
 * @header:	its first line, with the newline
 * @scan:	the file, read and held against its neighbours
 * @holes:	missing records of this file's date
 * @length:	of the text
 *
 * Returns the text, to be freed, or NULL when there is no memory.
 */
char *archive_rewrite(const char *header, const struct archive_scan *scan,
		      const struct growth *holes, size_t hole_count,
		      size_t *length);

#endif
