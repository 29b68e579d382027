/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_MONITOR_H
#define _TRAFMETUX_MONITOR_H

#include <linux/bug.h>
#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/list.h>
#include <linux/rbtree.h>
#include <linux/refcount.h>
#include <linux/types.h>

#include "counter.h"
#include "history.h"
#include "xt_TRAFMETUX.h"

struct net;
struct proc_dir_entry;
struct trafmetux_entry;
struct trafmetux_hosts;
struct trafmetux_limit;
struct trafmetux_net;

/**
 * enum trafmetux_use - what a monitor is held for
 * @TRAFMETUX_RULE: a rule with the target, which feeds it
 * @TRAFMETUX_QUESTION: a rule with the match, which asks it
 * @TRAFMETUX_METER: a meter, which feeds it and means to be the only kind
 * @TRAFMETUX_SHARED_METER: a meter that is told to feed it beside rules
 * @TRAFMETUX_HOSTS_RULE: a rule with the target for hosts, which feeds it and its table
 * @TRAFMETUX_HOSTS_METER: a meter that does so
 * @TRAFMETUX_USES: how many uses there are
 */
enum trafmetux_use {
	TRAFMETUX_RULE,
	TRAFMETUX_QUESTION,
	TRAFMETUX_METER,
	TRAFMETUX_SHARED_METER,
	TRAFMETUX_HOSTS_RULE,
	TRAFMETUX_HOSTS_METER,
	TRAFMETUX_USES
};

/**
 * struct trafmetux_monitor - a named counter and its history
 * @counter: what the packet path adds to
 * @limit: what its bytes are to stay within, or NULL; see trafmetux_limit_set()
 * @name: fixed for life
 * @series: random, drawn at creation: tells this monitor's counters from those
 *	of an earlier or later monitor of the same name; fixed for life
 * @created: when, in nanoseconds since 1970, UTC, by the clock of that moment
 * @history: samples, under a lock of its own
 * @holders: its namespace and its references, as one, and each open file
 * @sampled: boot time up to which the history accounts for all growth
 * @references: how many rules and meters use it
 * @uses: the same, of each kind
 * @released: boot time at which the last of them went; of use if @references
 *	is 0
 * @home: where it belongs; NULL once that namespace is gone, when only the
 *	rules that are about to be destroyed still hold it
 * @node: its place in @home
 * @list: its place among all monitors, for the sampler
 * @entry: its file; NULL without @home
 * @hosts: its table, if a rule or meter ever wanted one; fixed from then on
 * @hosts_entry: the table's file; NULL without @home or @hosts
 *
 * From @sampled on guarded by the registry's mutex.
 */
struct trafmetux_monitor {
	struct trafmetux_counter __percpu *counter;
	struct trafmetux_limit __rcu *limit;
	char name[XT_TRAFMETUX_NAME_SIZE];
	u64 series;
	ktime_t created;
	struct trafmetux_history history;
	refcount_t holders;

	ktime_t sampled;
	unsigned int references;
	unsigned int uses[TRAFMETUX_USES];
	ktime_t released;
	struct trafmetux_net *home;
	struct rb_node node;
	struct list_head list;
	struct trafmetux_entry *entry;
	struct trafmetux_hosts *hosts;
	struct trafmetux_entry *hosts_entry;
};

/**
 * trafmetux_monitor_assert() - for the packet path: is the rule's monitor there?
 * @monitor: the rule's
 *
 * Kernels that look for mistakes are slow, but blind to per-CPU memory: nothing
 * else tells them that packets are counted in some that was freed. On others,
 * this is nothing.
 */
static __always_inline void
trafmetux_monitor_assert(const struct trafmetux_monitor *monitor)
{
	if (IS_ENABLED(CONFIG_DEBUG_NET))
		WARN_ON_ONCE(!READ_ONCE(monitor->references));
}

struct trafmetux_monitor *trafmetux_monitor_alloc(struct net *net,
						  const char *name);
void trafmetux_monitor_hold(struct trafmetux_monitor *monitor);
void trafmetux_monitor_drop(struct trafmetux_monitor *monitor);

int trafmetux_monitor_init(void);

#endif /* _TRAFMETUX_MONITOR_H */
