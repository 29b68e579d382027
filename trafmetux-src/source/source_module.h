/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of the kernel module's files, as kernel-module/procfs.c writes them. */
#ifndef TRAFMETUX_SOURCE_MODULE_H
#define TRAFMETUX_SOURCE_MODULE_H

#include "source/source.h"

/** What is wrong with a line that can't be understood. */
extern const char source_module_fault_line[];

/** source_module_malformed - note what is wrong, and where; returns -EBADMSG */
int source_module_malformed(struct source_reading *reading, const char *fault,
			    uint64_t line);

/** source_module_version - read the first line; 0 or -EBADMSG, noted */
int source_module_version(struct source_reading *reading,
			  const struct line *line);

/**
 * source_module_line - read one line of the head, or a sample
 * @seen:	the keys that were read, begun at 0; kept by this function
 *
 * Fills reading->live, or reading->next and reading->pending. Unknown keys are
 * later releases'. Returns 0 or -EBADMSG, noted.
 */
int source_module_line(struct source_reading *reading, const struct line *line,
		       unsigned int *seen);

/** source_module_complete - is all there that must be? 0 or -EBADMSG, noted */
int source_module_complete(struct source_reading *reading, unsigned int seen);

#endif
