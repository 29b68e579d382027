/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The text of a file of the archive, from its entries. */
#ifndef TRAFMETUX_ARCHIVE_REWRITE_H
#define TRAFMETUX_ARCHIVE_REWRITE_H

#include <stddef.h>

#include "archive_scan.h"

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
