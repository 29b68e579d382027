/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_METER_H
#define _TRAFMETUX_METER_H

#include <linux/if_ether.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>

#include "wire.h"

struct net_device;
struct packet_type;
struct nf_hook_state;
struct trafmetux_counter;

/**
 * struct trafmetux_routed - what a hook after routing is given
 * @counter: the monitor's
 * @device: the only one whose packets count
 */
struct trafmetux_routed {
	struct trafmetux_counter __percpu *counter;
	const struct net_device *device;
};

/*
 * The IP bytes of a plain packet, by its header; 0 if that is not so easy. The
 * first bytes tell that it is the header indeed: where skb->protocol is not true,
 * as a raw socket may have it, an ARP packet would count 2048.
 */
static __always_inline u32
trafmetux_meter_length(const struct sk_buff *skb, const unsigned char *network)
{
	u32 first;

	if (unlikely(network + sizeof(struct iphdr) > skb_tail_pointer(skb)))
		return 0;
	first = ntohl(*(const __be32 *)network);
	if (skb->protocol == htons(ETH_P_IP))
		return likely(first >> 28 == 4) ? (u16)first : 0;
	if (skb->protocol == htons(ETH_P_IPV6) && first >> 28 == 6) {
		u16 payload = ntohs(*(const __be16 *)(network + 4));

		return likely(payload) ? sizeof(struct ipv6hdr) + payload : 0;
	}
	return 0;
}

/*
 * Where IP is in a frame that goes out, from skb->data on. With a tag in the frame the
 * mark of the network header is behind it.
 */
static inline int trafmetux_meter_offset_out(const struct sk_buff *skb)
{
	return eth_type_vlan(skb->protocol) ? ETH_HLEN : skb_network_offset(skb);
}

struct trafmetux_wire trafmetux_meter_wire(const struct sk_buff *skb, int *offset,
					   __be16 *protocol);

/* For a device's own hooks: @priv is the counter itself. */
unsigned int trafmetux_meter_in(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);
unsigned int trafmetux_meter_out(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state);

/* For a tap at the device: af_packet_priv is the counter itself. */
int trafmetux_meter_tapped_in(struct sk_buff *skb, struct net_device *device,
			      struct packet_type *tap,
			      struct net_device *original);

/* For the hooks that all packets pass after routing: @priv is trafmetux_routed. */
unsigned int trafmetux_meter_routed_ipv4(void *priv, struct sk_buff *skb,
					 const struct nf_hook_state *state);
unsigned int trafmetux_meter_routed_ipv6(void *priv, struct sk_buff *skb,
					 const struct nf_hook_state *state);

#endif /* _TRAFMETUX_METER_H */
