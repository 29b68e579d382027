/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which devices are metered, so that they are again after the machine was started: the
 * file .meters in the archive's directory, a line "MONITOR DEVICE in|out" for each, and
 * "MONITOR rule" for each monitor that rules feed by BPF.
 */
#ifndef TRAFMETUX_METERS_H
#define TRAFMETUX_METERS_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "archive/archive_directory.h"
#include "base/monitor_name.h"

/** A device that feeds a monitor with what comes in, or goes out; or rules do. */
struct meter {
	char monitor[MONITOR_NAME_SIZE];
	char device[IF_NAMESIZE];	/* of a rule "" */
	bool is_out;
	bool is_rule;
};

/** A list that grows; meters_free() releases it. */
struct meters {
	struct meter *list;
	size_t count;
	size_t capacity;
};

/** meters_add - append one, if it is not in it; 0 or -ENOMEM */
int meters_add(struct meters *meters, const struct meter *meter);

/** meters_remove - take it out, if it is in it */
void meters_remove(struct meters *meters, const struct meter *meter);

/** meters_hold - is it in the list? */
bool meters_hold(const struct meters *meters, const struct meter *meter);

/** meters_free - release the list; it is empty afterwards */
void meters_free(struct meters *meters);

/**
 * meters_read - what is remembered; nothing is not an error
 *
 * Returns 0, or -errno: -EBADMSG where a line is none; the others are taken.
 */
int meters_read(struct meters *meters, const struct archive *archive);

/** meters_write - remember these, or none; 0 or -errno */
int meters_write(const struct meters *meters, const struct archive *archive);

/** meter_device_valid - may a device bear @name? */
bool meter_device_valid(const char *name);

#endif
