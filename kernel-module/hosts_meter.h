/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_HOSTS_METER_H
#define _TRAFMETUX_HOSTS_METER_H

struct nf_hook_state;
struct sk_buff;
struct trafmetux_counter;
struct trafmetux_hosts;

/**
 * struct trafmetux_metered - what a hook is given that counts hosts
 * @hosts: the monitor's table
 * @counter: the monitor's
 */
struct trafmetux_metered {
	struct trafmetux_hosts *hosts;
	struct trafmetux_counter __percpu *counter;
};

/* For a device's own hooks: @priv is trafmetux_metered. */
unsigned int trafmetux_hosts_in(void *priv, struct sk_buff *skb,
				const struct nf_hook_state *state);
unsigned int trafmetux_hosts_out(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state);

#endif /* _TRAFMETUX_HOSTS_METER_H */
