/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records that the archive has lost and the kernel still has are written again. */
#ifndef TRAFMETUX_REFILL_H
#define TRAFMETUX_REFILL_H

#include "upkeep/archive_write.h"
#include "source/source.h"

/**
 * refill_monitor - write again what is missing between records of the live series
 * @write:	of whoever holds the monitor's lock
 * @listing:	holds the monitor's files
 *
 * Each record goes into the file of its date, behind what is there; where records of
 * later states are there, it is left to reports. What can't be read is passed over in
 * silence, what can't be written is reported.
 *
 * Returns 0 or -ENOMEM.
 */
int refill_monitor(struct archive_write *write, const struct source *source,
		   const char *monitor, const struct archive_listing *listing);

#endif
