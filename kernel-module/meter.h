/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_METER_H
#define _TRAFMETUX_METER_H

struct net_device;
struct packet_type;
struct nf_hook_state;
struct sk_buff;
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
