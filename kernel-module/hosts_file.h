/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_HOSTS_FILE_H
#define _TRAFMETUX_HOSTS_FILE_H

struct net;
struct proc_dir_entry;
struct trafmetux_monitor;

int trafmetux_hosts_file_add(struct proc_dir_entry *directory, struct net *net,
			     struct trafmetux_monitor *monitor);
void trafmetux_hosts_file_remove(struct trafmetux_monitor *monitor);

int trafmetux_hosts_file_init(void);

#endif /* _TRAFMETUX_HOSTS_FILE_H */
