/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which states of each series are accounted for. The counters of a series only
 * grow, so its traffic is a line from its first state to its last; files and the
 * kernel each hold pieces of it. What none of them holds shows as a hole.
 */
#ifndef TRAFMETUX_COVERAGE_H
#define TRAFMETUX_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_scan.h"
#include "base/sample.h"
#include "archive/series_table.h"

/** A piece of a series without a hole. */
struct coverage_run {
	struct counters low;
	struct counters high;
	int64_t low_time;		/* of the first growth in it; 0 unknown */
	int64_t high_time;		/* of the growth that reached high; 0 unknown */
};

/** The pieces of one series, from the lowest state on; no two touch. */
struct coverage_series {
	uint64_t series;
	struct coverage_run *runs;
	size_t count;
	size_t capacity;
};

/** All series. Start from {0}; coverage_free() releases it. */
struct coverage {
	struct coverage_series *list;
	size_t count;
	size_t capacity;
	struct series_table table;	/* places in the list */
};

/** Takes a hole, between two pieces; returns 0, or -errno to stop. */
typedef int coverage_hole(void *context, uint64_t series,
			  const struct coverage_run *before,
			  const struct coverage_run *after);

/**
 * coverage_take - account for a growth
 * @growth:	of no counters to only say that its state was reached
 * @fresh:	what of it was not accounted for before
 *
 * Returns 0 or -ENOMEM.
 */
int coverage_take(struct coverage *coverage, const struct growth *growth,
		  struct counters *fresh);

/** coverage_lacks - is nothing between two states accounted for? */
bool coverage_lacks(const struct coverage *coverage, uint64_t series,
		    const struct counters *low, const struct counters *high);

/**
 * coverage_take_misnamed - account for what was counted under a damaged name
 *
 * A series that begins with the very state that this one has come to, and not with
 * nothing, is this one. Returns 0 or -ENOMEM.
 */
int coverage_take_misnamed(struct coverage *coverage, uint64_t series,
			   const struct counters *state);

/**
 * coverage_holes - hand out the holes
 *
 * Not those above which there is but a state that nothing goes on from, since one
 * damaged line can make such; nor those that coverage_take_misnamed() would fill.
 *
 * Returns 0, -ENOMEM, or what the sink returned.
 */
int coverage_holes(const struct coverage *coverage, coverage_hole *sink,
		   void *context);

/** coverage_free - release it; it is empty afterwards */
void coverage_free(struct coverage *coverage);

#endif
