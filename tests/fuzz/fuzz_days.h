/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inputs that are up to three files of an archive, of monitor m, one day each. */
#ifndef TRAFMETUX_FUZZ_DAYS_H
#define TRAFMETUX_FUZZ_DAYS_H

#include <stdbool.h>

#include "archive/archive_scan.h"
#include "source/source.h"

#define FUZZ_DAYS 3

/** fuzz_days_directory - the archive; made by the first call */
const char *fuzz_days_directory(void);

/** fuzz_days_empty - take everything out of it */
void fuzz_days_empty(void);

/**
 * fuzz_days_put - write an input's files
 * @first_day:	of the first one
 *
 * Returns false, and writes nothing, where a newer program seems to have written:
 * its files are left alone.
 */
bool fuzz_days_put(int32_t first_day, const uint8_t *data, size_t size);

/** fuzz_days_source - no monitor is live: the archive is judged by itself */
struct source fuzz_days_source(void);

/** fuzz_days_report - read all that the archive tells */
void fuzz_days_report(growth_sink *sink, void *context);

#endif
