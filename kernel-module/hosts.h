/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_HOSTS_H
#define _TRAFMETUX_HOSTS_H

#include <linux/atomic.h>
#include <linux/bitmap.h>
#include <linux/cache.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/in6.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rcupdate.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <asm/byteorder.h>

#include "counter.h"
#include "history.h"

struct net;

/* What hosts send, and what they receive. */
enum trafmetux_direction {
	TRAFMETUX_UP,
	TRAFMETUX_DOWN,
	TRAFMETUX_DIRECTIONS
};

/* How many samples of its hosts a monitor keeps by default, and at most. */
#define TRAFMETUX_HOST_HISTORY_DEFAULT 8192
#define TRAFMETUX_HOST_HISTORY_MAX 4194304

/* How many rows a chain may have; what would be one more counts as "other". */
#define TRAFMETUX_CHAIN_MAX 16

/*
 * A host's tag: its MAC address, as six bytes in their order, behind which there are
 * two bytes here: which addresses there are, and whether another row of the same
 * address is the one that counts now.
 *
 * All are compared at once, and a MAC address is one load: where in the number its
 * bytes come to lie differs with the machine's order of bytes. One of zeroes stands
 * for none.
 */
#define TRAFMETUX_TAG_KIND 0xffULL
#define TRAFMETUX_TAG_STALE 0x100ULL
#define TRAFMETUX_TAG_LOW 0xffffULL
#define TRAFMETUX_TAG_MAC (~TRAFMETUX_TAG_LOW)

/* Kinds: an IPv4 prefix' length, or this and an IPv6 prefix' length. */
#define TRAFMETUX_KIND_IPV6 0x40
#define TRAFMETUX_KINDS (TRAFMETUX_KIND_IPV6 + 129)
#define TRAFMETUX_KIND_NONE 0xff	/* what no row has */

/**
 * union trafmetux_address - of a host, or of all whose first bits are the same
 * @v4: IPv4; the rest is 0
 * @v6: IPv6
 * @word: the same
 */
union trafmetux_address {
	__be32 v4;
	struct in6_addr v6;
	__be64 word[2];
};

/* Packets and bytes that any CPU may add to. */
struct trafmetux_flow {
	atomic64_t packets;
	atomic64_t bytes;
};

/**
 * struct trafmetux_host - what packets need of a row
 * @address: whose it is, all bits beyond the prefix 0
 * @tag: which kind of address, and the MAC address; see above
 * @next: in its chain, or among the free ones
 * @flow: what was counted, by enum trafmetux_direction
 *
 * A cache line. @address never changes while it is in a chain. @tag and @next are
 * written within the table's lock.
 */
struct trafmetux_host {
	union trafmetux_address address;
	u64 tag;
	struct trafmetux_host __rcu *next;
	struct trafmetux_flow flow[TRAFMETUX_DIRECTIONS];
} __aligned(64);

/* Bits of struct trafmetux_host_note.flags. */
#define TRAFMETUX_HOST_GOING 0x1	/* in no chain any more */
#define TRAFMETUX_HOST_LIMITED 0x2	/* it has a limit */

/**
 * struct trafmetux_host_note - the rest of a row
 * @id: tells a row from all others of the table, now and ever; 0 in a free one
 * @sampled: packets and bytes of both directions, all in one sum, at its last sample
 * @limit: what its bytes, and those of other rows of its address, are to stay within
 * @seen: when it was last found to have moved, in seconds of the boot time
 * @flags: see above
 *
 * Guarded by the table's lock.
 */
struct trafmetux_host_note {
	u64 id;
	u64 sampled;
	u64 limit;
	u32 seen;
	u32 flags;
};

/* As many rows as a page holds. Pages are all that a table takes for them. */
#define TRAFMETUX_PAGE_HOSTS \
	(PAGE_SIZE / (sizeof(struct trafmetux_host) + \
		      sizeof(struct trafmetux_host_note)))

/**
 * struct trafmetux_host_page - a page of rows
 * @host: what packets need of them
 * @note: the rest, in the same order
 */
struct trafmetux_host_page {
	struct trafmetux_host host[TRAFMETUX_PAGE_HOSTS];
	struct trafmetux_host_note note[TRAFMETUX_PAGE_HOSTS];
};

/**
 * struct trafmetux_buckets - where the chains begin
 * @shift: what is left of a hash, shifted by it, is a bucket's number
 * @key: random, and the same for all of a table
 * @rcu: for freeing it
 * @head: the chains
 */
struct trafmetux_buckets {
	unsigned int shift;
	u64 key[4];
	struct trafmetux_host __rcu *head[];
};

/**
 * struct trafmetux_hosts - a monitor's table of hosts
 * @buckets: where rows are found
 * @other: what was of no host, or of one that has no row
 * @lock: for all that changes chains; and guards what follows
 * @gone: what rows that are there no more had counted
 * @before: of what the monitor has counted, what came from no table
 * @free: rows that are in no chain
 * @pages: where the rows are, of those that are there
 * @page_count: how many those are
 * @room: how many @pages has room for
 * @max: how many hosts there may be
 * @used: how many there are
 * @last_id: of the newest row
 * @moves: changes whenever what was counted goes from a row to @gone
 * @relinks: changes whenever rows change chains; odd meanwhile
 * @other_sampled: of @other, as in struct trafmetux_host_note
 * @sampled: boot time up to which samples account for all growth
 * @history: samples of all rows, under a lock of its own
 * @listed: how many rows are of prefixes that were listed; with any, none is learnt
 * @kinds: which kinds of addresses those have; any may read it
 * @kind_count: how many of each kind there are
 * @grows: more pages are got as they are needed, on the kernel's account
 * @growth: gets them
 */
struct trafmetux_hosts {
	struct trafmetux_buckets __rcu *buckets;
	struct trafmetux_host other;

	spinlock_t lock;	/* see above */
	struct trafmetux_reading gone[TRAFMETUX_DIRECTIONS];
	struct trafmetux_reading before;
	struct trafmetux_host *free;
	struct trafmetux_host_page **pages;
	u32 page_count;
	u32 room;
	u32 max;
	u32 used;
	u64 last_id;
	u32 moves;
	u32 relinks;
	u64 other_sampled;
	ktime_t sampled;
	struct trafmetux_history history;
	u32 listed;
	DECLARE_BITMAP(kinds, TRAFMETUX_KINDS);
	u32 kind_count[TRAFMETUX_KINDS];
	bool grows;
	struct work_struct growth;
};

/**
 * struct trafmetux_host_sample - a row at a point in time
 * @time: see struct trafmetux_sample
 * @since: likewise, but for an hour in place of a minute
 * @id: the row's, 0 for "other"
 * @total: what it had counted, by enum trafmetux_direction
 */
struct trafmetux_host_sample {
	s64 time;
	s64 since;
	u64 id;
	struct trafmetux_reading total[TRAFMETUX_DIRECTIONS];
};

/**
 * struct trafmetux_host_row - a row as it was at one instant
 * @note: see struct trafmetux_host
 * @address: see struct trafmetux_host
 * @tag: see struct trafmetux_host
 * @total: packets and bytes, by enum trafmetux_direction
 */
struct trafmetux_host_row {
	struct trafmetux_host_note note;
	union trafmetux_address address;
	u64 tag;
	struct trafmetux_reading total[TRAFMETUX_DIRECTIONS];
};

/* As many rows as are read at once. */
#define TRAFMETUX_ROWS_MAX 8

/**
 * struct trafmetux_host_rows - rows that follow each other
 * @count: how many
 * @last: the place of the last
 * @row: those
 */
struct trafmetux_host_rows {
	u32 count;
	u32 last;
	struct trafmetux_host_row row[TRAFMETUX_ROWS_MAX];
};

/**
 * struct trafmetux_hosts_state - what of a table is of no row
 * @other: what was of no host, or of one that has no row
 * @gone: see struct trafmetux_hosts, like the others
 * @before: of what the monitor has counted, what came from no table
 * @max: how many rows there may be
 * @used: how many there are
 * @moves: changes when a row has gone
 */
struct trafmetux_hosts_state {
	struct trafmetux_reading other[TRAFMETUX_DIRECTIONS];
	struct trafmetux_reading gone[TRAFMETUX_DIRECTIONS];
	struct trafmetux_reading before;
	u32 max;
	u32 used;
	u32 moves;
};

/**
 * struct trafmetux_host_key - what a row is looked for by
 * @address: as in struct trafmetux_host
 * @tag: as there
 * @compare: which bits of @tag matter
 */
struct trafmetux_host_key {
	union trafmetux_address address;
	u64 tag;
	u64 compare;
};

/*
 * A product of two that differ with the keys: rows of neighbouring addresses are
 * spread as if by chance, which one multiplication does not do, in a fifth of the
 * instructions of jhash.
 */
static __always_inline unsigned long
trafmetux_hosts_hash(const struct trafmetux_buckets *buckets, u64 value)
{
	return (value + buckets->key[0]) *
	       (value * buckets->key[1] + buckets->key[2]) >> buckets->shift;
}

static __always_inline unsigned long
trafmetux_hosts_hash_ipv4(const struct trafmetux_buckets *buckets, __be32 v4)
{
	return trafmetux_hosts_hash(buckets, (__force u32)v4);
}

static __always_inline unsigned long
trafmetux_hosts_hash_ipv6(const struct trafmetux_buckets *buckets, __be64 high,
			  __be64 low)
{
	return trafmetux_hosts_hash(buckets, be64_to_cpu(low) +
				    be64_to_cpu(high) * buckets->key[3]);
}

static inline struct trafmetux_host_note *
trafmetux_host_note(const struct trafmetux_host *host)
{
	struct trafmetux_host_page *page = (void *)((unsigned long)host & PAGE_MASK);

	return &page->note[host - page->host];
}

static inline u32 trafmetux_hosts_places(const struct trafmetux_hosts *hosts)
{
	return hosts->page_count * TRAFMETUX_PAGE_HOSTS;
}

/* Where the chain of an address begins. */
static inline struct trafmetux_host __rcu **
trafmetux_hosts_chain(struct trafmetux_buckets *buckets,
		      const union trafmetux_address *address, u64 tag)
{
	unsigned long bucket;

	if ((tag & TRAFMETUX_TAG_KIND) < TRAFMETUX_KIND_IPV6)
		bucket = trafmetux_hosts_hash_ipv4(buckets, address->v4);
	else
		bucket = trafmetux_hosts_hash_ipv6(buckets, address->word[0],
						   address->word[1]);
	return &buckets->head[bucket];
}

/* Put a row into its chain, within the table's lock. */
static inline void trafmetux_host_link(struct trafmetux_buckets *buckets,
				       struct trafmetux_host *host)
{
	struct trafmetux_host __rcu **head =
		trafmetux_hosts_chain(buckets, &host->address, host->tag);

	rcu_assign_pointer(host->next, rcu_dereference_protected(*head, true));
	rcu_assign_pointer(*head, host);
}

/**
 * trafmetux_host_mac() - the MAC address that a packet came from
 * @skb: the packet, at an IP hook
 *
 * xt_mac asks the same before it looks at it. It is read together with the two bytes
 * before it, which are the end of the other address.
 *
 * Return: as in a tag, 0 if there is none.
 */
static __always_inline u64 trafmetux_host_mac(const struct sk_buff *skb)
{
	const unsigned char *header = skb->head + skb->mac_header;
	u64 bytes;

	if (!skb->dev || skb->dev->type != ARPHRD_ETHER ||
	    header + ETH_HLEN > skb->data)
		return 0;
	memcpy(&bytes, header + ETH_ALEN - 2, sizeof(bytes));
#ifdef __LITTLE_ENDIAN
	return bytes & TRAFMETUX_TAG_MAC;
#else
	return bytes << 16;
#endif
}

/**
 * trafmetux_host_mac_byte() - a byte of a MAC address in a tag
 * @tag: the tag
 * @i: which, from 0 to 5, in the order that they are sent in
 *
 * Return: the byte.
 */
static inline u8 trafmetux_host_mac_byte(u64 tag, unsigned int i)
{
#ifdef __LITTLE_ENDIAN
	return tag >> (16 + 8 * i);
#else
	return tag >> (56 - 8 * i);
#endif
}

/**
 * trafmetux_hosts_find_ipv4() - a host's row
 * @hosts: the table
 * @address: the host's, masked
 * @tag: what its tag must be
 * @compare: in these bits
 *
 * Context: RCU read side.
 * Return: the row, or NULL if there is none, or another one has to be made the one
 *	that counts: see trafmetux_hosts_settle().
 */
static __always_inline struct trafmetux_host *
trafmetux_hosts_find_ipv4(const struct trafmetux_hosts *hosts, __be32 address,
			  u64 tag, u64 compare)
{
	const struct trafmetux_buckets *buckets =
		rcu_dereference(hosts->buckets);
	struct trafmetux_host *host;

	host = rcu_dereference(buckets->head[trafmetux_hosts_hash_ipv4(buckets, address)]);
	while (host && (host->address.v4 != address ||
			(READ_ONCE(host->tag) ^ tag) & compare))
		host = rcu_dereference(host->next);
	return host;
}

/**
 * trafmetux_hosts_find_ipv6() - a host's row
 * @hosts: the table
 * @high: the first half of the host's address, masked
 * @low: the second
 * @tag: what its tag must be
 * @compare: in these bits
 *
 * Context: RCU read side.
 * Return: as trafmetux_hosts_find_ipv4().
 */
static __always_inline struct trafmetux_host *
trafmetux_hosts_find_ipv6(const struct trafmetux_hosts *hosts, __be64 high,
			  __be64 low, u64 tag, u64 compare)
{
	const struct trafmetux_buckets *buckets =
		rcu_dereference(hosts->buckets);
	struct trafmetux_host *host;

	host = rcu_dereference(buckets->head[trafmetux_hosts_hash_ipv6(buckets, high, low)]);
	while (host && (host->address.word[1] != low ||
			host->address.word[0] != high ||
			(READ_ONCE(host->tag) ^ tag) & compare))
		host = rcu_dereference(host->next);
	return host;
}

/**
 * trafmetux_flow_add() - count packets of a row
 * @flow: the row's, of one direction
 * @packets: how many
 * @bytes: how long they are together
 *
 * Context: any.
 */
static __always_inline void
trafmetux_flow_add(struct trafmetux_flow *flow, u64 packets, u64 bytes)
{
	atomic64_add(packets, &flow->packets);
	atomic64_add(bytes, &flow->bytes);
}

/**
 * trafmetux_flow_read() - what was counted
 * @flow: of a row, of one direction
 *
 * Return: packets and bytes, each of its own instant.
 */
static inline struct trafmetux_reading
trafmetux_flow_read(const struct trafmetux_flow *flow)
{
	return (struct trafmetux_reading){
		.packets = atomic64_read(&flow->packets),
		.bytes = atomic64_read(&flow->bytes),
	};
}

struct trafmetux_hosts *trafmetux_hosts_alloc(struct net *net, u32 max);
int trafmetux_hosts_enlarge(struct trafmetux_hosts *hosts, u32 max);
u32 trafmetux_hosts_max(const struct trafmetux_hosts *hosts);
void trafmetux_hosts_free(struct trafmetux_hosts *hosts);

struct trafmetux_host *
trafmetux_hosts_settle(struct trafmetux_hosts *hosts,
		       const struct trafmetux_host_key *key, bool learn);

bool trafmetux_hosts_over(struct trafmetux_hosts *hosts,
			  const struct trafmetux_host_key *key);
int trafmetux_hosts_limit(struct trafmetux_hosts *hosts,
			  const struct trafmetux_host_key *key, u64 bytes);
int trafmetux_hosts_list(struct trafmetux_hosts *hosts,
			 const struct trafmetux_host_key *key);
void trafmetux_hosts_unlist(struct trafmetux_hosts *hosts, unsigned int kind);

void trafmetux_address_prefix(union trafmetux_address *mask, unsigned int kind);
void trafmetux_address_mask(union trafmetux_address *address, unsigned int kind);

struct trafmetux_host *trafmetux_hosts_take(struct trafmetux_hosts *hosts);

u32 trafmetux_hosts_read(struct trafmetux_hosts *hosts, u32 place,
			 struct trafmetux_host_rows *rows, u32 most);
u32 trafmetux_hosts_row(struct trafmetux_hosts *hosts, u32 place,
			struct trafmetux_host_row *row);
void trafmetux_hosts_state(struct trafmetux_hosts *hosts,
			   struct trafmetux_hosts_state *state);
void trafmetux_hosts_begin(struct trafmetux_hosts *hosts,
			   const struct trafmetux_reading *total);
u64 trafmetux_host_sum(const struct trafmetux_reading *total);
void trafmetux_hosts_sampled(struct trafmetux_hosts *hosts, u32 place,
			     const struct trafmetux_host_row *row, u32 seen);
void trafmetux_hosts_unlink(struct trafmetux_hosts *hosts, u32 place);
void trafmetux_hosts_fold(struct trafmetux_hosts *hosts, u32 place);

int trafmetux_hosts_init(void);

#endif /* _TRAFMETUX_HOSTS_H */
