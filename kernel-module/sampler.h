/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_SAMPLER_H
#define _TRAFMETUX_SAMPLER_H

void trafmetux_sampler_start(void);
void trafmetux_sampler_stop(void);

#endif /* _TRAFMETUX_SAMPLER_H */
