/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside an update: the records that a monitor's samples become. */
#ifndef TRAFMETUX_UPDATE_SAMPLES_H
#define TRAFMETUX_UPDATE_SAMPLES_H

#include "index/archive_walk.h"
#include "source/source.h"
#include "upkeep/update.h"

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

#endif
