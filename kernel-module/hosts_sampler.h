/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_HOSTS_SAMPLER_H
#define _TRAFMETUX_HOSTS_SAMPLER_H

#include <linux/ktime.h>
#include <linux/types.h>

struct trafmetux_hosts;

void trafmetux_hosts_sample(struct trafmetux_hosts *hosts, s64 time,
			    ktime_t real, ktime_t boot);
void trafmetux_hosts_remove(struct trafmetux_hosts *hosts, u32 place);
unsigned int trafmetux_hosts_interval(void);

int trafmetux_hosts_sampler_init(void);

#endif /* _TRAFMETUX_HOSTS_SAMPLER_H */
