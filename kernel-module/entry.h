/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_ENTRY_H
#define _TRAFMETUX_ENTRY_H

#include <linux/proc_fs.h>
#include <linux/types.h>

#include "xt_TRAFMETUX.h"

/* Room for a monitor's name, and what the name of its table's file has more. */
#define TRAFMETUX_ENTRY_NAME_SIZE (XT_TRAFMETUX_NAME_SIZE + 8)

struct net;
struct trafmetux_entry;
struct trafmetux_monitor;

struct trafmetux_entry *
trafmetux_entry_add(struct proc_dir_entry *directory, struct net *net,
		    const char *name, struct trafmetux_monitor *monitor,
		    umode_t mode, const struct proc_ops *operations);
void trafmetux_entry_remove(struct trafmetux_entry *entry);
void trafmetux_entry_remove_closed(struct proc_dir_entry *directory);
void trafmetux_entry_exit(void);

bool trafmetux_call_begin(struct net *net);
void trafmetux_call_end(struct net *net);

struct trafmetux_monitor *
trafmetux_entry_enter(struct trafmetux_entry *entry);
void trafmetux_entry_leave(struct trafmetux_entry *entry,
			   struct trafmetux_monitor *monitor);
bool trafmetux_entry_leads_to(struct trafmetux_entry *entry,
			      const struct trafmetux_monitor *monitor);
struct net *trafmetux_entry_net(const struct trafmetux_entry *entry);

#endif /* _TRAFMETUX_ENTRY_H */
