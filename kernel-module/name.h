/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_NAME_H
#define _TRAFMETUX_NAME_H

struct net;
struct trafmetux_monitor;

struct trafmetux_monitor *trafmetux_name_monitor(struct net *net,
						 const char *name);

#endif /* _TRAFMETUX_NAME_H */
