/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Meters that the kernel module has: the file .meters beside its monitors' files. */
#ifndef TRAFMETUX_METER_MODULE_H
#define TRAFMETUX_METER_MODULE_H

#include <stdbool.h>

#include "meter/meters.h"

/** meter_module_is_there - has the kernel module meters? @path: of its directory */
bool meter_module_is_there(const char *path);

/** meter_module_add - have a device feed a monitor; 0, also if it does, or -errno */
int meter_module_add(const char *path, const struct meter *meter);

/** meter_module_remove - the reverse; 0, -ENOENT if it does not, or -errno */
int meter_module_remove(const char *path, const struct meter *meter);

/**
 * meter_module_find - how one stands
 * @words:	set to what follows its direction, "on" or "off"; owned by the caller
 *
 * Returns 0, -ENOENT if there is none, or -errno.
 */
int meter_module_find(const char *path, const struct meter *meter, char words[32]);

#endif
