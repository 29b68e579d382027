// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "limit.h"
#include "monitor.h"
#include "procfs.h"

/*
 * Growth between two samples that are this far apart still counts as that of
 * one minute: the clock is slewed, and the sampler may start a little late.
 */
#define TRAFMETUX_MINUTE_NS (61LL * NSEC_PER_SEC)

static unsigned int linger = TRAFMETUX_LINGER_DEFAULT;
module_param(linger, uint, 0644);
MODULE_PARM_DESC(linger, "seconds that a monitor outlives its last rule (default: 86400)");

static unsigned int history = TRAFMETUX_HISTORY_DEFAULT;
module_param(history, uint, 0444);
MODULE_PARM_DESC(history, "samples kept of each monitor, one a minute with traffic (default: 1440)");

static unsigned int max_monitors = TRAFMETUX_MONITORS_DEFAULT;
module_param(max_monitors, uint, 0644);
MODULE_PARM_DESC(max_monitors, "monitors that a network namespace may have (default: 4096)");

static unsigned int trafmetux_net_id __read_mostly;

/*
 * Guards the set of monitors in every namespace. One mutex for all: rules
 * change seldom, and it must outlive the namespaces, since rules may be
 * destroyed after trafmetux_net_exit() has run. Packets never take it, nor
 * does reading a file.
 */
static DEFINE_MUTEX(trafmetux_mutex);

/* All monitors that are still in a namespace. */
static LIST_HEAD(trafmetux_monitors);

/* Find a monitor, or the place in the tree where it would go. */
static struct trafmetux_monitor *
trafmetux_net_find(struct trafmetux_net *home, const char *name,
		   struct rb_node **parent, struct rb_node ***link)
{
	*parent = NULL;
	*link = &home->monitors.rb_node;
	while (**link) {
		struct trafmetux_monitor *monitor;
		int order;

		*parent = **link;
		monitor = rb_entry(*parent, struct trafmetux_monitor, node);
		order = strcmp(name, monitor->name);
		if (!order)
			return monitor;
		*link = order < 0 ? &(*parent)->rb_left : &(*parent)->rb_right;
	}
	return NULL;
}

static void trafmetux_monitor_free(struct trafmetux_monitor *monitor)
{
	trafmetux_limit_free(rcu_access_pointer(monitor->limit));
	trafmetux_history_release(&monitor->history);
	free_percpu(monitor->counter);
	kfree(monitor);
}

/**
 * trafmetux_monitor_hold() - keep a monitor in memory
 * @monitor: one that is held
 *
 * Context: any.
 */
void trafmetux_monitor_hold(struct trafmetux_monitor *monitor)
{
	refcount_inc(&monitor->holders);
}

/**
 * trafmetux_monitor_drop() - the reverse
 * @monitor: which; freed when nobody holds it any more
 *
 * Context: process context.
 */
void trafmetux_monitor_drop(struct trafmetux_monitor *monitor)
{
	if (refcount_dec_and_test(&monitor->holders))
		trafmetux_monitor_free(monitor);
}

static struct trafmetux_monitor *trafmetux_monitor_alloc(struct net *net,
							 const char *name)
{
	struct trafmetux_monitor *monitor;
	int err = -ENOMEM;

	monitor = kzalloc(sizeof(*monitor), GFP_KERNEL_ACCOUNT);
	if (!monitor)
		return ERR_PTR(err);
	monitor->counter = trafmetux_counter_alloc();
	if (!monitor->counter)
		goto free_monitor;
	err = trafmetux_history_init(&monitor->history, history);
	if (err)
		goto free_counter;
	/*
	 * Samples are taken by the kernel, on nobody's account. Who has his
	 * own namespace, and so can be anyone, pays in advance.
	 */
	if (!net_eq(net, &init_net)) {
		err = trafmetux_history_reserve(&monitor->history);
		if (err)
			goto release_history;
	}

	strscpy(monitor->name, name, sizeof(monitor->name));
	get_random_bytes(&monitor->series, sizeof(monitor->series));
	refcount_set(&monitor->holders, 1);
	monitor->created = ktime_get_real();
	monitor->sampled = ktime_get_boottime();
	return monitor;

release_history:
	trafmetux_history_release(&monitor->history);
free_counter:
	free_percpu(monitor->counter);
free_monitor:
	kfree(monitor);
	return ERR_PTR(err);
}

/* Make a monitor known to its namespace, its readers and the sampler. */
static int trafmetux_monitor_publish(struct trafmetux_monitor *monitor,
				     struct net *net,
				     struct trafmetux_net *home,
				     struct rb_node *parent,
				     struct rb_node **link)
{
	int err = trafmetux_proc_add(home->directory, net, monitor);

	if (err)
		return err;
	monitor->home = home;
	rb_link_node(&monitor->node, parent, link);
	rb_insert_color(&monitor->node, &home->monitors);
	home->count++;
	list_add_tail(&monitor->list, &trafmetux_monitors);
	return 0;
}

/*
 * The reverse. From then on it is held by the rules that it has left, and by who
 * is reading it.
 */
static void trafmetux_monitor_withdraw(struct trafmetux_monitor *monitor)
{
	trafmetux_proc_remove(monitor);
	list_del(&monitor->list);
	monitor->home->count--;
	rb_erase(&monitor->node, &monitor->home->monitors);
	monitor->home = NULL;
	if (!monitor->references)
		trafmetux_monitor_drop(monitor);
}

/* The monitor of that name, created where there is none. */
static struct trafmetux_monitor *
trafmetux_monitor_lookup(struct net *net, const char *name)
{
	struct trafmetux_net *home = net_generic(net, trafmetux_net_id);
	struct trafmetux_monitor *monitor;
	struct rb_node *parent, **link;
	int err;

	monitor = trafmetux_net_find(home, name, &parent, &link);
	if (monitor)
		return monitor;
	if (home->count >= READ_ONCE(max_monitors))
		return ERR_PTR(-ENOSPC);

	monitor = trafmetux_monitor_alloc(net, name);
	if (IS_ERR(monitor))
		return monitor;
	err = trafmetux_monitor_publish(monitor, net, home, parent, link);
	if (err) {
		trafmetux_monitor_free(monitor);
		return ERR_PTR(err);
	}
	return monitor;
}

/**
 * trafmetux_monitor_get() - the monitor that a new rule is to feed
 * @net: the rule's namespace
 * @name: a valid name
 *
 * A monitor of that name is taken up again, with or without rules; else one is
 * created.
 *
 * Context: may sleep.
 * Return: the monitor, for trafmetux_monitor_put(); -ENOSPC when the namespace
 *	has its fill of monitors, or -ENOMEM.
 */
struct trafmetux_monitor *trafmetux_monitor_get(struct net *net,
						const char *name)
{
	struct trafmetux_monitor *monitor;

	mutex_lock(&trafmetux_mutex);
	monitor = trafmetux_monitor_lookup(net, name);
	if (!IS_ERR(monitor))
		WRITE_ONCE(monitor->references, monitor->references + 1);
	mutex_unlock(&trafmetux_mutex);
	return monitor;
}

/**
 * trafmetux_monitor_put() - a rule that fed the monitor is gone
 * @monitor: from trafmetux_monitor_get(); no packet is in that rule any more
 *
 * After its last rule a monitor lingers, unless its namespace is gone too.
 *
 * Context: may sleep.
 */
void trafmetux_monitor_put(struct trafmetux_monitor *monitor)
{
	mutex_lock(&trafmetux_mutex);
	WRITE_ONCE(monitor->references, monitor->references - 1);
	if (!monitor->references) {
		monitor->released = ktime_get_boottime();
		if (!monitor->home)
			trafmetux_monitor_drop(monitor);
		else if (!READ_ONCE(linger))
			trafmetux_monitor_withdraw(monitor);
	}
	mutex_unlock(&trafmetux_mutex);
}

static void trafmetux_monitor_sample(struct trafmetux_monitor *monitor,
				     s64 time, ktime_t real, ktime_t boot)
{
	struct trafmetux_history *samples = &monitor->history;
	ktime_t elapsed = ktime_sub(boot, monitor->sampled);
	struct trafmetux_sample last = {};
	struct trafmetux_sample sample = {
		.time = time,
		.total = trafmetux_counter_read(monitor->counter),
	};

	if (samples->taken)
		trafmetux_history_get(samples, samples->taken - 1, &last);

	if (sample.total.packets != last.total.packets ||
	    sample.total.bytes != last.total.bytes) {
		/*
		 * How long the growth took is known, whatever was done to the
		 * clock meanwhile: tell it in the time of the clock as it is
		 * now.
		 */
		if (ktime_to_ns(elapsed) > TRAFMETUX_MINUTE_NS)
			sample.since = max_t(s64, 1,
					     ktime_divns(ktime_sub(real,
								   elapsed),
							 NSEC_PER_SEC));
		if (trafmetux_history_add(samples, &sample))
			return;	/* the next one will account for both */
	}
	monitor->sampled = boot;
}

/**
 * trafmetux_monitor_lock() - let no monitor come or go
 *
 * The sampler reads the clock under it, so that no waiting comes between the
 * time and what it is the time of.
 *
 * Context: may sleep.
 */
void trafmetux_monitor_lock(void)
{
	mutex_lock(&trafmetux_mutex);
}

/**
 * trafmetux_monitor_unlock() - the reverse
 */
void trafmetux_monitor_unlock(void)
{
	mutex_unlock(&trafmetux_mutex);
}

/**
 * trafmetux_monitor_sample_all() - a sample of each monitor that has moved
 * @time: the samples' time, in seconds since 1970
 * @real: the clock now
 * @boot: the boot time now
 *
 * Context: may sleep; within trafmetux_monitor_lock().
 */
void trafmetux_monitor_sample_all(s64 time, ktime_t real, ktime_t boot)
{
	struct trafmetux_monitor *monitor;

	lockdep_assert_held(&trafmetux_mutex);
	list_for_each_entry(monitor, &trafmetux_monitors, list) {
		trafmetux_monitor_sample(monitor, time, real, boot);
		cond_resched();
	}
}

static bool trafmetux_monitor_expired(const struct trafmetux_monitor *monitor,
				      ktime_t boot)
{
	s64 limit = (s64)READ_ONCE(linger) * NSEC_PER_SEC;

	return !monitor->references &&
	       ktime_to_ns(ktime_sub(boot, monitor->released)) >= limit;
}

/**
 * trafmetux_monitor_expire_all() - take away what has lingered enough
 * @boot: the boot time now
 *
 * Context: may sleep; within trafmetux_monitor_lock().
 */
void trafmetux_monitor_expire_all(ktime_t boot)
{
	struct trafmetux_monitor *monitor, *next;

	lockdep_assert_held(&trafmetux_mutex);
	list_for_each_entry_safe(monitor, next, &trafmetux_monitors, list) {
		if (trafmetux_monitor_expired(monitor, boot))
			trafmetux_monitor_withdraw(monitor);
		cond_resched();
	}
}

static int __net_init trafmetux_net_init(struct net *net)
{
	struct trafmetux_net *home = net_generic(net, trafmetux_net_id);

	home->monitors = RB_ROOT;
	home->count = 0;
	home->directory = trafmetux_proc_net_init(net);
	return home->directory ? 0 : -ENOMEM;
}

/*
 * A table whose module came first is torn down after this: its rules still
 * hold monitors, which then go with the last of them. Nobody is in a file: he
 * would hold the namespace.
 */
static void __net_exit trafmetux_net_exit(struct net *net)
{
	struct trafmetux_net *home = net_generic(net, trafmetux_net_id);
	struct rb_node *node;

	mutex_lock(&trafmetux_mutex);
	while ((node = rb_first(&home->monitors)))
		trafmetux_monitor_withdraw(rb_entry(node, struct trafmetux_monitor,
						    node));
	trafmetux_proc_net_exit(home->directory);
	mutex_unlock(&trafmetux_mutex);
}

static struct pernet_operations trafmetux_net_operations = {
	.init = trafmetux_net_init,
	.exit = trafmetux_net_exit,
	.id = &trafmetux_net_id,
	.size = sizeof(struct trafmetux_net),
};

/**
 * trafmetux_monitor_init() - get ready for monitors, in every namespace
 *
 * Return: 0, or -EINVAL for parameters out of range, or -ENOMEM.
 */
int __init trafmetux_monitor_init(void)
{
	if (history < 1 || history > TRAFMETUX_HISTORY_MAX) {
		pr_err("history=%u is out of range, use 1 to %u\n", history,
		       TRAFMETUX_HISTORY_MAX);
		return -EINVAL;
	}
	return register_pernet_subsys(&trafmetux_net_operations);
}

/**
 * trafmetux_monitor_exit() - free every monitor; none has rules any more
 */
void trafmetux_monitor_exit(void)
{
	unregister_pernet_subsys(&trafmetux_net_operations);
}
