/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_WIRE_H
#define _TRAFMETUX_WIRE_H

#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/types.h>
#include <linux/udp.h>

/**
 * struct trafmetux_wire - what a packet is on the wire
 * @packets: how many packets it goes out as, or came in as; at least 1
 * @bytes: their IP bytes together, all their headers included
 */
struct trafmetux_wire {
	u32 packets;
	u32 bytes;
};

/*
 * Marks of TCP that change nothing about its headers' length. No mark at all is
 * TCP too, merged by a network card (skb_warn_if_lro()).
 */
#define TRAFMETUX_GSO_TCP \
	(SKB_GSO_TCPV4 | SKB_GSO_TCPV6 | SKB_GSO_TCP_ECN | SKB_GSO_TCP_FIXEDID)

/*
 * skb_shinfo(), @end being skb_end_offset(). GCC must not see that it is the same
 * each time, or it computes the address beforehand, in one instruction more.
 */
static __always_inline const struct skb_shared_info *
trafmetux_wire_shared(const struct sk_buff *skb, unsigned long *end)
{
	OPTIMIZER_HIDE_VAR(*end);
	return (const void *)(skb->head + *end);
}

/**
 * trafmetux_wire_is_one() - is a packet just one on the wire?
 * @skb: a packet at an IP hook
 * @end: its skb_end_offset()
 *
 * Both questions in one test: one instruction more than skb_is_gso().
 *
 * Context: any.
 * Return: true; or false for one that is or may be several: GSO, or a list of
 *	fragments.
 */
static __always_inline bool
trafmetux_wire_is_one(const struct sk_buff *skb, unsigned long *end)
{
	unsigned long size = trafmetux_wire_shared(skb, end)->gso_size;
	const struct sk_buff *list = trafmetux_wire_shared(skb, end)->frag_list;

	return !(size | (unsigned long)list);
}

/**
 * trafmetux_wire_quick() - what a GSO packet of the common kind is on the wire
 * @skb: a packet at an IP hook, not trafmetux_wire_is_one()
 * @end: its skb_end_offset()
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6; a constant
 * @wire: filled if it is of that kind
 *
 * The common kind is TCP or UDP in no tunnel, its segments counted by this
 * machine's own kernel, and without IPv6 extension headers. For IPv4 the kernel
 * knows at every hook where the transport header begins; for IPv6 it does so
 * only once extension headers have been looked at.
 *
 * Each instruction counts here, see docs/BENCHMARKS.md. Of what is hidden from
 * GCC with OPTIMIZER_HIDE_VAR() it would make one more.
 *
 * Context: any.
 * Return: true; or false for all other packets, for trafmetux_wire_several().
 */
static __always_inline bool
trafmetux_wire_quick(const struct sk_buff *skb, unsigned long *end, u8 family,
		     struct trafmetux_wire *wire)
{
	unsigned long network = skb->network_header;
	unsigned long transport = skb->transport_header;
	unsigned long segments, headers, words;

	if (family == NFPROTO_IPV6)
		transport = network + sizeof(struct ipv6hdr);
	OPTIMIZER_HIDE_VAR(transport);

	segments = trafmetux_wire_shared(skb, end)->gso_segs;
	if (!segments)
		return false;
	if (likely(!(trafmetux_wire_shared(skb, end)->gso_type & ~TRAFMETUX_GSO_TCP))) {
		if (family == NFPROTO_IPV6 &&
		    ipv6_hdr(skb)->nexthdr != IPPROTO_TCP)
			return false;
		if ((u32)(transport + sizeof(struct tcphdr)) >
		    skb_tail_pointer(skb) - skb->head)
			return false;
		/* The byte whose upper half is the header's length in words. */
		words = skb->head[transport + 12];
		OPTIMIZER_HIDE_VAR(words);
		headers = transport + (words >> 4) * 4;
	} else if (trafmetux_wire_shared(skb, end)->gso_type == SKB_GSO_UDP_L4) {
		if (family == NFPROTO_IPV6 &&
		    ipv6_hdr(skb)->nexthdr != IPPROTO_UDP)
			return false;
		headers = transport + sizeof(struct udphdr);
	} else {
		return false;
	}
	headers -= network;

	wire->packets = segments;
	wire->bytes = skb->len + (segments - 1) * headers;
	return true;
}

struct trafmetux_wire trafmetux_wire_gso(const struct sk_buff *skb, int offset,
					 u8 family);
struct trafmetux_wire trafmetux_wire_fragments(struct sk_buff *skb, u8 family);

/**
 * trafmetux_wire_several() - what any other packet is on the wire
 * @skb: a packet at an IP hook, not trafmetux_wire_is_one()
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Context: any.
 * Return: packets and bytes.
 */
static inline struct trafmetux_wire
trafmetux_wire_several(struct sk_buff *skb, u8 family)
{
	if (skb_is_gso(skb))
		return trafmetux_wire_gso(skb, skb_network_offset(skb), family);
	return trafmetux_wire_fragments(skb, family);
}

#endif /* _TRAFMETUX_WIRE_H */
