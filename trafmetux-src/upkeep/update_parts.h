/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside an update: update_samples.c and update_held.c. */
#ifndef TRAFMETUX_UPDATE_PARTS_H
#define TRAFMETUX_UPDATE_PARTS_H

#include "base/monitor_name.h"
#include "index/archive_walk.h"
#include "source/source.h"
#include "upkeep/archive_write.h"
#include "upkeep/update.h"

/* The records that a monitor's samples become. */

/** update_may_archive - false while nothing is archived, since of no known time */
bool update_may_archive(const struct update_request *request);

/**
 * update_samples - read what the archive lacks
 * @reading:	open
 * @walk:	over the monitor's files; tells the archive's state
 * @samples:	empty; the caller frees it
 *
 * If a sample contradicts the clock, it is believed no more, there are none to be
 * archived, and that was reported.
 *
 * Returns 0 or an error of the source.
 */
int update_samples(const struct update_request *request,
		   struct source_reading *reading,
		   const struct archive_walk *walk, struct samples *samples);

/* What could not be archived, since no time was known at all. */

/** update_held_names - add the monitors of which something is held; 0 or -ENOMEM */
int update_held_names(const struct update_request *request,
		      struct monitor_names *names);

/**
 * update_held - archive what is held, or keep it over the restart
 * @locked:	sorted; others are left for another update
 *
 * What the archive has is held no longer. What fails is reported.
 */
void update_held(const struct update_request *request,
		 struct archive_write *write,
		 const struct monitor_names *locked);

#endif
