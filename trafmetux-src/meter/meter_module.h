/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Metering by the kernel module. */
#ifndef TRAFMETUX_METER_MODULE_H
#define TRAFMETUX_METER_MODULE_H

#include <stdbool.h>

#include "meter/meters.h"
#include "source/module_meters.h"

/** meter_module_is_there - has the kernel module meters? @path: of its directory */
bool meter_module_is_there(const char *path);

/** How a device is metered. */
struct meter_laid {
	enum module_way way;
	bool is_shaped;		/* tc redirects what arrives at it, or, out, elsewhere */
};

/**
 * meter_module_lay - have a device feed a monitor; the device need not be there
 * @is_again:	of what counts already, only change what counts nothing
 * @laid:	set
 *
 * Where tc redirects what comes in at the device, as shapers do, it is counted before
 * that. What comes in so elsewhere passes the hook at egress by, and what is routed out
 * is counted instead; so it is where the kernel has no such hook.
 *
 * Returns 0, also if it fed it, or the kernel's -errno, see docs/proc-format.md.
 */
int meter_module_lay(const char *path, const struct meter *meter, bool is_again,
		     struct meter_laid *laid);

/** meter_module_remove - the reverse; 0, also if it did not, or -errno */
int meter_module_remove(const char *path, const struct meter *meter);

/** meter_module_way - how a device should be metered now */
enum module_way meter_module_way(const struct meter *meter);

/** meter_module_reason - why the kernel refused, in words, and what to do */
const char *meter_module_reason(int error);

#endif
