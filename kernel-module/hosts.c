// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of hosts, and the memory that it takes.
 *
 * Memory is never got for a packet. Rows are there before they are wanted: got by a
 * worker in the first namespace, and elsewhere all at once, on the account of who
 * makes the table.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/printk.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/net_namespace.h>

#include "hosts.h"

static unsigned int host_history = TRAFMETUX_HOST_HISTORY_DEFAULT;
module_param(host_history, uint, 0444);
MODULE_PARM_DESC(host_history, "samples kept of each monitor's hosts, all together (default: 8192)");

/* Rows that a new table has at once, and that a growing one has in advance. */
#define TRAFMETUX_HOSTS_READY 1024

/* How many rows there should be. */
static u32 trafmetux_hosts_wanted(const struct trafmetux_hosts *hosts)
{
	u32 wanted;

	if (!hosts->grows)
		return hosts->max;
	wanted = hosts->used + max_t(u32, TRAFMETUX_HOSTS_READY, hosts->used / 2);
	return min(wanted, hosts->max);
}

/* Make all that is on a new page ready for use, the first of it first. */
static void trafmetux_hosts_put_page(struct trafmetux_hosts *hosts,
				     struct trafmetux_host_page *page)
{
	unsigned int i;

	lockdep_assert_held(&hosts->lock);
	for (i = TRAFMETUX_PAGE_HOSTS; i--;) {
		rcu_assign_pointer(page->host[i].next, hosts->free);
		hosts->free = &page->host[i];
	}
	hosts->pages[hosts->page_count] = page;
	WRITE_ONCE(hosts->page_count, hosts->page_count + 1);
}

/* Get one page more. */
static int trafmetux_hosts_grow(struct trafmetux_hosts *hosts)
{
	unsigned long page = get_zeroed_page(GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
	bool put;

	if (!page)
		return -ENOMEM;
	spin_lock_bh(&hosts->lock);
	put = hosts->page_count < hosts->room;
	if (put)
		trafmetux_hosts_put_page(hosts, (void *)page);
	spin_unlock_bh(&hosts->lock);
	if (!put)
		free_page(page);
	return 0;
}

static bool trafmetux_hosts_is_short(struct trafmetux_hosts *hosts)
{
	bool is_short;

	spin_lock_bh(&hosts->lock);
	is_short = trafmetux_hosts_places(hosts) < trafmetux_hosts_wanted(hosts) &&
		   hosts->page_count < hosts->room;
	spin_unlock_bh(&hosts->lock);
	return is_short;
}

/* As many rows as there should be. */
static int trafmetux_hosts_fill(struct trafmetux_hosts *hosts)
{
	while (trafmetux_hosts_is_short(hosts)) {
		int err = trafmetux_hosts_grow(hosts);

		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/* Without memory, the next new host asks again. */
static void trafmetux_hosts_growth(struct work_struct *work)
{
	trafmetux_hosts_fill(container_of(work, struct trafmetux_hosts, growth));
}

static struct trafmetux_buckets *trafmetux_buckets_alloc(u32 max)
{
	unsigned long count = roundup_pow_of_two(max_t(u32, max, 2));
	struct trafmetux_buckets *buckets;

	buckets = kvzalloc(struct_size(buckets, head, count), GFP_KERNEL_ACCOUNT);
	if (buckets)
		buckets->shift = 64 - ilog2(count);
	return buckets;
}

/*
 * Room for the addresses of all pages, and of those that are there a copy; within
 * the registry's mutex, which whoever adds room holds.
 */
static int trafmetux_hosts_make_room(struct trafmetux_hosts *hosts, u32 max)
{
	u32 room = DIV_ROUND_UP(max, TRAFMETUX_PAGE_HOSTS);
	struct trafmetux_host_page **pages, **old;

	pages = kvcalloc(room, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;
	spin_lock_bh(&hosts->lock);
	if (hosts->page_count)
		memcpy(pages, hosts->pages, hosts->page_count * sizeof(*pages));
	old = hosts->pages;
	hosts->pages = pages;
	hosts->room = room;
	hosts->max = max;
	spin_unlock_bh(&hosts->lock);
	kvfree(old);
	return 0;
}

/* Room for samples, which the kernel takes: see trafmetux_monitor_alloc(). */
static int trafmetux_hosts_remember(struct trafmetux_hosts *hosts)
{
	int err = trafmetux_history_init(&hosts->history, host_history,
					 sizeof(struct trafmetux_host_sample));

	if (err || hosts->grows)
		return err;
	return trafmetux_history_reserve(&hosts->history);
}

/**
 * trafmetux_hosts_alloc() - a table without hosts
 * @net: the namespace that it is for
 * @max: how many it is to have room for
 *
 * Context: may sleep.
 * Return: the table, for trafmetux_hosts_free(), or -ENOMEM.
 */
struct trafmetux_hosts *trafmetux_hosts_alloc(struct net *net, u32 max)
{
	struct trafmetux_buckets *buckets;
	struct trafmetux_hosts *hosts;

	BUILD_BUG_ON(sizeof(struct trafmetux_host) != 64);
	BUILD_BUG_ON(sizeof(struct trafmetux_host_page) > PAGE_SIZE);

	hosts = kzalloc(sizeof(*hosts), GFP_KERNEL_ACCOUNT);
	if (!hosts)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&hosts->lock);
	INIT_WORK(&hosts->growth, trafmetux_hosts_growth);
	hosts->grows = net_eq(net, &init_net);
	hosts->sampled = ktime_get_boottime();
	buckets = trafmetux_buckets_alloc(max);
	if (!buckets)
		goto free_hosts;
	get_random_bytes(buckets->key, sizeof(buckets->key));
	/* Odd: none of an address' bits is lost. */
	buckets->key[1] |= 1;
	buckets->key[3] |= 1;
	RCU_INIT_POINTER(hosts->buckets, buckets);
	if (trafmetux_hosts_make_room(hosts, max) || trafmetux_hosts_fill(hosts) ||
	    trafmetux_hosts_remember(hosts))
		goto free_hosts;
	return hosts;

free_hosts:
	trafmetux_hosts_free(hosts);
	return ERR_PTR(-ENOMEM);
}

/**
 * trafmetux_hosts_max() - how many hosts a table has room for
 * @hosts: the table
 *
 * Context: within trafmetux_registry_lock().
 * Return: the number.
 */
u32 trafmetux_hosts_max(const struct trafmetux_hosts *hosts)
{
	return hosts->max;
}

/**
 * trafmetux_hosts_free() - free a table
 * @hosts: one that no packet is in and nobody reads, or NULL
 *
 * Context: may sleep.
 */
void trafmetux_hosts_free(struct trafmetux_hosts *hosts)
{
	u32 i;

	if (!hosts)
		return;
	cancel_work_sync(&hosts->growth);
	for (i = 0; i < hosts->page_count; i++)
		free_page((unsigned long)hosts->pages[i]);
	if (hosts->history.block)
		trafmetux_history_release(&hosts->history);
	kvfree(hosts->pages);
	kvfree(rcu_access_pointer(hosts->buckets));
	kfree(hosts);
}

/*
 * All rows into other chains. Who walks along a chain meanwhile may come into
 * another one and miss what he looks for, but to an end: see
 * trafmetux_hosts_settle().
 */
static void trafmetux_hosts_relink(struct trafmetux_hosts *hosts,
				   struct trafmetux_buckets *buckets)
{
	u32 place;

	for (place = 0; place < trafmetux_hosts_places(hosts); place++) {
		struct trafmetux_host_page *page =
			hosts->pages[place / TRAFMETUX_PAGE_HOSTS];
		u32 i = place % TRAFMETUX_PAGE_HOSTS;

		if (page->note[i].id)
			trafmetux_host_link(buckets, &page->host[i]);
	}
}

/**
 * trafmetux_hosts_enlarge() - give a table room for more hosts
 * @hosts: the table
 * @max: how many; less than before changes nothing
 *
 * Context: may sleep; within trafmetux_registry_lock().
 * Return: 0, or -ENOMEM, when it may have the room but not the rows.
 */
int trafmetux_hosts_enlarge(struct trafmetux_hosts *hosts, u32 max)
{
	struct trafmetux_buckets *old, *buckets;

	if (max <= hosts->max)
		return 0;
	buckets = trafmetux_buckets_alloc(max);
	if (!buckets)
		return -ENOMEM;
	if (trafmetux_hosts_make_room(hosts, max)) {
		kvfree(buckets);
		return -ENOMEM;
	}

	spin_lock_bh(&hosts->lock);
	old = rcu_dereference_protected(hosts->buckets,
					lockdep_is_held(&hosts->lock));
	memcpy(buckets->key, old->key, sizeof(buckets->key));
	WRITE_ONCE(hosts->relinks, hosts->relinks + 1);
	smp_wmb();	/* pairs with smp_rmb() in trafmetux_hosts_look() */
	trafmetux_hosts_relink(hosts, buckets);
	rcu_assign_pointer(hosts->buckets, buckets);
	smp_wmb();	/* pairs with smp_rmb() in trafmetux_hosts_look() */
	WRITE_ONCE(hosts->relinks, hosts->relinks + 1);
	spin_unlock_bh(&hosts->lock);
	synchronize_rcu();
	kvfree(old);
	return trafmetux_hosts_fill(hosts);
}

/**
 * trafmetux_hosts_take() - a row for a new host
 * @hosts: the table
 *
 * Context: any, within the table's lock.
 * Return: a row of zeroes in no chain, or NULL if there is none to be had.
 */
struct trafmetux_host *
trafmetux_hosts_take(struct trafmetux_hosts *hosts)
{
	struct trafmetux_host *host = hosts->free;

	lockdep_assert_held(&hosts->lock);
	if (hosts->grows &&
	    trafmetux_hosts_places(hosts) < trafmetux_hosts_wanted(hosts))
		schedule_work(&hosts->growth);
	if (!host || hosts->used >= hosts->max)
		return NULL;
	hosts->free = rcu_dereference_protected(host->next, true);
	hosts->used++;
	return host;
}

/**
 * trafmetux_hosts_init() - are the parameters in range?
 *
 * Return: 0, or -EINVAL, which is told.
 */
int __init trafmetux_hosts_init(void)
{
	if (host_history >= 1 && host_history <= TRAFMETUX_HOST_HISTORY_MAX)
		return 0;
	pr_err("host_history=%u is out of range, use 1 to %u\n", host_history,
	       TRAFMETUX_HOST_HISTORY_MAX);
	return -EINVAL;
}
