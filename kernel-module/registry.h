/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_REGISTRY_H
#define _TRAFMETUX_REGISTRY_H

#include <linux/ktime.h>

#include "monitor.h"

struct net;
struct proc_dir_entry;

/* How long, in seconds, a monitor outlives its last rule or meter by default. */
#define TRAFMETUX_LINGER_DEFAULT (24 * 60 * 60)

/* How many monitors a network namespace may have by default. */
#define TRAFMETUX_MONITORS_DEFAULT 4096

/* How many hosts its tables may have room for, together, by default. */
#define TRAFMETUX_HOSTS_DEFAULT 131072

struct trafmetux_monitor *trafmetux_registry_get(struct net *net,
						 const char *name,
						 enum trafmetux_use use);
struct trafmetux_monitor *trafmetux_registry_get_hosts(struct net *net,
						       const char *name,
						       enum trafmetux_use use,
						       u32 max);
void trafmetux_registry_put(struct trafmetux_monitor *monitor,
			    enum trafmetux_use use);
struct proc_dir_entry *trafmetux_registry_directory(struct net *net);

void trafmetux_registry_lock(void);
void trafmetux_registry_unlock(void);
void trafmetux_registry_each(void (*visit)(struct trafmetux_monitor *monitor,
					   const void *data),
			     const void *data);
void trafmetux_registry_expire(ktime_t boot);

int trafmetux_registry_init(void);
void trafmetux_registry_exit(void);

#endif /* _TRAFMETUX_REGISTRY_H */
