/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines of comma-separated values, as RFC 4180 has them. */
#ifndef TRAFMETUX_CSV_SPLIT_H
#define TRAFMETUX_CSV_SPLIT_H

#include <stddef.h>

/** No file that is meant for us has more columns. */
#define CSV_FIELDS_MAX 32

/**
 * csv_split - split a line into its fields
 * @text:	without its end; changed, and the fields point into it
 *
 * No field may hold the end of a line.
 *
 * Returns 0, -E2BIG for too many fields, or -EINVAL for a quote in the wrong
 * place.
 */
int csv_split(char *text, const char *fields[CSV_FIELDS_MAX], size_t *count);

#endif
