// SPDX-License-Identifier: GPL-2.0-only
#include <linux/cpumask.h>
#include <linux/gfp.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>

#include "limit.h"

/* Between those who set limits; packets never take it. */
static DEFINE_MUTEX(trafmetux_limit_mutex);

/* This CPU's next allowance; see struct trafmetux_limit. Returns "over". */
static bool trafmetux_limit_renew(struct trafmetux_limit *limit,
				  struct trafmetux_counter __percpu *counter)
{
	struct trafmetux_allowance *mine = this_cpu_ptr(limit->allowance);
	/* Before the sum: what is counted meanwhile is of this allowance. */
	u64 begin = this_cpu_read(counter->bytes);
	u64 total = trafmetux_counter_read(counter).bytes;
	u64 left;

	if (total > limit->bytes) {
		WRITE_ONCE(limit->passed, true);
		return true;
	}
	left = limit->bytes - total;
	if (left < limit->left / 2) {
		limit->left = left;
		WRITE_ONCE(limit->term, limit->term + 1);
	}
	mine->until = begin + div_u64(limit->left, 2 * num_possible_cpus());
	mine->term = limit->term;
	return false;
}

/**
 * trafmetux_limit_recount() - has a monitor passed its limit, in doubt?
 * @limit: the monitor's limit
 * @counter: the monitor's counter
 *
 * For trafmetux_limit_over(), when this CPU's allowance is used up or void.
 *
 * Context: as trafmetux_limit_over().
 * Return: true if it has more bytes than that.
 */
bool trafmetux_limit_recount(struct trafmetux_limit *limit,
			     struct trafmetux_counter __percpu *counter)
{
	bool over;

	if (READ_ONCE(limit->passed))
		return true;
	spin_lock_bh(&limit->lock);
	over = trafmetux_limit_renew(limit, counter);
	spin_unlock_bh(&limit->lock);
	return over;
}

static struct trafmetux_limit *trafmetux_limit_alloc(u64 bytes)
{
	struct trafmetux_limit *limit;

	limit = kzalloc(sizeof(*limit), GFP_KERNEL_ACCOUNT);
	if (!limit)
		return NULL;
	limit->allowance = alloc_percpu_gfp(struct trafmetux_allowance,
					    GFP_KERNEL_ACCOUNT);
	if (!limit->allowance) {
		kfree(limit);
		return NULL;
	}
	spin_lock_init(&limit->lock);
	limit->bytes = bytes;
	limit->left = bytes;
	limit->term = 1;	/* no CPU has an allowance yet */
	return limit;
}

/**
 * trafmetux_limit_free() - free a limit
 * @limit: one that no packet is being judged by, or NULL
 */
void trafmetux_limit_free(struct trafmetux_limit *limit)
{
	if (!limit)
		return;
	free_percpu(limit->allowance);
	kfree(limit);
}

/**
 * trafmetux_limit_get() - the limit in force
 * @place: where it is kept
 *
 * Context: any.
 * Return: bytes, or 0 for none.
 */
u64 trafmetux_limit_get(struct trafmetux_limit __rcu **place)
{
	struct trafmetux_limit *limit;
	u64 bytes = 0;

	rcu_read_lock();
	limit = rcu_dereference(*place);
	if (limit)
		bytes = limit->bytes;
	rcu_read_unlock();
	return bytes;
}

/**
 * trafmetux_limit_set() - put a limit in force
 * @place: where it is kept
 * @bytes: the limit, or 0 for none
 *
 * Each packet is judged by the old or by the new one.
 *
 * Context: may sleep, and waits until no packet is being judged by the old one.
 * Return: 0, or -ENOMEM, when the old one stays.
 */
int trafmetux_limit_set(struct trafmetux_limit __rcu **place, u64 bytes)
{
	struct trafmetux_limit *limit = NULL;

	if (bytes) {
		limit = trafmetux_limit_alloc(bytes);
		if (!limit)
			return -ENOMEM;
	}
	mutex_lock(&trafmetux_limit_mutex);
	limit = rcu_replace_pointer(*place, limit,
				    lockdep_is_held(&trafmetux_limit_mutex));
	mutex_unlock(&trafmetux_limit_mutex);
	if (limit)
		synchronize_rcu();
	trafmetux_limit_free(limit);
	return 0;
}
