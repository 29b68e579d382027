// SPDX-License-Identifier: GPL-2.0-only
/*
 * A meter at a device: counts each IP packet that passes it, whatever the rules
 * see of it or do to it. On the way in it is the first of netfilter's hooks at the
 * device and on the way out the last, so that a flowtable hides nothing from it,
 * and fragments are as they are on the wire.
 *
 * What counts is the length that the IP header tells. A short frame is padded, and
 * the socket buffer does not say by how much.
 */
#include <linux/compiler.h>
#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/dst.h>
#include <net/ipv6.h>

#include "counter.h"
#include "meter.h"
#include "wire.h"

/* More tags than this are no network, but a frame made to waste our time. */
#define TRAFMETUX_TAGS_MAX 8

static struct trafmetux_counter __percpu *trafmetux_meter_counter(void *priv)
{
	return (__force struct trafmetux_counter __percpu *)(unsigned long)priv;
}

/*
 * The protocol behind all VLAN tags that are still in the frame; @offset, counted
 * from skb->data, goes from the end of the link header to what is behind the tags.
 */
static __be16 trafmetux_meter_untag(const struct sk_buff *skb, int *offset)
{
	__be16 protocol = skb->protocol;
	unsigned int tags;

	for (tags = 0; eth_type_vlan(protocol); tags++) {
		const struct vlan_hdr *tag;
		struct vlan_hdr buffer;

		tag = skb_header_pointer(skb, *offset, sizeof(buffer), &buffer);
		if (!tag || tags == TRAFMETUX_TAGS_MAX)
			return 0;
		protocol = tag->h_vlan_encapsulated_proto;
		*offset += VLAN_HLEN;
	}
	return protocol;
}

static struct trafmetux_wire
trafmetux_meter_ipv4(const struct sk_buff *skb, int offset)
{
	struct trafmetux_wire wire = {};
	const struct iphdr *ip;
	struct iphdr buffer;

	ip = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	if (!ip || ip->version != 4)
		return wire;
	if (skb_is_gso(skb))
		return trafmetux_wire_gso(skb, offset, NFPROTO_IPV4);
	wire.packets = 1;
	wire.bytes = ntohs(ip->tot_len);
	return wire;
}

static struct trafmetux_wire
trafmetux_meter_ipv6(const struct sk_buff *skb, int offset)
{
	struct trafmetux_wire wire = {};
	const struct ipv6hdr *ip;
	struct ipv6hdr buffer;

	ip = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	if (!ip || ip->version != 6)
		return wire;
	if (skb_is_gso(skb))
		return trafmetux_wire_gso(skb, offset, NFPROTO_IPV6);
	wire.packets = 1;
	if (ip->payload_len || ip->nexthdr != NEXTHDR_HOP)
		wire.bytes = sizeof(*ip) + ntohs(ip->payload_len);
	else	/* a jumbogram (RFC 2675): too long to be padded */
		wire.bytes = skb->len - offset;
	return wire;
}

/**
 * trafmetux_meter_wire() - what a frame is on the wire
 * @skb: any packet, and what is none: ARP, PPPoE, and what a raw socket calls IP and
 *	is not
 * @offset: what is behind the link header, counted from skb->data; becomes what is
 *	behind all tags too
 * @protocol: what that is, network byte order
 *
 * Only the frame is asked, since with tags in it the kernel's own marks are of the IP
 * header on one way and of a tag on another.
 *
 * Return: packets and bytes; 0 of what is no IP.
 */
struct trafmetux_wire trafmetux_meter_wire(const struct sk_buff *skb, int *offset,
					   __be16 *protocol)
{
	struct trafmetux_wire wire = {};

	*protocol = trafmetux_meter_untag(skb, offset);
	if (*protocol == htons(ETH_P_IP))
		wire = trafmetux_meter_ipv4(skb, *offset);
	else if (*protocol == htons(ETH_P_IPV6))
		wire = trafmetux_meter_ipv6(skb, *offset);
	return wire;
}

static unsigned int trafmetux_meter_any(void *priv, const struct sk_buff *skb,
					int offset)
{
	__be16 protocol;
	struct trafmetux_wire wire = trafmetux_meter_wire(skb, &offset, &protocol);

	if (wire.packets)
		trafmetux_counter_add(trafmetux_meter_counter(priv),
				      wire.packets, wire.bytes);
	return NF_ACCEPT;
}

static noinline unsigned int trafmetux_meter_any_in(void *priv,
						    const struct sk_buff *skb)
{
	return trafmetux_meter_any(priv, skb, 0);
}

static noinline unsigned int trafmetux_meter_any_out(void *priv,
						     const struct sk_buff *skb)
{
	return trafmetux_meter_any(priv, skb, trafmetux_meter_offset_out(skb));
}

/*
 * The length of all headers of a GSO packet of the common kind: TCP or UDP in no
 * tunnel, its segments counted by this machine's own kernel, without IPv6
 * extension headers; 0 for others. Unlike trafmetux_wire_quick() this can't go by
 * the mark of the transport header: it is IP that sets it on the way in.
 */
static __always_inline u32
trafmetux_meter_headers(const struct sk_buff *skb, const unsigned char *network)
{
	unsigned int type = skb_shinfo(skb)->gso_type;
	u32 headers;
	u8 next;

	if (skb->protocol == htons(ETH_P_IP)) {
		headers = (network[0] & 0xf) * 4;
		next = ((const struct iphdr *)network)->protocol;
	} else if (skb->protocol == htons(ETH_P_IPV6)) {
		headers = sizeof(struct ipv6hdr);
		next = ((const struct ipv6hdr *)network)->nexthdr;
	} else {
		return 0;
	}
	if (next == IPPROTO_UDP && type == SKB_GSO_UDP_L4)
		return headers + sizeof(struct udphdr);
	if (next != IPPROTO_TCP || type & ~TRAFMETUX_GSO_TCP ||
	    network + headers + sizeof(struct tcphdr) > skb_tail_pointer(skb))
		return 0;
	return headers + (network[headers + 12] >> 4) * 4;
}

/* Is it counted? */
static __always_inline bool
trafmetux_meter_quick(void *priv, const struct sk_buff *skb,
		      const unsigned char *network)
{
	u32 segments = skb_shinfo(skb)->gso_segs;
	u32 headers;

	if (network + sizeof(struct iphdr) > skb_tail_pointer(skb))
		return false;
	headers = trafmetux_meter_headers(skb, network);
	if (!segments || !headers)
		return false;
	trafmetux_counter_add(trafmetux_meter_counter(priv), segments,
			      skb->len - (network - skb->data) +
			      (segments - 1) * headers);
	return true;
}

static noinline unsigned int trafmetux_meter_gso_in(void *priv,
						    const struct sk_buff *skb)
{
	if (likely(trafmetux_meter_quick(priv, skb, skb->data)))
		return NF_ACCEPT;
	return trafmetux_meter_any_in(priv, skb);
}

static noinline unsigned int trafmetux_meter_gso_out(void *priv,
						     const struct sk_buff *skb)
{
	if (likely(trafmetux_meter_quick(priv, skb, skb_network_header(skb))))
		return NF_ACCEPT;
	return trafmetux_meter_any_out(priv, skb);
}

/**
 * trafmetux_meter_in() - count a packet that comes in
 * @priv: the counter
 * @skb: the packet; skb->data is behind the link header and the outermost tag
 * @state: not used
 *
 * Nearly all packets leave by the last line. The rest go on in functions of their
 * own, which this one jumps to, so that it needs no stack frame.
 *
 * Context: softirq, RCU read side.
 * Return: NF_ACCEPT.
 */
unsigned int trafmetux_meter_in(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state)
{
	u32 length;

	if (skb_is_gso(skb))
		return trafmetux_meter_gso_in(priv, skb);
	length = trafmetux_meter_length(skb, skb->data);
	if (unlikely(!length))
		return trafmetux_meter_any_in(priv, skb);
	trafmetux_counter_add(trafmetux_meter_counter(priv), 1, length);
	return NF_ACCEPT;
}

/**
 * trafmetux_meter_out() - count a packet that goes out
 * @priv: the counter
 * @skb: the packet; skb->data is its link header
 * @state: not used
 *
 * Context: process context or softirq, bottom halves off, RCU read side.
 * Return: NF_ACCEPT.
 */
unsigned int trafmetux_meter_out(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	u32 length;

	if (skb_is_gso(skb))
		return trafmetux_meter_gso_out(priv, skb);
	length = trafmetux_meter_length(skb, skb_network_header(skb));
	if (unlikely(!length))
		return trafmetux_meter_any_out(priv, skb);
	trafmetux_counter_add(trafmetux_meter_counter(priv), 1, length);
	return NF_ACCEPT;
}

/**
 * trafmetux_meter_tapped_in() - count a packet that comes in, at a tap
 * @skb: the packet, with a reference that is ours
 * @device: where it came in
 * @tap: what the tap was made of
 * @original: not used
 *
 * Taps are before tc: what it redirects, as shapers do on the way in, comes back
 * behind all of netfilter's hooks.
 *
 * Context: softirq, RCU read side.
 * Return: NET_RX_SUCCESS.
 */
int trafmetux_meter_tapped_in(struct sk_buff *skb, struct net_device *device,
			      struct packet_type *tap,
			      struct net_device *original)
{
	trafmetux_meter_in(tap->af_packet_priv, skb, NULL);
	consume_skb(skb);
	return NET_RX_SUCCESS;
}

/* Before IPsec a packet passes here too, and is not yet what leaves the machine. */
static bool trafmetux_meter_is_leaving(const struct sk_buff *skb)
{
	const struct dst_entry *route = skb_dst(skb);

	return !route || !dst_xfrm(route);
}

static __always_inline unsigned int
trafmetux_meter_routed(const struct trafmetux_routed *routed,
		       struct sk_buff *skb, const struct nf_hook_state *state,
		       u8 family)
{
	unsigned long end = skb_end_offset(skb);
	struct trafmetux_wire wire;

	/* A device may have got another name, and the meter another device. */
	if (state->out != READ_ONCE(routed->device) ||
	    !trafmetux_meter_is_leaving(skb))
		return NF_ACCEPT;
	if (trafmetux_wire_is_one(skb, &end)) {
		trafmetux_counter_add(routed->counter, 1, skb->len);
		return NF_ACCEPT;
	}
	if (!trafmetux_wire_quick(skb, &end, family, &wire))
		wire = trafmetux_wire_several(skb, family);
	trafmetux_counter_add(routed->counter, wire.packets, wire.bytes);
	return NF_ACCEPT;
}

/**
 * trafmetux_meter_routed_ipv4() - count an IPv4 packet after routing
 * @priv: struct trafmetux_routed
 * @skb: the packet; skb->data is its IP header
 * @state: where it goes
 *
 * Context: process context, preemptible or not, or softirq; RCU read side.
 * Return: NF_ACCEPT.
 */
unsigned int trafmetux_meter_routed_ipv4(void *priv, struct sk_buff *skb,
					 const struct nf_hook_state *state)
{
	return trafmetux_meter_routed(priv, skb, state, NFPROTO_IPV4);
}

/**
 * trafmetux_meter_routed_ipv6() - count an IPv6 packet after routing
 * @priv: struct trafmetux_routed
 * @skb: the packet; skb->data is its IP header
 * @state: where it goes
 *
 * Context: as trafmetux_meter_routed_ipv4().
 * Return: NF_ACCEPT.
 */
unsigned int trafmetux_meter_routed_ipv6(void *priv, struct sk_buff *skb,
					 const struct nf_hook_state *state)
{
	return trafmetux_meter_routed(priv, skb, state, NFPROTO_IPV6);
}
