/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the programs have in common. */
#ifndef TRAFMETUX_METER_BPF_H
#define TRAFMETUX_METER_BPF_H

#include <linux/bpf.h>

#include "bpf_meter.h"

#define inline_always static inline __attribute__((always_inline))
#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define barrier() asm volatile("" ::: "memory")
/* Neither before, where most packets have no use for it, nor once more. */
#define reckon_here(x) asm volatile("" : "+r"(x))

static __u64 (*processor_here)(void) = (void *)8;

#define MAP(number) ({ \
	void *map_; \
	asm volatile("%0 = %1 ll" : "=r"(map_) : "i"(number)); \
	map_; \
})

/** counter_here - this processor's */
inline_always struct meter_counter *counter_here(void)
{
	__u64 number = processor_here();
	struct meter_counter *counter = MAP(METER_MAP_COUNTER);

	asm volatile("%0 &= %1" : "+r"(number) : "i"(METER_PROCESSOR_MASK));
	counter += number;
	reckon_here(counter);
	return counter;
}

#endif
