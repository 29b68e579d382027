/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What files tell, as one number: do two texts tell the same? */
#ifndef TRAFMETUX_ARCHIVE_DIGEST_H
#define TRAFMETUX_ARCHIVE_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/archive_scan.h"
#include "time/calendar.h"

/** Made by archive_digest_start(). */
struct archive_digest {
	struct calendar *calendar;	/* NULL: of each record */
	uint64_t hash;
	struct counters total;
	struct growth piece;		/* what an interval has grown so far */
	bool has_piece;
};

/**
 * archive_digest_start - a digest of nothing
 * @calendar:	NULL: of every record, with its times; or else of what grew in each of
 *		the intervals of archive_thin_start() in this calendar
 */
struct archive_digest archive_digest_start(struct calendar *calendar);

/** archive_digest_add - add what a scan that was read tells */
void archive_digest_add(struct archive_digest *digest, struct archive_scan *scan);

/** archive_digest_same - do they tell the same? Nothing can be added after. */
bool archive_digest_same(struct archive_digest *left, struct archive_digest *right);

#endif
