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
 * Marks of TCP that change nothing about its headers' length. (No mark at all
 * is TCP too: some drivers leave that to packets that their card has merged.)
 */
#define TRAFMETUX_GSO_TCP \
	(SKB_GSO_TCPV4 | SKB_GSO_TCPV6 | SKB_GSO_TCP_ECN | SKB_GSO_TCP_FIXEDID)

/*
 * skb_shinfo(), with its address in the making hidden from GCC. Once it knew
 * the address to be that of trafmetux_wire_is_one(), it would compute it in a register of
 * its own, on the way of plain packets as well.
 */
static __always_inline const struct skb_shared_info *
trafmetux_wire_shared(const struct sk_buff *skb, size_t *end)
{
	OPTIMIZER_HIDE_VAR(*end);
	return (const void *)(skb->head + *end);
}

/**
 * trafmetux_wire_is_one() - is a packet just one on the wire?
 * @skb: a packet at an IP hook
 *
 * One test of two things: one instruction more than skb_is_gso().
 *
 * Context: any.
 * Return: true; or false for one that is or may be several: GSO, or a list of
 *	fragments.
 */
static __always_inline bool trafmetux_wire_is_one(const struct sk_buff *skb)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);

	return !(shared->gso_size | (unsigned long)shared->frag_list);
}

/**
 * trafmetux_wire_quick() - what a GSO packet of the common kind is on the wire
 * @skb: a packet at an IP hook, not trafmetux_wire_is_one()
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6; a constant
 * @wire: filled if it is of that kind
 *
 * The common kind is TCP or UDP, in no tunnel and without IPv6 extension
 * headers, made by this machine's own kernel, which knows how many segments
 * it has. What the kernel checked or made itself is not checked again: the IP
 * header, and that a TCP header is as long as one. Offsets are from skb->head.
 *
 * Each instruction counts here, see docs/BENCHMARKS.md; the variables that are
 * hidden from GCC would be split into more of them.
 *
 * Context: any.
 * Return: true; or false for all other packets, for trafmetux_wire_gso().
 */
static __always_inline bool
trafmetux_wire_quick(const struct sk_buff *skb, u8 family,
		     struct trafmetux_wire *wire)
{
	size_t end = skb_end_offset(skb);
	size_t network = skb->network_header;
	const size_t version = 4 << 4;
	size_t segments, first, offset, words;

	segments = trafmetux_wire_shared(skb, &end)->gso_segs;
	if (!segments)
		return false;

	/* IPv4's first byte: its version above, its length in words below. */
	first = version + sizeof(struct ipv6hdr) / 4;
	if (family == NFPROTO_IPV4) {
		first = skb->head[network];
		OPTIMIZER_HIDE_VAR(first);
	}

	if (likely(!(trafmetux_wire_shared(skb, &end)->gso_type & ~TRAFMETUX_GSO_TCP))) {
		if (family == NFPROTO_IPV6 &&
		    skb->head[network + offsetof(struct ipv6hdr, nexthdr)] != IPPROTO_TCP)
			return false;
		/* The end of the TCP header without its options. */
		offset = network + first * 4 - version * 4 +
			 sizeof(struct tcphdr);
		OPTIMIZER_HIDE_VAR(offset);
		if ((u32)offset > skb_tail_pointer(skb) - skb->head)
			return false;
		/* The byte whose upper half is its length in words. */
		words = skb->head[offset - sizeof(struct tcphdr) + 12];
		OPTIMIZER_HIDE_VAR(words);
		words = first - version + (words >> 4);
	} else if (trafmetux_wire_shared(skb, &end)->gso_type == SKB_GSO_UDP_L4) {
		if (family == NFPROTO_IPV6 &&
		    skb->head[network + offsetof(struct ipv6hdr, nexthdr)] != IPPROTO_UDP)
			return false;
		words = first - version + sizeof(struct udphdr) / 4;
	} else {
		return false;
	}

	wire->packets = segments;
	wire->bytes = skb->len + (segments - 1) * words * 4;
	return true;
}

struct trafmetux_wire trafmetux_wire_gso(const struct sk_buff *skb, u8 family);
struct trafmetux_wire trafmetux_wire_fragments(struct sk_buff *skb, u8 family);

#endif /* _TRAFMETUX_WIRE_H */
