/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Metering of devices, by the kernel module or by BPF, and its end. */
#ifndef TRAFMETUX_METER_H
#define TRAFMETUX_METER_H

#include "archive/context.h"
#include "base/monitor_name.h"
#include "meter/meters.h"

/** Of two devices that are metered: one is a part of the other. */
#define METER_PARTS_WORDS \
	"%s and %s are metered both, and one carries what the other does: don't add up their figures"

struct meter_request {
	const struct context *context;
	const char *folder;		/* of pins, as of meter_pins_folder() */
	const char *module_path;	/* the kernel module's directory */
	const char *name;	/* of monitors, without "-in"; NULL: the device's */
};

/**
 * meter_lay - meter devices, now and after each start of the machine
 *
 * What fails is reported, and the others are metered all the same. To be done again
 * changes nothing.
 */
void meter_lay(const struct meter_request *request, char *const *devices, size_t count);

/** Monitors that lost a device; whoever made it frees both lists. */
struct meter_taken {
	struct monitor_names fed;	/* others feed it still */
	struct monitor_names unfed;
};

/**
 * meter_take_away - the reverse
 * @all:	empty; filled
 *
 * What they counted stays readable until meter_forget().
 */
void meter_take_away(const struct meter_request *request, char *const *devices,
		     size_t count, struct meter_taken *all);

/** meter_forget - take away what monitors by BPF counted, after it was archived */
void meter_forget(const struct meter_request *request, const struct monitor_names *names);

/**
 * meter_again - lay again what is remembered, and tell all meters what time it is
 *
 * A device that is not there waits. Nothing is printed.
 */
void meter_again(const struct meter_request *request);

/**
 * meter_rule - pin what rules need, now and after each start, and print their words
 *
 * Of a monitor that a device feeds only what asks whether it is over its limit.
 */
void meter_rule(const struct meter_request *request, const char *monitor);

/** meter_rule_remove - the reverse; @all as of meter_take_away() */
void meter_rule_remove(const struct meter_request *request, const char *monitor,
		       struct meter_taken *all);

#endif
