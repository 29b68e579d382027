/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of what vnStat 1 exports; import_vnstat_text.c has the format. */
#ifndef TRAFMETUX_VNSTAT_FIELDS_H
#define TRAFMETUX_VNSTAT_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "exchange/import_vnstat.h"
#include "base/line_reader.h"

/** No line has more numbers. */
#define VNSTAT_FIELDS_MAX 8

struct vnstat_fields {
	char copy[256];			/* where a name stands: after the word's NUL */
	const char *word;		/* the first field, in @copy */
	uint64_t numbers[VNSTAT_FIELDS_MAX];
	size_t count;			/* of numbers */
};

/**
 * vnstat_fields_split - read "word;number;number..."
 *
 * After "interface" and "nick" there is a name instead. Returns false for
 * anything else.
 */
bool vnstat_fields_split(const struct line *line, struct vnstat_fields *fields);

/**
 * vnstat_fields_bytes - the bytes of an hour, day or month
 * @fields:	as many as @span's view has
 *
 * Returns false when they are too many.
 */
bool vnstat_fields_bytes(const struct vnstat_fields *fields,
			 struct vnstat_span *span);

/** vnstat_bytes - MiB and KiB in bytes; false when they are too many */
bool vnstat_bytes(uint64_t mib, uint64_t kib, uint64_t *bytes);

#endif
