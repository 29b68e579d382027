/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_METERS_H
#define _TRAFMETUX_METERS_H

#include <linux/if.h>
#include <linux/list.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>

#include "hosts_meter.h"
#include "meter.h"
#include "monitor.h"

struct net;
struct proc_dir_entry;
struct trafmetux_way;

/* How many meters a network namespace may have by default. */
#define TRAFMETUX_METERS_DEFAULT 1024

/* IPv4 and IPv6. */
#define TRAFMETUX_HOOKS_MAX 2

/**
 * struct trafmetux_meters - the meters of one network namespace
 * @net: the namespace
 * @list: the meters, in the order in which they came
 * @count: how many they are
 * @file: what they are made and removed with
 *
 * @list and @count are guarded by the rtnl lock: devices come and go under it.
 */
struct trafmetux_meters {
	struct net *net;
	struct list_head list;
	unsigned int count;
	struct proc_dir_entry *file;
};

/**
 * struct trafmetux_meter - what counts a device's packets in a monitor
 * @list: its place in trafmetux_meters.list
 * @monitor: the reference that it holds
 * @use: TRAFMETUX_METER, TRAFMETUX_SHARED_METER or TRAFMETUX_HOSTS_METER
 * @name: the device's. It is found by that for ever, whichever device it is.
 * @way: which of its packets, and where they are got
 * @device: the device while its packets are counted, else NULL
 * @error: why not, if it is there; else 0
 * @hooks: what netfilter knows
 * @tap: what the device knows instead, on that way
 * @routed: what hooks after routing are given
 * @metered: what hooks are given that count hosts
 *
 * @device and @error are guarded by the rtnl lock, the rest never changes.
 */
struct trafmetux_meter {
	struct list_head list;
	struct trafmetux_monitor *monitor;
	enum trafmetux_use use;
	char name[IFNAMSIZ];
	const struct trafmetux_way *way;
	struct net_device *device;
	int error;
	struct nf_hook_ops hooks[TRAFMETUX_HOOKS_MAX];
	struct packet_type tap;
	struct trafmetux_routed routed;
	struct trafmetux_metered metered;
};

/**
 * struct trafmetux_meter_words - a meter as userspace names it
 * @monitor: of any content, like the others
 * @device: the device's name
 * @way: "in", "tapped-in", "out" or "routed-out"
 * @max: how many hosts the monitor's table is to have room for; 0 if it counts none
 */
struct trafmetux_meter_words {
	const char *monitor;
	const char *device;
	const char *way;
	u32 max;
};

const char *trafmetux_way_name(const struct trafmetux_way *way);

int trafmetux_meters_add(struct trafmetux_meters *meters,
			 const struct trafmetux_meter_words *words,
			 enum trafmetux_use use);
int trafmetux_meters_remove(struct trafmetux_meters *meters,
			    const struct trafmetux_meter_words *words);

int trafmetux_meters_init(void);
void trafmetux_meters_exit(void);

#endif /* _TRAFMETUX_METERS_H */
