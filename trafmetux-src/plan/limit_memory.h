/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The limits that plans set last: .limits in the archive's directory, see
 * docs/plans.md. A new start of the kernel has none of them; where a plan can't be read
 * then, they are set again by this.
 */
#ifndef TRAFMETUX_LIMIT_MEMORY_H
#define TRAFMETUX_LIMIT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "base/monitor_name.h"
#include "index/clock_memory.h"

/** In the place of a limit that can't be read; the kernel takes it for "none". */
#define LIMIT_UNKNOWN 0

/** What leaves nothing. */
#define LIMIT_LEAST 1

/** In the archive's directory. */
#define LIMIT_MEMORY_NAME ".limits"

/** What a plan left to its monitor; in free windows too, which may end unseen. */
struct limit_kept {
	char plan[MONITOR_NAME_SIZE];
	char monitor[MONITOR_NAME_SIZE];
	uint64_t series;	/* of the monitor */
	uint64_t limit;		/* bytes of this series; or LIMIT_UNKNOWN */
};

/** Start from {0}; limit_memory_free() releases it. */
struct limit_memory {
	struct limit_kept *list;
	size_t count;
	size_t capacity;
	bool is_damaged;	/* it may have had more */
};

/**
 * limit_memory_read - read the file
 *
 * What can't be read of it is reported; of a line that can't be, the names are taken if
 * they are whole. Returns 0, or -ENOMEM.
 */
int limit_memory_read(struct limit_memory *memory,
		      const struct archive *archive);

/** limit_memory_find - what is kept of a plan, or NULL */
const struct limit_kept *limit_memory_find(const struct limit_memory *memory,
					   const char *plan);

/**
 * limit_memory_keep - remember a plan's limit in the place of its last one
 *
 * Nothing is written that is there already. What fails is reported.
 */
void limit_memory_keep(const struct archive *archive,
		       const struct limit_kept *kept);

/**
 * limit_memory_mend - the file is whole again: it had no more than it has
 *
 * To be called when each plan that stops has its line. Nothing is reported.
 */
void limit_memory_mend(const struct archive *archive);

/** limit_memory_forget - the plan has none any more; what fails is reported */
void limit_memory_forget(const struct archive *archive, const char *plan);

/**
 * limit_memory_of - what is kept, as a limit of another series that came after
 * @held:	what could not be archived
 *
 * Of the kept series what is archived or held is used, or all where a file can't be
 * read, which is reported; of the new one nothing is. Nothing is left of what is not
 * known.
 */
uint64_t limit_memory_of(const struct limit_kept *kept, uint64_t series,
			 const struct archive *archive,
			 const struct clock_memory *held);

/** limit_memory_free - release it; it is empty afterwards */
void limit_memory_free(struct limit_memory *memory);

#endif
