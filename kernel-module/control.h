/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_CONTROL_H
#define _TRAFMETUX_CONTROL_H

struct proc_dir_entry;
struct trafmetux_meters;

struct proc_dir_entry *trafmetux_control_add(struct proc_dir_entry *directory,
					     struct trafmetux_meters *meters);
void trafmetux_control_remove(struct proc_dir_entry *file);

#endif /* _TRAFMETUX_CONTROL_H */
