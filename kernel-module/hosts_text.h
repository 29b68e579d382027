/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_HOSTS_TEXT_H
#define _TRAFMETUX_HOSTS_TEXT_H

#include <linux/types.h>

struct trafmetux_host_row;
struct trafmetux_host_sample;

/* Room for any of the lines. */
#define TRAFMETUX_HOSTS_LINE_MAX 256

char *trafmetux_text_row(char *to, const struct trafmetux_host_row *row);
char *trafmetux_text_sample(char *to, const struct trafmetux_host_sample *sample);

void trafmetux_text_init(void);

#endif /* _TRAFMETUX_HOSTS_TEXT_H */
