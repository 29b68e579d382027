/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_LIMIT_H
#define _TRAFMETUX_LIMIT_H

#include <linux/bottom_half.h>
#include <linux/compiler.h>
#include <linux/percpu.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "counter.h"

/**
 * struct trafmetux_allowance - how far one CPU may count by itself
 * @until: its bytes at which it is to recount; written by this CPU only
 * @term: the limit's term that this was granted in; in another it is void
 */
struct trafmetux_allowance {
	u64 until;
	unsigned int term;
};

/**
 * struct trafmetux_limit - a number of bytes that a monitor is to stay within
 * @bytes: the limit, of the monitor's bytes since it was created; never changes
 * @allowance: of each CPU
 * @term: changes, seldom, whenever all allowances are void
 * @passed: the monitor is over the limit, and its bytes never decrease
 * @lock: guards changes of @term, @passed and @left
 * @left: bytes left when the term began
 *
 * Adding up all CPUs for every packet would have them wait for each other's
 * cache lines. Instead, a CPU that finds R bytes left may count R' / 2n bytes
 * before it adds up again; n is the number of CPUs, and R' what was left when
 * the term began. A new term begins once R is below R' / 2. So at each moment
 * the allowances of all CPUs together are at most R' / 2, and no more than what
 * is left: the limit is not passed unnoticed by more than what the CPUs are at
 * that moment between the match and the count with.
 */
struct trafmetux_limit {
	u64 bytes;
	struct trafmetux_allowance __percpu *allowance;
	unsigned int term;
	bool passed;

	spinlock_t lock;	/* see above */
	u64 left;
};

bool trafmetux_limit_recount(struct trafmetux_limit *limit,
			     struct trafmetux_counter __percpu *counter);

/**
 * trafmetux_limit_over() - has a monitor passed its limit?
 * @limit: the monitor's limit
 * @counter: the monitor's counter
 *
 * Where the task moves to another CPU between the readings, one packet may be
 * judged by what is true of two CPUs.
 *
 * Context: process context, preemptible or not, or softirq; RCU read side.
 * Return: true if it has more bytes than that.
 */
static __always_inline bool
trafmetux_limit_over(struct trafmetux_limit *limit,
		     struct trafmetux_counter __percpu *counter)
{
	bool within;

	if (BITS_PER_LONG == 32)	/* values of two words */
		local_bh_disable();
	within = this_cpu_read(limit->allowance->term) ==
		 READ_ONCE(limit->term) &&
		 this_cpu_read(counter->bytes) <
		 this_cpu_read(limit->allowance->until);
	if (BITS_PER_LONG == 32)
		local_bh_enable();
	return likely(within) ? false : trafmetux_limit_recount(limit, counter);
}

u64 trafmetux_limit_get(struct trafmetux_limit __rcu **place);
int trafmetux_limit_set(struct trafmetux_limit __rcu **place, u64 bytes);
void trafmetux_limit_free(struct trafmetux_limit *limit);

#endif /* _TRAFMETUX_LIMIT_H */
