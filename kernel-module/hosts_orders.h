/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_HOSTS_ORDERS_H
#define _TRAFMETUX_HOSTS_ORDERS_H

struct trafmetux_hosts;

int trafmetux_hosts_obey(struct trafmetux_hosts *hosts, char *line);

#endif /* _TRAFMETUX_HOSTS_ORDERS_H */
