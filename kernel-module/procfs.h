/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_PROCFS_H
#define _TRAFMETUX_PROCFS_H

#include <linux/types.h>

struct net;
struct proc_dir_entry;
struct trafmetux_monitor;

struct proc_dir_entry *trafmetux_proc_net_init(struct net *net);
void trafmetux_proc_net_exit(struct proc_dir_entry *directory);
int trafmetux_proc_add(struct proc_dir_entry *directory, struct net *net,
		       struct trafmetux_monitor *monitor);
umode_t trafmetux_proc_mode(void);
void trafmetux_proc_remove(struct trafmetux_monitor *monitor);

int trafmetux_proc_init(void);
void trafmetux_proc_exit(void);

#endif /* _TRAFMETUX_PROCFS_H */
