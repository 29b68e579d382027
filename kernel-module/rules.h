/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_RULES_H
#define _TRAFMETUX_RULES_H

int trafmetux_target_init(void);
void trafmetux_target_exit(void);

int trafmetux_hosts_target_init(void);
void trafmetux_hosts_target_exit(void);

int trafmetux_match_init(void);
void trafmetux_match_exit(void);

#endif /* _TRAFMETUX_RULES_H */
