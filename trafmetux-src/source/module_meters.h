/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Meters that the kernel module has: the file .meters beside its monitors' files. */
#ifndef TRAFMETUX_MODULE_METERS_H
#define TRAFMETUX_MODULE_METERS_H

#include <net/if.h>
#include <stdbool.h>

#include "base/monitor_name.h"

/** What is counted of a device, and where: docs/proc-format.md. */
enum module_way {
	MODULE_WAY_IN,
	MODULE_WAY_TAPPED_IN,
	MODULE_WAY_OUT,
	MODULE_WAY_ROUTED_OUT,
	MODULE_WAYS,
};

/** As the kernel calls them. */
extern const char *const module_way_words[MODULE_WAYS];

static inline bool module_way_is_out(enum module_way way)
{
	return way == MODULE_WAY_OUT || way == MODULE_WAY_ROUTED_OUT;
}

struct module_meter {
	char monitor[MONITOR_NAME_SIZE];
	char device[IF_NAMESIZE];
	enum module_way way;
	bool is_on;		/* else there is no such device, or see below */
	int error;		/* -errno why the device could not be metered, or 0 */
};

/** Takes a meter. Not 0 ends it. */
typedef int module_meters_sink(void *context, const struct module_meter *meter);

/**
 * module_meters_read - hand out the meters of this network namespace
 * @path:	of the module's directory
 *
 * What a later release has more is passed over. Returns the sink's, 0, or -errno.
 */
int module_meters_read(const char *path, module_meters_sink *sink, void *context);

#endif
