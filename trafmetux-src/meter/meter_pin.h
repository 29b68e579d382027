/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making what meters by BPF have pinned; see source/meter_pins.h. */
#ifndef TRAFMETUX_METER_PIN_H
#define TRAFMETUX_METER_PIN_H

#include <stdbool.h>

#include "source/meter_pins.h"

/** meter_pin_mount - have a bpffs where pins are to be, for as long as the machine is up
 *
 * It is mounted where the machine's first process sees it: mounts of services and of
 * 'ip netns exec' go with them. Returns 0 or -errno.
 */
int meter_pin_mount(void);

/**
 * meter_pin_name_own - have pins of the machine's own namespace under a name that stays
 *
 * The folder's may be another one after a start; a rule's file has METER_PINS_OWN.
 * Returns 0 or -errno.
 */
int meter_pin_name_own(const char *folder);

/** meter_pin_rule - have a program pinned that counts for rules; 0 or -errno */
int meter_pin_rule(const char *folder, const char *monitor);

/** A monitor's maps. */
struct meter_maps {
	int counter;
	int ring;
	int info;
	int limit;
};

/**
 * meter_maps_open - the maps of @monitor, made if there are none
 * @is_for_rules:	of new ones: no device feeds it
 * @bytes:	set to the memory of new ones; 0 if they were there
 *
 * Whoever is killed meanwhile leaves none or all. Returns 0 or -errno; after 0 to be
 * closed by meter_maps_close().
 */
int meter_maps_open(struct meter_maps *maps, const char *folder, const char *monitor,
		    bool is_for_rules, unsigned long long *bytes);

/** meter_maps_close - close them; they stay */
void meter_maps_close(struct meter_maps *maps);

/**
 * meter_maps_create - such maps, that are not pinned
 * @bytes:	set to their memory
 *
 * Returns 0 or -errno; to be closed by meter_maps_close() in any case.
 */
int meter_maps_create(struct meter_maps *maps, bool is_for_rules,
		      unsigned long long *bytes);

/** What a program is for: see bpf/meter.bpf.c; the last is over.bpf.c. */
enum meter_link { METER_ETHERNET, METER_BARE, METER_RULE, METER_OVER };

/** meter_program_load - a program that has these maps; its descriptor or -errno */
int meter_program_load(const struct meter_maps *maps, enum meter_link link);

/** meter_maps_remove - take a monitor's pins away, if there are any; 0 or -errno */
int meter_maps_remove(const char *folder, const char *monitor);

/** meter_maps_note_time - tell a monitor's maps what time it is; 0 or -errno */
int meter_maps_note_time(const char *folder, const char *monitor);

/* What is left behind in network namespaces that are gone: meter_namespaces.c. */

/**
 * meter_namespaces_note - which namespace a folder of pins is of: this one
 * @folder:	as of meter_pins_folder()
 *
 * Its name is no number that /proc knows. What fails has the folder stay for ever.
 */
void meter_namespaces_note(const char *folder);

/** meter_namespaces_forget - the folder is gone */
void meter_namespaces_forget(const char *folder);

/**
 * meter_namespaces_clean - take pins away that nobody can reach any more
 * @own:	the folder of this namespace, which stays
 *
 * They are those of a folder all of whose links have lost their devices, if no process,
 * open file or mount has its namespace. Filters don't tell; with them a folder stays.
 */
void meter_namespaces_clean(const char *own);

#endif
