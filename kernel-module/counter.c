// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/gfp.h>

#include "counter.h"

/**
 * trafmetux_counter_alloc() - a counter at zero
 *
 * Context: may sleep.
 * Return: the counter, for free_percpu(), or NULL.
 */
struct trafmetux_counter __percpu *trafmetux_counter_alloc(void)
{
	struct trafmetux_counter __percpu *counter;
	int cpu;

	counter = alloc_percpu_gfp(struct trafmetux_counter,
				   GFP_KERNEL_ACCOUNT);
	if (!counter)
		return NULL;

	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(counter, cpu)->sync);
	return counter;
}

/**
 * trafmetux_counter_read() - the sum over all CPUs
 * @counter: the monitor's counter
 *
 * Packets go on being counted meanwhile, so the sum belongs to no single
 * instant, and on 64-bit machines a packet may be in one value and not yet in
 * the other. Neither value is ever below that of an earlier reading.
 *
 * Context: process context.
 * Return: the reading.
 */
struct trafmetux_reading
trafmetux_counter_read(struct trafmetux_counter __percpu *counter)
{
	struct trafmetux_reading sum = {};
	int cpu;

	for_each_possible_cpu(cpu) {
		const struct trafmetux_counter *theirs;
		unsigned int start;
		u64 packets, bytes;

		theirs = per_cpu_ptr(counter, cpu);
		/*
		 * A 32-bit kernel for one CPU has no sequence count: there
		 * this alone keeps the softirq that counts from cutting in
		 * between the halves of a value.
		 */
		if (BITS_PER_LONG == 32)
			local_bh_disable();
		do {
			start = u64_stats_fetch_begin(&theirs->sync);
			packets = READ_ONCE(theirs->packets);
			bytes = READ_ONCE(theirs->bytes);
		} while (u64_stats_fetch_retry(&theirs->sync, start));
		if (BITS_PER_LONG == 32)
			local_bh_enable();

		sum.packets += packets;
		sum.bytes += bytes;
	}
	return sum;
}
