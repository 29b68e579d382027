/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which series were imported: a list beside the archive's files. It is no part of any
 * figure, and without it nothing is lost but the word "import" in explain.
 *
 *	list = *( LF / id SP monitor LF )
 */
#ifndef TRAFMETUX_IMPORT_SERIES_H
#define TRAFMETUX_IMPORT_SERIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"

/** The list, in the archive's directory. */
#define IMPORT_SERIES_FILE ".imports"

/** The series of a monitor that an import has: their ids follow each other. */
struct import_series_run {
	const char *monitor;
	uint64_t first;
	uint64_t last;
};

/** import_series_note - add those that are not there; 0 or -errno */
int import_series_note(const struct archive *archive,
		       const struct import_series_run *runs, size_t count);

/** Ids in an array that grows; import_series_free() releases it. */
struct import_series {
	uint64_t *list;
	size_t count;
	size_t capacity;
};

/**
 * import_series_read - the ids of what was imported
 *
 * Lines that are not as above are passed over, and a list that is missing is empty.
 * Returns 0 or -ENOMEM.
 */
int import_series_read(const struct archive *archive,
		       struct import_series *series);

/** import_series_holds - is it one of them? */
bool import_series_holds(const struct import_series *series, uint64_t id);

void import_series_free(struct import_series *series);

#endif
