// SPDX-License-Identifier: GPL-2.0-only
/*
 * A table of hosts: packets find a row without a lock, and settle within it what rows
 * there are to be.
 *
 * A row is an address and the MAC address that was last seen with it. Where another
 * MAC address comes, another row begins, and the one before keeps what it has; where
 * the first comes back, its row goes on. So two devices that share an address, or one
 * address behind two routers, take two rows and no more. What has no MAC address
 * counts in the row that counted last of the address.
 *
 * Memory is never got for a packet. Rows are there before they are wanted: got by a
 * worker in the first namespace, and elsewhere all at once, on the account of who
 * makes the table.
 */
#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/timekeeping.h>
#include <net/net_namespace.h>

#include "hosts.h"

/* Rows that a new table has at once, and that a growing one has in advance. */
#define TRAFMETUX_HOSTS_READY 1024

static struct trafmetux_host_note *
trafmetux_host_note(const struct trafmetux_host *host)
{
	struct trafmetux_host_page *page = (void *)((unsigned long)host & PAGE_MASK);

	return &page->note[host - page->host];
}

static u32 trafmetux_hosts_places(const struct trafmetux_hosts *hosts)
{
	return hosts->page_count * TRAFMETUX_PAGE_HOSTS;
}

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
	buckets = trafmetux_buckets_alloc(max);
	if (!buckets)
		goto free_hosts;
	get_random_bytes(buckets->key, sizeof(buckets->key));
	/* Odd: none of an address' bits is lost. */
	buckets->key[1] |= 1;
	buckets->key[3] |= 1;
	RCU_INIT_POINTER(hosts->buckets, buckets);
	if (trafmetux_hosts_make_room(hosts, max) || trafmetux_hosts_fill(hosts))
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
	kvfree(hosts->pages);
	kvfree(rcu_access_pointer(hosts->buckets));
	kfree(hosts);
}

static unsigned long
trafmetux_hosts_bucket(const struct trafmetux_buckets *buckets,
		       const union trafmetux_address *address, u64 tag)
{
	if ((tag & TRAFMETUX_TAG_KIND) < TRAFMETUX_KIND_IPV6)
		return trafmetux_hosts_hash_ipv4(buckets, address->v4);
	return trafmetux_hosts_hash_ipv6(buckets, address->word[0],
					 address->word[1]);
}

static void trafmetux_host_link(struct trafmetux_buckets *buckets,
				struct trafmetux_host *host)
{
	struct trafmetux_host __rcu **head;

	head = &buckets->head[trafmetux_hosts_bucket(buckets, &host->address,
						     host->tag)];
	rcu_assign_pointer(host->next, rcu_dereference_protected(*head, true));
	rcu_assign_pointer(*head, host);
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

/* A row, of which the address is right, and the tag but for what may change. */
static bool trafmetux_host_is_of(const struct trafmetux_host *host,
				 const struct trafmetux_host_key *key)
{
	return host->address.word[0] == key->address.word[0] &&
	       host->address.word[1] == key->address.word[1] &&
	       !((READ_ONCE(host->tag) ^ key->tag) & TRAFMETUX_TAG_KIND);
}

/* The row of that address that counts, if any does. */
static struct trafmetux_host *
trafmetux_hosts_walk(struct trafmetux_buckets *buckets,
		     const struct trafmetux_host_key *key)
{
	struct trafmetux_host *host, *found = NULL;

	host = rcu_dereference(buckets->head[trafmetux_hosts_bucket(buckets,
								    &key->address,
								    key->tag)]);
	for (; host; host = rcu_dereference(host->next)) {
		if (!trafmetux_host_is_of(host, key))
			continue;
		found = host;
		if (!(READ_ONCE(host->tag) & TRAFMETUX_TAG_STALE))
			break;
	}
	return found;
}

/*
 * The same for a packet that changes nothing. *@unsure: while it was being looked for
 * the chains changed.
 */
static struct trafmetux_host *
trafmetux_hosts_look(struct trafmetux_hosts *hosts,
		     const struct trafmetux_host_key *key, bool *unsure)
{
	u32 relinks = READ_ONCE(hosts->relinks);
	struct trafmetux_host *found;

	smp_rmb();	/* pairs with smp_wmb() in trafmetux_hosts_enlarge() */
	found = trafmetux_hosts_walk(rcu_dereference(hosts->buckets), key);
	smp_rmb();	/* pairs with smp_wmb() in trafmetux_hosts_enlarge() */
	*unsure = relinks & 1 || relinks != READ_ONCE(hosts->relinks);
	return found;
}

/* A row for a new host, or NULL if there is none to be had. */
static struct trafmetux_host *
trafmetux_hosts_take(struct trafmetux_hosts *hosts)
{
	struct trafmetux_host *host = hosts->free;

	if (hosts->grows &&
	    trafmetux_hosts_places(hosts) < trafmetux_hosts_wanted(hosts))
		schedule_work(&hosts->growth);
	if (!host || hosts->used >= hosts->max)
		return NULL;
	hosts->free = rcu_dereference_protected(host->next, true);
	hosts->used++;
	return host;
}

static struct trafmetux_host *
trafmetux_hosts_insert(struct trafmetux_hosts *hosts,
		       struct trafmetux_buckets *buckets,
		       const struct trafmetux_host_key *key)
{
	struct trafmetux_host *host = trafmetux_hosts_take(hosts);
	struct trafmetux_host_note *note;

	if (!host)
		return NULL;
	note = trafmetux_host_note(host);
	note->id = ++hosts->last_id;
	note->first = ktime_get_real_seconds();
	host->address = key->address;
	host->tag = key->tag & (key->compare | TRAFMETUX_TAG_KIND);
	trafmetux_host_link(buckets, host);
	return host;
}

/**
 * struct trafmetux_host_rows - the rows of an address
 * @same: that of the MAC address that is looked for
 * @counting: the one that counts now
 * @length: of the chain
 */
struct trafmetux_host_rows {
	struct trafmetux_host *same;
	struct trafmetux_host *counting;
	unsigned int length;
};

static struct trafmetux_host_rows
trafmetux_hosts_rows(struct trafmetux_hosts *hosts,
		     struct trafmetux_buckets *buckets,
		     const struct trafmetux_host_key *key)
{
	struct trafmetux_host_rows rows = {};
	struct trafmetux_host *host;

	host = rcu_dereference_protected(buckets->head[trafmetux_hosts_bucket(buckets,
									      &key->address,
									      key->tag)],
					 lockdep_is_held(&hosts->lock));
	for (; host; host = rcu_dereference_protected(host->next,
						      lockdep_is_held(&hosts->lock))) {
		rows.length++;
		if (!trafmetux_host_is_of(host, key))
			continue;
		if (!((host->tag ^ key->tag) & TRAFMETUX_TAG_MAC))
			rows.same = host;
		if (!(host->tag & TRAFMETUX_TAG_STALE))
			rows.counting = host;
	}
	return rows;
}

/*
 * The row that is to count this packet: the one of its MAC address, or one that had
 * none yet, or a new one. It is the one that counts from now on.
 */
static struct trafmetux_host *
trafmetux_hosts_decide(struct trafmetux_hosts *hosts,
		       const struct trafmetux_host_key *key, bool learn)
{
	struct trafmetux_buckets *buckets =
		rcu_dereference_protected(hosts->buckets,
					  lockdep_is_held(&hosts->lock));
	struct trafmetux_host_rows rows = trafmetux_hosts_rows(hosts, buckets, key);
	u64 mac = key->tag & key->compare & TRAFMETUX_TAG_MAC;
	struct trafmetux_host *host = rows.counting;

	if (host && !mac)
		return host;
	if (host && !rows.same && !(host->tag & TRAFMETUX_TAG_MAC)) {
		WRITE_ONCE(host->tag, host->tag | mac);
		return host;
	}
	host = mac ? rows.same : NULL;
	if (!host && learn && rows.length < TRAFMETUX_CHAIN_MAX)
		host = trafmetux_hosts_insert(hosts, buckets, key);
	if (!host || host == rows.counting)
		return host;
	/* In this order: there is one that counts at every instant. */
	WRITE_ONCE(host->tag, host->tag & ~TRAFMETUX_TAG_STALE);
	if (rows.counting) {
		smp_wmb();	/* pairs with the address dependency of who walks */
		WRITE_ONCE(rows.counting->tag,
			   rows.counting->tag | TRAFMETUX_TAG_STALE);
	}
	return host;
}

/**
 * trafmetux_hosts_settle() - the row of a packet that was not found at once
 * @hosts: the table
 * @key: the packet's
 * @learn: may a row be made?
 *
 * Context: process context, preemptible or not, or softirq; RCU read side.
 * Return: the row, or NULL where the packet counts as "other".
 */
struct trafmetux_host *
trafmetux_hosts_settle(struct trafmetux_hosts *hosts,
		       const struct trafmetux_host_key *key, bool learn)
{
	struct trafmetux_host *host;
	bool unsure;

	/* What is scanned from outside must not make packets wait for a lock. */
	if (!(key->tag & key->compare & TRAFMETUX_TAG_MAC)) {
		host = trafmetux_hosts_look(hosts, key, &unsure);
		if (host || (!learn && !unsure))
			return host;
	}
	spin_lock_bh(&hosts->lock);
	host = trafmetux_hosts_decide(hosts, key, learn);
	spin_unlock_bh(&hosts->lock);
	return host;
}

static void trafmetux_host_read(const struct trafmetux_host *host,
				struct trafmetux_host_row *row)
{
	unsigned int i;

	row->address = host->address;
	row->tag = host->tag;
	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++)
		row->total[i] = trafmetux_flow_read(&host->flow[i]);
}

/* The first row of a page that is in use, from its @i-th on. */
static u32 trafmetux_hosts_row_of(struct trafmetux_hosts *hosts,
				  const struct trafmetux_host_page *page, u32 i,
				  struct trafmetux_host_row *row)
{
	lockdep_assert_held(&hosts->lock);
	while (i < TRAFMETUX_PAGE_HOSTS && !page->note[i].id)
		i++;
	if (i < TRAFMETUX_PAGE_HOSTS) {
		trafmetux_host_read(&page->host[i], row);
		row->id = page->note[i].id;
	}
	return i;
}

/**
 * trafmetux_hosts_row() - read the next row
 * @hosts: the table
 * @place: where to begin to look, from 0 on
 * @row: filled
 *
 * Context: any; may spin as long as a page of rows takes.
 * Return: the row's place, or U32_MAX if there is none from there on.
 */
u32 trafmetux_hosts_row(struct trafmetux_hosts *hosts, u32 place,
			struct trafmetux_host_row *row)
{
	u32 number = place / TRAFMETUX_PAGE_HOSTS;
	u32 i = place % TRAFMETUX_PAGE_HOSTS;

	for (;; i = 0, number++) {
		bool is_there;

		spin_lock_bh(&hosts->lock);
		is_there = number < hosts->page_count;
		if (is_there)
			i = trafmetux_hosts_row_of(hosts, hosts->pages[number], i, row);
		spin_unlock_bh(&hosts->lock);
		if (!is_there)
			return U32_MAX;
		if (i < TRAFMETUX_PAGE_HOSTS)
			return number * TRAFMETUX_PAGE_HOSTS + i;
	}
}

/**
 * trafmetux_hosts_state() - read what is of no row
 * @hosts: the table
 * @state: filled
 *
 * Context: any.
 */
void trafmetux_hosts_state(struct trafmetux_hosts *hosts,
			   struct trafmetux_hosts_state *state)
{
	unsigned int i;

	spin_lock_bh(&hosts->lock);
	state->max = hosts->max;
	state->used = hosts->used;
	state->moves = hosts->moves;
	state->before = hosts->before;
	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++) {
		state->other[i] = trafmetux_flow_read(&hosts->other.flow[i]);
		state->gone[i] = hosts->gone[i];
	}
	spin_unlock_bh(&hosts->lock);
}

static void trafmetux_reading_add(struct trafmetux_reading *sum,
				  const struct trafmetux_reading *reading)
{
	sum->packets += reading->packets;
	sum->bytes += reading->bytes;
}

/**
 * trafmetux_hosts_begin() - the table is the only one that feeds its monitor
 * @hosts: the table, which no rule or meter uses yet
 * @total: what the monitor has counted
 *
 * Context: may sleep; within trafmetux_registry_lock(), so that no row moves.
 */
void trafmetux_hosts_begin(struct trafmetux_hosts *hosts,
			   const struct trafmetux_reading *total)
{
	struct trafmetux_hosts_state state;
	struct trafmetux_reading rows = {};
	struct trafmetux_host_row row;
	unsigned int i;
	u32 place;

	for (place = trafmetux_hosts_row(hosts, 0, &row); place != U32_MAX;
	     place = trafmetux_hosts_row(hosts, place + 1, &row)) {
		for (i = 0; i < TRAFMETUX_DIRECTIONS; i++)
			trafmetux_reading_add(&rows, &row.total[i]);
		cond_resched();
	}
	trafmetux_hosts_state(hosts, &state);
	for (i = 0; i < TRAFMETUX_DIRECTIONS; i++) {
		trafmetux_reading_add(&rows, &state.other[i]);
		trafmetux_reading_add(&rows, &state.gone[i]);
	}
	spin_lock_bh(&hosts->lock);
	hosts->before.packets = total->packets - rows.packets;
	hosts->before.bytes = total->bytes - rows.bytes;
	spin_unlock_bh(&hosts->lock);
}
