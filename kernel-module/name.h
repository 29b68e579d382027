/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _TRAFMETUX_NAME_H
#define _TRAFMETUX_NAME_H

int trafmetux_name_check(const char *name);

#endif /* _TRAFMETUX_NAME_H */
