/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where meters by BPF are pinned: in a bpffs of our own, a folder for each network
 * namespace, in it one for each monitor. That one has the maps "counter", "ring", "info"
 * and "limit", "over-limit", a program for rules that stop, and for each device
 * "link:DEVICE", a link of tcx, or "filter:DEVICE", the program of a filter; where rules
 * feed it, "rule", their program.
 *
 * A bpffs takes no dots in names: a dot is '%' there.
 */
#ifndef TRAFMETUX_METER_PINS_H
#define TRAFMETUX_METER_PINS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/monitor_name.h"

#define METER_PINS_ROOT "/run/trafmetux/meters"
/** Leads to the folder of the machine's own namespace. */
#define METER_PINS_OWN METER_PINS_ROOT "/own"

/** Room for the path of a pin. */
#define METER_PIN_SIZE 256

#define METER_PIN_COUNTER "counter"
#define METER_PIN_RING "ring"
#define METER_PIN_INFO "info"
#define METER_PIN_LINK "link:"
#define METER_PIN_FILTER "filter:"
#define METER_PIN_RULE "rule"
#define METER_PIN_LIMIT "limit"
#define METER_PIN_OVER "over-limit"

/** meter_pins_folder - the folder of this network namespace; 0 or -errno */
int meter_pins_folder(char path[METER_PIN_SIZE]);

/**
 * meter_pin_path - what @monitor has pinned there
 * @kind:	METER_PIN_..., or "" for its folder
 * @device:	"", or of a link or filter its device
 */
void meter_pin_path(char path[METER_PIN_SIZE], const char *folder, const char *monitor,
		    const char *kind, const char *device);

/** meter_pins_list - append the names of all monitors; 0 or -errno */
int meter_pins_list(const char *folder, struct monitor_names *names);

/** Takes a pin of a monitor's: its kind and its device. Not 0 ends it. */
typedef int meter_pins_sink(void *context, const char *kind, const char *device);

/** meter_pins_attached - hand out a monitor's links and filters; the sink's, or -errno */
int meter_pins_attached(const char *folder, const char *monitor, meter_pins_sink *sink,
			void *context);

#endif
