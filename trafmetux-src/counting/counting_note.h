/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is seen of monitors becomes what is expected of them. */
#ifndef TRAFMETUX_COUNTING_NOTE_H
#define TRAFMETUX_COUNTING_NOTE_H

#include "counting/counting_update.h"
#include "counting/expected.h"

/**
 * counting_note_adopt - make @expected, which was read, this machine's
 *
 * Without a file, what was written to lately is expected. Returns 1 if it was
 * changed, 0 or -errno.
 */
int counting_note_adopt(struct expected *expected,
			const struct archive *archive,
			const struct place *place, int64_t present);

/** counting_note - note what an update saw; 1 if anything was changed, 0 or -ENOMEM */
int counting_note(struct expected *expected,
		  const struct counting_update *update);

/** counting_note_is_due - are the rules to be looked for? */
bool counting_note_is_due(const struct expected *expected,
			  const struct counting_update *update);

#endif
