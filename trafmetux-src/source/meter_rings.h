/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One history out of those that the processors keep. Each knows what it had counted at
 * the end of each minute in which it counted; what all know is a sample.
 */
#ifndef TRAFMETUX_METER_RINGS_H
#define TRAFMETUX_METER_RINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sample.h"
#include "bpf_meter.h"

/** Copies a slot of all processors' rings; 0 or -errno. */
typedef int meter_rings_load(void *context, uint32_t slot, struct meter_entry *row);

/** How far a processor was gone through, newest first. */
struct meter_cursor {
	uint64_t left;		/* entries that were not yet looked at */
	uint64_t newer_end;	/* of what was taken last */
	struct meter_entry entry;	/* the next older */
	bool has_entry;
	bool is_lost;		/* older ones are no longer there */
};

struct meter_rings {
	const struct meter_info *info;	/* with the moment of reading noted */
	uint32_t processors;
	const struct meter_counter *counters;	/* of each processor */
	meter_rings_load *load;
	void *context;
	/* Its own. */
	struct meter_cursor *cursors;
	struct meter_entry *rows;	/* of all slots, as far as they were loaded */
	bool *is_loaded;
	bool is_begun;
	bool has_held;		/* a sample that waits for what is older */
	struct sample held;
};

/**
 * meter_rings_start - go to the newest minute that ended before @jiffies
 * @rings:	its first fields set, the others 0
 *
 * Returns 0 or -errno; meter_rings_free() frees it in any case.
 */
int meter_rings_start(struct meter_rings *rings, uint64_t jiffies);

/** meter_rings_next - the next sample, newest first; 1, 0 after the last, or -errno */
int meter_rings_next(struct meter_rings *rings, struct sample *sample);

/** meter_rings_free - release what it holds */
void meter_rings_free(struct meter_rings *rings);

/** meter_rings_sum - what all processors counted until now */
struct counters meter_rings_sum(const struct meter_counter *counters,
				uint32_t processors);

#endif
