/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting a meter by BPF at a device, and taking it away. */
#ifndef TRAFMETUX_METER_ATTACH_H
#define TRAFMETUX_METER_ATTACH_H

#include <stdbool.h>

#include "meter/meters.h"
#include "meter/meter_pin.h"

/** What was found or done. */
struct meter_attached {
	bool is_new;
	bool is_filter;			/* of clsact; else it is at tcx */
	bool is_first;			/* no other program comes before it */
	unsigned long long bytes;	/* of memory, if the monitor is new */
};

/**
 * meter_attach - have a device feed a monitor, if it does not yet
 * @folder:	of pins, in a bpffs that is mounted
 *
 * What others put there stays. Returns 0, -ENODEV without such a device, or -errno.
 */
int meter_attach(const char *folder, const struct meter *meter,
		 struct meter_attached *attached);

/** How a meter that is pinned stands. */
struct meter_standing {
	bool is_there;		/* its program is at the device still */
	bool is_first;		/* no other filter comes before it */
};

/**
 * meter_attach_find - how does what is pinned for a device stand?
 * @meter:	its monitor and device; both directions may be asked for
 *
 * Returns 0, or -errno where that can't be seen.
 */
int meter_attach_find(const char *folder, const struct meter *meter,
		      struct meter_standing *standing);

/** meter_detach - take it from the device; what it counted stays. 0 or -errno */
int meter_detach(const char *folder, const struct meter *meter);

#endif
