/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of a meter by BPF, and its limit: maps of one value each, which are mapped
 * into memory, for the program reaches them without a call.
 */
#ifndef TRAFMETUX_METER_COUNTERS_H
#define TRAFMETUX_METER_COUNTERS_H

#include "bpf_meter.h"
#include "source/bpf.h"

/** The machine's processors, as counters are kept for them. */
struct meter_processors {
	uint32_t count;
	uint32_t end;	/* their highest number and 1 */
	uint32_t mask;	/* of their numbers; the map has room for all that are in it */
};

/** meter_processors_find - 0 or -errno */
int meter_processors_find(struct meter_processors *processors);

/** meter_counters_size - bytes of the map's value */
uint32_t meter_counters_size(const struct meter_processors *processors);

/**
 * meter_counters_read - each processor's counter as it was at one moment
 * @map:	a monitor's, while programs count into it; not opened to be read only
 * @counters:	room for @processors, as many as bpf_processors() says
 *
 * See struct meter_counter. Returns 0 or -errno.
 */
int meter_counters_read(int map, struct meter_counter *counters, uint32_t processors);

/** meter_limit_read - bytes, 0 for none; 0 or -errno */
int meter_limit_read(int map, uint64_t *bytes);

/**
 * meter_limit_write - put a limit in force, 0 for none; 0 or -errno
 *
 * What processors were allowed under the last one is void. No other process may do so at
 * the same time, or what it allows may stay.
 */
int meter_limit_write(int map, uint64_t bytes);

#endif
