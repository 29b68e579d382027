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

/** Named counters of a table of nft. */
struct nft_choice {
	uint8_t family;		/* NFPROTO_... */
	char *table;
	char *counter;		/* a name, or a pattern as of fnmatch(3) */
	char monitor[MONITOR_NAME_SIZE];	/* "": as the counter */
};

/** What is chosen; source_choice_free() releases it. All zero: nothing. */
struct source_choice {
	struct interface_choice *devices;
	size_t device_count;
	size_t device_capacity;
	struct nft_choice *counters;
	size_t counter_count;
	size_t counter_capacity;
	bool is_restored;	/* new counters may have been given what old ones had */
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

/**
 * source_choice_add_counters - choose "FAMILY TABLE COUNTER" or "... as MONITOR"
 *
 * Returns 0, -EINVAL for what is no such words, -ENOMEM.
 */
int source_choice_add_counters(struct source_choice *choice, const char *words);

/** source_choice_is_pattern - may it choose several counters? */
bool source_choice_is_pattern(const struct nft_choice *chosen);

/** source_choice_counter - the counter whose monitor that would be, or NULL */
const char *source_choice_counter(const struct nft_choice *chosen, const char *monitor);

/** source_choice_family - its word, such as "inet" */
const char *source_choice_family(const struct nft_choice *chosen);

/** source_choice_free - release it; it is empty afterwards */
void source_choice_free(struct source_choice *choice);

#endif
