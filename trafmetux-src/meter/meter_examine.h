/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is wrong with meters, other than that their devices are not there. */
#ifndef TRAFMETUX_METER_EXAMINE_H
#define TRAFMETUX_METER_EXAMINE_H

#include "archive/context.h"

/**
 * meter_examine - report what meters of this network namespace do not count, and why
 * @folder:	of pins, as of meter_pins_folder()
 *
 * What can't be read is passed over.
 */
void meter_examine(const struct context *context, const char *folder);

#endif
