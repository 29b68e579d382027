/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzzed parsers share; each fuzz_*.c has the one function of libFuzzer. */
#ifndef TRAFMETUX_FUZZ_H
#define TRAFMETUX_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "archive/archive_directory.h"

/** Longer inputs only take longer. */
#define FUZZ_SIZE_MAX 8192

/** LLVMFuzzerTestOneInput - have the parser read an input; a fault aborts */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** fuzz_file - an open file that holds the input; the caller closes it */
int fuzz_file(const uint8_t *data, size_t size);

/**
 * fuzz_directory - make a directory, in memory, that is removed at the end
 * @empty:	takes out first what is in it
 *
 * Returns its path, which lasts; once a process.
 */
const char *fuzz_directory(void (*empty)(void));

/**
 * fuzz_archive - fuzz_directory() as an archive
 * @inner:	a directory to be made in it; @empty takes it out, too
 */
void fuzz_archive(struct archive *archive, const char *inner,
		  void (*empty)(void));

/** fuzz_must - what holds for every input; aborts where it does not */
#define fuzz_must(condition) do { \
	if (!(condition)) { \
		fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, \
			#condition); \
		abort(); \
	} \
} while (0)

#endif
