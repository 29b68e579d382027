/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_WIRE_H
#define _TRAFMETUX_WIRE_H

#include <linux/types.h>

struct sk_buff;

/**
 * struct trafmetux_wire - what a packet is on the wire
 * @packets: how many packets it goes out as, or came in as; at least 1
 * @bytes: their IP bytes together, all their headers included
 */
struct trafmetux_wire {
	u32 packets;
	u32 bytes;
};

struct trafmetux_wire trafmetux_wire_gso(const struct sk_buff *skb, u8 family);

#endif /* _TRAFMETUX_WIRE_H */
