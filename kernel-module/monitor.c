// SPDX-License-Identifier: GPL-2.0-only
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <net/net_namespace.h>

#include "hosts.h"
#include "limit.h"
#include "monitor.h"

static unsigned int history = TRAFMETUX_HISTORY_DEFAULT;
module_param(history, uint, 0444);
MODULE_PARM_DESC(history, "samples kept of each monitor, one a minute with traffic (default: 1440)");

static void trafmetux_monitor_free(struct trafmetux_monitor *monitor)
{
	trafmetux_hosts_free(monitor->hosts);
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

/**
 * trafmetux_monitor_alloc() - a monitor that nothing feeds yet
 * @net: the namespace that it is for
 * @name: a valid name
 *
 * Context: may sleep.
 * Return: the monitor, held once, for trafmetux_monitor_drop(); or -ENOMEM.
 */
struct trafmetux_monitor *trafmetux_monitor_alloc(struct net *net,
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
	err = trafmetux_history_init(&monitor->history, history,
				     sizeof(struct trafmetux_sample));
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

/**
 * trafmetux_monitor_init() - are the parameters in range?
 *
 * Return: 0, or -EINVAL, which is told.
 */
int __init trafmetux_monitor_init(void)
{
	if (history >= 1 && history <= TRAFMETUX_HISTORY_MAX)
		return 0;
	pr_err("history=%u is out of range, use 1 to %u\n", history,
	       TRAFMETUX_HISTORY_MAX);
	return -EINVAL;
}
