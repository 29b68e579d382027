// SPDX-License-Identifier: GPL-2.0-only
/*
 * Meters that count hosts: what comes in at a device is sent up by its source, what
 * goes out comes down to its destination. See meter.c for all else.
 */
#include <linux/compiler.h>
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "counter.h"
#include "hosts.h"
#include "hosts_meter.h"
#include "meter.h"
#include "wire.h"

static __always_inline unsigned int
trafmetux_metered_count(const struct trafmetux_metered *metered,
			struct trafmetux_host *host, unsigned int direction,
			u64 packets, u64 bytes)
{
	trafmetux_flow_add(&host->flow[direction], packets, bytes);
	trafmetux_counter_add(metered->counter, packets, bytes);
	return NF_ACCEPT;
}

/* The host's whole address, in a header that need not be in one piece. */
static bool trafmetux_metered_key(const struct sk_buff *skb, int offset,
				  __be16 protocol, unsigned int direction,
				  struct trafmetux_host_key *key)
{
	bool is_up = direction == TRAFMETUX_UP;

	memset(key, 0, sizeof(*key));
	key->compare = TRAFMETUX_TAG_LOW;
	if (is_up) {
		key->compare |= TRAFMETUX_TAG_MAC;
		key->tag = trafmetux_host_mac(skb);
	}
	if (protocol == htons(ETH_P_IP)) {
		key->tag |= 32;
		offset += is_up ? offsetof(struct iphdr, saddr) :
				  offsetof(struct iphdr, daddr);
		return !skb_copy_bits(skb, offset, &key->address.v4,
				      sizeof(key->address.v4));
	}
	key->tag |= TRAFMETUX_KIND_IPV6 + 128;
	offset += is_up ? offsetof(struct ipv6hdr, saddr) :
			  offsetof(struct ipv6hdr, daddr);
	return !skb_copy_bits(skb, offset, &key->address.v6,
			      sizeof(key->address.v6));
}

/* Any packet, and one whose host is not found at once. */
static unsigned int trafmetux_metered_any(const struct trafmetux_metered *metered,
					  const struct sk_buff *skb, int offset,
					  unsigned int direction)
{
	struct trafmetux_host_key key;
	struct trafmetux_host *host = NULL;
	struct trafmetux_wire wire;
	__be16 protocol;

	wire = trafmetux_meter_wire(skb, &offset, &protocol);
	if (!wire.packets)
		return NF_ACCEPT;
	if (trafmetux_metered_key(skb, offset, protocol, direction, &key))
		host = trafmetux_hosts_settle(metered->hosts, &key,
					      direction == TRAFMETUX_UP);
	if (!host)
		host = &metered->hosts->other;
	return trafmetux_metered_count(metered, host, direction, wire.packets,
				       wire.bytes);
}

static noinline unsigned int
trafmetux_metered_any_in(const struct trafmetux_metered *metered,
			 const struct sk_buff *skb)
{
	return trafmetux_metered_any(metered, skb, 0, TRAFMETUX_UP);
}

static noinline unsigned int
trafmetux_metered_any_out(const struct trafmetux_metered *metered,
			  const struct sk_buff *skb)
{
	return trafmetux_metered_any(metered, skb, trafmetux_meter_offset_out(skb),
				     TRAFMETUX_DOWN);
}

/* The row of a packet whose header is in one piece, if it is found at once. */
static __always_inline struct trafmetux_host *
trafmetux_metered_find(const struct trafmetux_metered *metered,
		       const struct sk_buff *skb, const unsigned char *network,
		       unsigned int direction)
{
	bool is_up = direction == TRAFMETUX_UP;
	u64 compare = is_up ? TRAFMETUX_TAG_LOW | TRAFMETUX_TAG_MAC : TRAFMETUX_TAG_LOW;
	u64 mac = is_up ? trafmetux_host_mac(skb) : 0;
	__be64 word[2];

	if (skb->protocol == htons(ETH_P_IP)) {
		const struct iphdr *ip = (const void *)network;

		return trafmetux_hosts_find_ipv4(metered->hosts,
						 is_up ? ip->saddr : ip->daddr,
						 mac | 32, compare);
	}
	if (network + sizeof(struct ipv6hdr) > skb_tail_pointer(skb))
		return NULL;
	memcpy(word, network + (is_up ? offsetof(struct ipv6hdr, saddr) :
					offsetof(struct ipv6hdr, daddr)),
	       sizeof(word));
	return trafmetux_hosts_find_ipv6(metered->hosts, word[0], word[1],
					 mac | (TRAFMETUX_KIND_IPV6 + 128),
					 compare);
}

/**
 * trafmetux_hosts_in() - count a packet that comes in
 * @priv: struct trafmetux_metered
 * @skb: the packet; skb->data is behind the link header and the outermost tag
 * @state: not used
 *
 * Context: softirq, RCU read side.
 * Return: NF_ACCEPT.
 */
unsigned int trafmetux_hosts_in(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	struct trafmetux_host *host;
	u32 length;

	length = skb_is_gso(skb) ? 0 : trafmetux_meter_length(skb, skb->data);
	if (unlikely(!length))
		return trafmetux_metered_any_in(priv, skb);
	host = trafmetux_metered_find(priv, skb, skb->data, TRAFMETUX_UP);
	if (unlikely(!host))
		return trafmetux_metered_any_in(priv, skb);
	return trafmetux_metered_count(priv, host, TRAFMETUX_UP, 1, length);
}

/**
 * trafmetux_hosts_out() - count a packet that goes out
 * @priv: struct trafmetux_metered
 * @skb: the packet; skb->data is its link header
 * @state: not used
 *
 * Context: process context or softirq, bottom halves off, RCU read side.
 * Return: NF_ACCEPT.
 */
unsigned int trafmetux_hosts_out(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	const unsigned char *network = skb_network_header(skb);
	struct trafmetux_host *host;
	u32 length;

	length = skb_is_gso(skb) ? 0 : trafmetux_meter_length(skb, network);
	if (unlikely(!length))
		return trafmetux_metered_any_out(priv, skb);
	host = trafmetux_metered_find(priv, skb, network, TRAFMETUX_DOWN);
	if (unlikely(!host))
		return trafmetux_metered_any_out(priv, skb);
	return trafmetux_metered_count(priv, host, TRAFMETUX_DOWN, 1, length);
}
