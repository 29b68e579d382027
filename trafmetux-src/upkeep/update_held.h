/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside an update: what could not be archived, since no time was known at all. */
#ifndef TRAFMETUX_UPDATE_HELD_H
#define TRAFMETUX_UPDATE_HELD_H

#include "upkeep/archive_write.h"
#include "base/monitor_name.h"
#include "upkeep/update.h"

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
