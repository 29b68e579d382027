/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef TRAFMETUX_SOURCE_BPF_H
#define TRAFMETUX_SOURCE_BPF_H

#include "bpf_meter.h"
#include "source/source.h"

/**
 * source_bpf_counters - read each processor's counter as it was at one moment
 * @map:	a monitor's, while programs count into it
 * @counters:	room for @processors, as many as bpf_processors() says
 *
 * See struct meter_counter. Returns 0 or -errno.
 */
int source_bpf_counters(int map, struct meter_counter *counters, uint32_t processors);

#endif
