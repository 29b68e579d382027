// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which row a packet counts in that did not find it at once. Packets find rows without
 * a lock; what rows there are to be is settled within it.
 *
 * A row is an address and the MAC address that was last seen with it. Where another
 * MAC address comes, another row begins, and the one before keeps what it has; where
 * the first comes back, its row goes on. So two devices that share an address, or one
 * address behind two routers, take two rows and no more. What has no MAC address
 * counts in the row that counted last of the address.
 */
#include <linux/bitmap.h>
#include <linux/errno.h>
#include <linux/inetdevice.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <net/ipv6.h>

#include "hosts.h"

/* All bits, of which a prefix leaves the first. */
static const struct in6_addr trafmetux_all_ones = {
	.s6_addr = { [0 ... 15] = 0xff },
};

/**
 * trafmetux_address_prefix() - the mask of a prefix
 * @mask: filled
 * @kind: of address; its length is in it
 */
void trafmetux_address_prefix(union trafmetux_address *mask, unsigned int kind)
{
	memset(mask, 0, sizeof(*mask));
	if (kind < TRAFMETUX_KIND_IPV6)
		mask->v4 = inet_make_mask(kind);
	else
		ipv6_addr_prefix(&mask->v6, &trafmetux_all_ones,
				 kind - TRAFMETUX_KIND_IPV6);
}

/**
 * trafmetux_address_mask() - leave of an address what is in a prefix
 * @address: the address
 * @kind: of address, with the prefix' length
 */
void trafmetux_address_mask(union trafmetux_address *address, unsigned int kind)
{
	union trafmetux_address mask;

	trafmetux_address_prefix(&mask, kind);
	address->word[0] &= mask.word[0];
	address->word[1] &= mask.word[1];
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

	host = rcu_dereference(*trafmetux_hosts_chain(buckets, &key->address,
						      key->tag));
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

/**
 * struct trafmetux_address_rows - the rows of an address
 * @any: one of them
 * @same: that of the MAC address that is looked for
 * @counting: the one that counts now
 * @length: of the chain
 */
struct trafmetux_address_rows {
	struct trafmetux_host *any;
	struct trafmetux_host *same;
	struct trafmetux_host *counting;
	unsigned int length;
};

static struct trafmetux_address_rows
trafmetux_address_find(struct trafmetux_hosts *hosts,
		       struct trafmetux_buckets *buckets,
		       const struct trafmetux_host_key *key)
{
	struct trafmetux_address_rows rows = {};
	struct trafmetux_host *host;

	host = rcu_dereference_protected(*trafmetux_hosts_chain(buckets,
								&key->address,
								key->tag),
					 lockdep_is_held(&hosts->lock));
	for (; host; host = rcu_dereference_protected(host->next,
						      lockdep_is_held(&hosts->lock))) {
		rows.length++;
		if (!trafmetux_host_is_of(host, key))
			continue;
		rows.any = host;
		if (!((host->tag ^ key->tag) & TRAFMETUX_TAG_MAC))
			rows.same = host;
		if (!(host->tag & TRAFMETUX_TAG_STALE))
			rows.counting = host;
	}
	return rows;
}

static struct trafmetux_host *
trafmetux_hosts_insert(struct trafmetux_hosts *hosts,
		       struct trafmetux_buckets *buckets,
		       const struct trafmetux_address_rows *rows,
		       const struct trafmetux_host_key *key)
{
	struct trafmetux_host_note *note;
	struct trafmetux_host *host;

	if (rows->length >= TRAFMETUX_CHAIN_MAX)
		return NULL;
	host = trafmetux_hosts_take(hosts);
	if (!host)
		return NULL;
	note = trafmetux_host_note(host);
	note->id = ++hosts->last_id;
	note->seen = ktime_get_boottime_seconds();
	/* Another MAC address is no way round an address' limit. */
	if (rows->any) {
		note->limit = trafmetux_host_note(rows->any)->limit;
		note->flags = trafmetux_host_note(rows->any)->flags;
	}
	host->address = key->address;
	host->tag = key->tag & (key->compare | TRAFMETUX_TAG_KIND);
	trafmetux_host_link(buckets, host);
	return host;
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
	struct trafmetux_address_rows rows = trafmetux_address_find(hosts, buckets, key);
	u64 mac = key->tag & key->compare & TRAFMETUX_TAG_MAC;
	struct trafmetux_host *host = rows.counting;

	if (host && !mac)
		return host;
	if (host && !rows.same && !(host->tag & TRAFMETUX_TAG_MAC)) {
		WRITE_ONCE(host->tag, host->tag | mac);
		return host;
	}
	host = mac ? rows.same : NULL;
	if (!host && learn)
		host = trafmetux_hosts_insert(hosts, buckets, &rows, key);
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

/* The same as trafmetux_hosts_look(), and sure. */
static struct trafmetux_host *
trafmetux_hosts_peek(struct trafmetux_hosts *hosts,
		     const struct trafmetux_host_key *key)
{
	struct trafmetux_host *host;
	bool unsure;

	host = trafmetux_hosts_look(hosts, key, &unsure);
	if (host || !unsure)
		return host;
	spin_lock_bh(&hosts->lock);
	host = trafmetux_hosts_walk(rcu_dereference(hosts->buckets), key);
	spin_unlock_bh(&hosts->lock);
	return host;
}

/* Of all prefixes that are listed, the longest that the address has. */
static struct trafmetux_host *
trafmetux_hosts_longest(struct trafmetux_hosts *hosts,
			const struct trafmetux_host_key *key)
{
	unsigned long kind = (key->tag & TRAFMETUX_TAG_KIND) + 1;
	unsigned long least = kind > TRAFMETUX_KIND_IPV6 ? TRAFMETUX_KIND_IPV6 : 0;
	struct trafmetux_host_key part = { .compare = TRAFMETUX_TAG_LOW };
	struct trafmetux_host *host;
	unsigned long next;

	for (;; kind = next) {
		next = find_last_bit(hosts->kinds, kind);
		if (next >= kind || next < least)
			return NULL;
		part.tag = next;
		part.address = key->address;
		trafmetux_address_mask(&part.address, next);
		host = trafmetux_hosts_peek(hosts, &part);
		if (host)
			return host;
	}
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

	if (READ_ONCE(hosts->listed))
		return trafmetux_hosts_longest(hosts, key);
	/* What is scanned from outside must not make packets wait for a lock. */
	if (!(key->tag & key->compare & TRAFMETUX_TAG_MAC)) {
		host = trafmetux_hosts_peek(hosts, key);
		if (host || !learn)
			return host;
	}
	spin_lock_bh(&hosts->lock);
	host = trafmetux_hosts_decide(hosts, key, learn);
	spin_unlock_bh(&hosts->lock);
	return host;
}

static u64 trafmetux_host_bytes(const struct trafmetux_host *host)
{
	return atomic64_read(&host->flow[TRAFMETUX_UP].bytes) +
	       atomic64_read(&host->flow[TRAFMETUX_DOWN].bytes);
}

/* Is the address over its limit, by the rows that are found? */
static bool trafmetux_hosts_judge(struct trafmetux_buckets *buckets,
				  const struct trafmetux_host_key *key)
{
	struct trafmetux_host *host;
	u64 bytes = 0, limit = U64_MAX;

	host = rcu_dereference(*trafmetux_hosts_chain(buckets, &key->address,
						      key->tag));
	for (; host; host = rcu_dereference(host->next)) {
		const struct trafmetux_host_note *note;

		if (!trafmetux_host_is_of(host, key))
			continue;
		note = trafmetux_host_note(host);
		bytes += trafmetux_host_bytes(host);
		if (READ_ONCE(note->flags) & TRAFMETUX_HOST_LIMITED)
			limit = READ_ONCE(note->limit);
	}
	return bytes > limit;
}

/**
 * trafmetux_hosts_over() - has a host passed its limit?
 * @hosts: the table
 * @key: the host's, without a MAC address
 *
 * It is compared with the bytes of all rows of the address, up and down: another MAC
 * address begins another row, but is no way round the limit.
 *
 * Context: process context, preemptible or not, or softirq; RCU read side.
 * Return: true if its bytes are more.
 */
bool trafmetux_hosts_over(struct trafmetux_hosts *hosts,
			  const struct trafmetux_host_key *key)
{
	u32 relinks = READ_ONCE(hosts->relinks);
	bool over;

	if (BITS_PER_LONG == 64) {	/* else limits are of two words */
		smp_rmb();	/* pairs with smp_wmb() in trafmetux_hosts_enlarge() */
		over = trafmetux_hosts_judge(rcu_dereference(hosts->buckets),
					     key);
		smp_rmb();	/* pairs with smp_wmb() in trafmetux_hosts_enlarge() */
		if (!(relinks & 1) && relinks == READ_ONCE(hosts->relinks))
			return over;
	}
	spin_lock_bh(&hosts->lock);
	over = trafmetux_hosts_judge(rcu_dereference(hosts->buckets), key);
	spin_unlock_bh(&hosts->lock);
	return over;
}

/* Every row of the address has the limit. */
static bool trafmetux_hosts_limit_rows(struct trafmetux_hosts *hosts,
				       const struct trafmetux_host_key *key,
				       u64 bytes)
{
	struct trafmetux_buckets *buckets =
		rcu_dereference_protected(hosts->buckets,
					  lockdep_is_held(&hosts->lock));
	struct trafmetux_host *host;
	bool any = false;

	host = rcu_dereference_protected(*trafmetux_hosts_chain(buckets,
								&key->address,
								key->tag), true);
	for (; host; host = rcu_dereference_protected(host->next, true)) {
		struct trafmetux_host_note *note = trafmetux_host_note(host);

		if (!trafmetux_host_is_of(host, key))
			continue;
		any = true;
		if (!bytes) {
			WRITE_ONCE(note->flags, note->flags & ~TRAFMETUX_HOST_LIMITED);
			continue;
		}
		WRITE_ONCE(note->limit, bytes);
		smp_wmb();	/* whoever sees the mark sees the limit */
		WRITE_ONCE(note->flags, note->flags | TRAFMETUX_HOST_LIMITED);
	}
	return any;
}

/**
 * trafmetux_hosts_limit() - put a limit in force
 * @hosts: the table
 * @key: the host's, without a MAC address
 * @bytes: the limit, 0 for none
 *
 * A host that has no row gets one, or a limit could be passed before it is there.
 *
 * Context: process context.
 * Return: 0; -ENOENT where only listed prefixes have rows, and this is none; -ENOSPC
 *	where there is no room.
 */
int trafmetux_hosts_limit(struct trafmetux_hosts *hosts,
			  const struct trafmetux_host_key *key, u64 bytes)
{
	int err = 0;

	spin_lock_bh(&hosts->lock);
	if (!trafmetux_hosts_limit_rows(hosts, key, bytes) && bytes) {
		if (hosts->listed)
			err = -ENOENT;
		else if (!trafmetux_hosts_decide(hosts, key, true))
			err = -ENOSPC;
		else
			trafmetux_hosts_limit_rows(hosts, key, bytes);
	}
	spin_unlock_bh(&hosts->lock);
	return err;
}

/**
 * trafmetux_hosts_list() - give a prefix a row
 * @hosts: the table
 * @key: the prefix'
 *
 * From the first on, no row is made by a packet.
 *
 * Context: within trafmetux_registry_lock().
 * Return: 0, also where it has one; -EBUSY where rows were made by packets, -ENOSPC
 *	where there is no room.
 */
int trafmetux_hosts_list(struct trafmetux_hosts *hosts,
			 const struct trafmetux_host_key *key)
{
	unsigned int kind = key->tag & TRAFMETUX_TAG_KIND;
	u32 used;
	int err = 0;

	spin_lock_bh(&hosts->lock);
	used = hosts->used;
	if (used != hosts->listed)
		err = -EBUSY;
	else if (!trafmetux_hosts_decide(hosts, key, true))
		err = -ENOSPC;
	if (!err && hosts->used != used) {
		hosts->kind_count[kind]++;
		set_bit(kind, hosts->kinds);
		WRITE_ONCE(hosts->listed, hosts->listed + 1);
	}
	spin_unlock_bh(&hosts->lock);
	return err;
}

/**
 * trafmetux_hosts_unlist() - a prefix' row is about to go
 * @hosts: the table
 * @kind: the kind of its address
 *
 * Context: within trafmetux_registry_lock().
 */
void trafmetux_hosts_unlist(struct trafmetux_hosts *hosts, unsigned int kind)
{
	spin_lock_bh(&hosts->lock);
	if (!--hosts->kind_count[kind])
		clear_bit(kind, hosts->kinds);
	WRITE_ONCE(hosts->listed, hosts->listed - 1);
	spin_unlock_bh(&hosts->lock);
}
