// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Is a monitor over its limit? For '-m bpf --object-pinned' in a rule, as the module's
 * '-m trafmetux --over-limit'.
 *
 * To add up all processors for each packet would cost too much. So each is allowed its
 * part of half of what is left, and asks again after that; when half is used up, all do.
 */
#include "meter.bpf.h"

/* 1 if it is over. */
inline_always int recount(struct meter_limit *limit, struct meter_counter *own)
{
	const struct meter_counter *counter = MAP(METER_MAP_COUNTER);
	/* Before the sum: what is counted meanwhile is of this allowance. */
	const __u64 begin = own->bytes;
	const __u64 term = limit->term;
	__u64 processors;
	__u64 total = 0;
	__u64 left;

	asm volatile("%0 = %1" : "=r"(processors) : "i"(METER_PROCESSORS));
	barrier();
	for (__u64 at = 0; at < processors; at++)
		total += ((const volatile struct meter_counter *)counter)[at].bytes;
	if (total > limit->bytes)
		return 1;
	left = limit->bytes - total;
	if (left < limit->left / 2) {
		limit->left = left;
		barrier();
		__sync_fetch_and_add(&limit->term, 1);
	}
	own->until = begin + limit->left / (2 * processors);
	own->term = term;
	return 0;
}

__attribute__((section("code"), used))
int over(struct __sk_buff *skb __attribute__((unused)))
{
	struct meter_limit *limit = MAP(METER_MAP_LIMIT);
	struct meter_counter *own;

	if (!limit->bytes)
		return 0;
	own = counter_here();
	if (likely(own->bytes < own->until && own->term == limit->term))
		return 0;
	return recount(limit, own);
}
