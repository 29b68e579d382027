/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which counters of others the configuration chooses to be monitors. */
#ifndef TRAFMETUX_SOURCE_CHOICE_H
#define TRAFMETUX_SOURCE_CHOICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/monitor_name.h"

/** Room for the name of a device, a NUL included: IF_NAMESIZE. */
#define SOURCE_DEVICE_SIZE 16

/** Devices, by a name or a pattern as of fnmatch(3). */
struct interface_choice {
	char device[SOURCE_DEVICE_SIZE];
};

/** What is chosen; source_choice_free() releases it. All zero: nothing. */
struct source_choice {
	struct interface_choice *devices;
	size_t device_count;
	size_t device_capacity;
};

/** source_choice_add_device - choose devices; 0, -EINVAL: can't be one, -ENOMEM */
int source_choice_add_device(struct source_choice *choice, const char *pattern);

/**
 * source_choice_device - the device whose counter a monitor of that name is
 * @is_out:	set to whether of what it sends
 *
 * False when no device that is chosen could have one of that name.
 */
bool source_choice_device(const struct source_choice *choice, const char *monitor,
			  char device[SOURCE_DEVICE_SIZE], bool *is_out);

/** source_choice_has_device - is a device chosen? */
bool source_choice_has_device(const struct source_choice *choice, const char *device);

/** source_choice_free - release it; it is empty afterwards */
void source_choice_free(struct source_choice *choice);

#endif
