// SPDX-License-Identifier: GPL-2.0-only
/*
 * A GSO packet is one sk_buff that stands for many packets on the wire: they
 * share its headers, and each carries gso_size bytes of its payload. Which
 * headers each of them repeats is what the kernel's segmentation code
 * (skb_segment() and its callers) does; the arithmetic is that of
 * qdisc_pkt_len_init() in net/core/dev.c, taken from the IP header on, since
 * IP bytes are what is counted here.
 */
#include <linux/errno.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/kernel.h>
#include <linux/netfilter.h>
#include <linux/sctp.h>
#include <linux/skbuff.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ipv6.h>

#include "wire.h"

/* All ways of putting a packet into another that the kernel can segment. */
#define TRAFMETUX_GSO_TUNNEL \
	(SKB_GSO_GRE | SKB_GSO_GRE_CSUM | SKB_GSO_IPXIP4 | SKB_GSO_IPXIP6 | \
	 SKB_GSO_UDP_TUNNEL | SKB_GSO_UDP_TUNNEL_CSUM | \
	 SKB_GSO_TUNNEL_REMCSUM | SKB_GSO_ESP)

/*
 * A hop-by-hop header that holds just the length of a jumbogram (RFC 2675).
 * Kernels mark IPv6 packets over 64 KiB with it and take it away again when
 * they segment: it is never on the wire.
 */
struct trafmetux_jumbo {
	u8 next;
	u8 length;
	u8 option;
	u8 option_length;
	__be32 payload;
};

static u32 trafmetux_wire_jumbo(const struct sk_buff *skb, int offset)
{
	const struct trafmetux_jumbo *jumbo;
	struct trafmetux_jumbo buffer;
	const struct ipv6hdr *ipv6;
	struct ipv6hdr ipv6_buffer;

	ipv6 = skb_header_pointer(skb, offset, sizeof(*ipv6), &ipv6_buffer);
	offset += sizeof(*ipv6);
	if (!ipv6 || skb->len - offset <= U16_MAX ||
	    ipv6->nexthdr != NEXTHDR_HOP)
		return 0;

	jumbo = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
	if (!jumbo || jumbo->next != IPPROTO_TCP || jumbo->length ||
	    jumbo->option != IPV6_TLV_JUMBO)
		return 0;
	return sizeof(*jumbo);
}

/*
 * Where, counted from skb->data, what follows the IP header at @offset and all
 * of IPv6's extension headers is, and its protocol; negative if unclear.
 */
static int trafmetux_wire_behind(const struct sk_buff *skb, int offset,
				 u8 *protocol)
{
	struct ipv6hdr buffer;
	const u8 *version = skb_header_pointer(skb, offset, 1, &buffer);
	__be16 fragment;

	if (version && *version >> 4 == 4) {
		const struct iphdr *ipv4;
		struct iphdr ipv4_buffer;

		ipv4 = skb_header_pointer(skb, offset, sizeof(*ipv4),
					  &ipv4_buffer);
		if (!ipv4)
			return -EINVAL;
		*protocol = ipv4->protocol;
		return offset + ipv4->ihl * 4;
	}
	if (version && *version >> 4 == 6) {
		const struct ipv6hdr *ipv6;

		ipv6 = skb_header_pointer(skb, offset, sizeof(*ipv6), &buffer);
		if (!ipv6)
			return -EINVAL;
		*protocol = ipv6->nexthdr;
		return ipv6_skip_exthdr(skb, offset + sizeof(*ipv6), protocol,
					&fragment);
	}
	return -EINVAL;
}

/* Is that the protocol that is segmented? */
static bool trafmetux_wire_segments(const struct sk_buff *skb, u8 protocol)
{
	unsigned int type = skb_shinfo(skb)->gso_type;

	switch (protocol) {
	case IPPROTO_TCP:
		return type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6);
	case IPPROTO_UDP:
		return type & (SKB_GSO_UDP | SKB_GSO_UDP_L4);
	case IPPROTO_SCTP:
		return type & SKB_GSO_SCTP;
	}
	return false;
}

/*
 * Where, counted from skb->data, the header of the segmented protocol is; the
 * packet's IP header is at @offset. Where there is an IP header to go by, the
 * kernel's own mark is not trusted: on the way in IPv6 extension headers have not
 * been looked at yet and it is set to the first of them, and what is forwarded
 * into a tunnel keeps it so.
 */
static int trafmetux_wire_transport(const struct sk_buff *skb, int offset)
{
	unsigned int tunnel = skb_shinfo(skb)->gso_type & TRAFMETUX_GSO_TUNNEL;
	int inner, found;
	u8 protocol;

	if (!skb->encapsulation || !tunnel)
		return trafmetux_wire_behind(skb, offset, &protocol);

	/* Inner headers are those of the innermost packet, however deep. */
	inner = skb_inner_network_offset(skb);
	if (inner > offset) {
		found = trafmetux_wire_behind(skb, inner, &protocol);
		if (found > 0 && trafmetux_wire_segments(skb, protocol))
			return found;
	}
	/*
	 * IPsec in transport mode has no IP header within and moves the mark: of
	 * a tunnel in it, to the tunnel's own header.
	 */
	if (tunnel & SKB_GSO_ESP && tunnel != SKB_GSO_ESP)
		return -EINVAL;
	return skb_inner_transport_offset(skb);
}

/*
 * Where, counted from skb->data, all that every segment repeats ends; the IP
 * header is at @offset. 0 if unclear.
 */
static u32 trafmetux_wire_headers(const struct sk_buff *skb, int offset,
				  u8 family)
{
	unsigned int type = skb_shinfo(skb)->gso_type;

	offset = trafmetux_wire_transport(skb, offset);
	if (offset <= 0 || offset >= skb->len)
		return 0;

	/* A network card that merges marks nothing (skb_warn_if_lro()). */
	if (!type || type & (SKB_GSO_TCPV4 | SKB_GSO_TCPV6)) {
		const struct tcphdr *tcp;
		struct tcphdr buffer;

		tcp = skb_header_pointer(skb, offset, sizeof(buffer), &buffer);
		if (!tcp || tcp->doff < sizeof(*tcp) / 4)
			return 0;
		return offset + tcp->doff * 4;
	}
	if (type & SKB_GSO_UDP_L4)
		return offset + sizeof(struct udphdr);
	if (type & SKB_GSO_SCTP)
		return offset + sizeof(struct sctphdr);
	if (type & SKB_GSO_UDP) {
		/* Fragments of one datagram: its UDP header is payload. */
		if (family == NFPROTO_IPV6)
			return offset + sizeof(struct frag_hdr);
		return offset;
	}
	return 0;
}

/*
 * SCTP: packets of any size, lined up behind the headers, which end at @end, or
 * the first one.
 */
static u32 trafmetux_wire_sctp(const struct sk_buff *skb, u32 end)
{
	const struct sk_buff *fragment;
	u32 count = skb_headlen(skb) > end;

	skb_walk_frags(skb, fragment)
		count++;
	return count;
}

/**
 * trafmetux_wire_gso() - what a GSO packet is on the wire
 * @skb: a packet, skb_is_gso(); not necessarily linear, and its GSO fields not
 *	necessarily true (SKB_GSO_DODGY)
 * @offset: where its IP header is, counted from skb->data
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 *
 * Context: any.
 * Return: packets and bytes; those of the sk_buff itself for a packet whose
 *	headers make no sense, which segmentation will drop.
 */
struct trafmetux_wire trafmetux_wire_gso(const struct sk_buff *skb, int offset,
					 u8 family)
{
	const struct skb_shared_info *shared = skb_shinfo(skb);
	struct trafmetux_wire wire = { .packets = 1, .bytes = skb->len - offset };
	u32 end = trafmetux_wire_headers(skb, offset, family);
	u32 headers = end - offset;
	u32 segments = shared->gso_segs;
	u32 missing = 0;	/* headers that even the first has yet to get */
	u32 payload;

	if (!end || skb->len <= end)
		return wire;
	if (shared->gso_type & SKB_GSO_UDP && family == NFPROTO_IPV6)
		missing = sizeof(struct frag_hdr);
	payload = skb->len + missing - end;

	if (!segments || shared->gso_type & SKB_GSO_DODGY) {
		if (shared->gso_size == GSO_BY_FRAGS)
			segments = trafmetux_wire_sctp(skb, end);
		else
			segments = DIV_ROUND_UP(payload, shared->gso_size);
	}
	if (segments <= 1)
		return wire;

	if (family == NFPROTO_IPV6) {
		u32 jumbo = trafmetux_wire_jumbo(skb, offset);

		headers -= jumbo;
		wire.bytes -= jumbo;
	}
	wire.packets = segments;
	wire.bytes += missing + (segments - 1) * headers;
	return wire;
}
