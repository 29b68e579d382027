/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_COUNTER_H
#define _TRAFMETUX_COUNTER_H

#include <linux/bottom_half.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>

/**
 * struct trafmetux_counter - what one CPU has seen of a monitor's packets
 * @packets: packets as on the wire, since the monitor was created
 * @bytes: their IP bytes, headers included
 * @sync: keeps 64-bit values whole on 32-bit machines; empty elsewhere
 *
 * Aligned so that both values sit in one cache line, which no other CPU
 * ever writes to.
 */
struct trafmetux_counter {
	u64 packets;
	u64 bytes;
	struct u64_stats_sync sync;
} __aligned(2 * sizeof(u64));

/* A reading of a counter, of all CPUs together. */
struct trafmetux_reading {
	u64 packets;
	u64 bytes;
};

/**
 * trafmetux_counter_add() - count packets on this CPU
 * @counter: the monitor's counter
 * @packets: how many
 * @bytes: how long they are together
 *
 * Context: process context, preemptible or not, or softirq. nft_compat calls
 * the target preemptible for locally made packets: each add must be whole
 * whatever interrupts it and wherever the task goes next.
 */
static __always_inline void
trafmetux_counter_add(struct trafmetux_counter __percpu *counter,
		      u64 packets, u64 bytes)
{
#if BITS_PER_LONG == 64
	this_cpu_add(counter->packets, packets);
	this_cpu_add(counter->bytes, bytes);
#else
	struct trafmetux_counter *mine;

	local_bh_disable();
	mine = this_cpu_ptr(counter);
	u64_stats_update_begin(&mine->sync);
	mine->packets += packets;
	mine->bytes += bytes;
	u64_stats_update_end(&mine->sync);
	local_bh_enable();
#endif
}

struct trafmetux_counter __percpu *trafmetux_counter_alloc(void);
struct trafmetux_reading
trafmetux_counter_read(struct trafmetux_counter __percpu *counter);

#endif /* _TRAFMETUX_COUNTER_H */
