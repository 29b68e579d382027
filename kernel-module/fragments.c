// SPDX-License-Identifier: GPL-2.0-only
/*
 * One sk_buff may hold a datagram that is several IP fragments on the wire:
 * connection tracking reassembles what arrives before the rules see it, and
 * what this machine sends is cut up after the last of them. Both hang together
 * from the first fragment's frag_list, and it is along that list that the kernel
 * cuts (ip_do_fragment(), ip6_fragment()).
 */
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "wire.h"

/*
 * How many fragments share the payload. The list falls short of them where the
 * kernel merged some, as it does on the way to local sockets where connection
 * tracking is not in use; what follows from the largest that arrived, where
 * they were of different sizes.
 */
static u32 trafmetux_fragments_count(const struct sk_buff *skb, u32 headers,
				     u32 payload, u32 largest)
{
	const struct sk_buff *fragment;
	u32 count = 1;

	skb_walk_frags(skb, fragment)
		count++;
	if (largest > headers)
		count = max_t(u32, count,
			      DIV_ROUND_UP(payload, largest - headers));
	return count;
}

/**
 * trafmetux_wire_fragments() - what a datagram of several fragments is on the wire
 * @skb: a packet at an IP hook with a frag_list, not skb_is_gso()
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * A list alone says nothing: it may be left over from a packet that this one
 * was taken out of, or be encrypted and then cut anew.
 *
 * Context: any.
 * Return: packets and bytes.
 */
struct trafmetux_wire
trafmetux_wire_fragments(struct sk_buff *skb, u8 family)
{
	struct trafmetux_wire wire = { .packets = 1, .bytes = skb->len };
	u32 largest, headers;	/* of a fragment that arrived; of each */
	u32 payload;
	int shared;		/* those of the headers that this one has too */
	u8 *next;

	if (family == NFPROTO_IPV4) {
		largest = IPCB(skb)->frag_max_size;
		next = &ip_hdr(skb)->protocol;
		shared = ip_hdrlen(skb);
		headers = shared;
	} else {
		largest = IP6CB(skb)->frag_max_size;
		shared = ip6_find_1stfragopt(skb, &next);
		headers = shared + sizeof(struct frag_hdr);
	}
	if (shared <= 0 || shared >= skb->len ||
	    *next == IPPROTO_ESP || *next == IPPROTO_AH)
		return wire;
	/* Neither reassembled since it came in, nor made here. */
	if (!largest && skb->skb_iif)
		return wire;

	payload = skb->len - shared;
	wire.packets = trafmetux_fragments_count(skb, headers, payload, largest);
	wire.bytes = payload + wire.packets * headers;
	return wire;
}
