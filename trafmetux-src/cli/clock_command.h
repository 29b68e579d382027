/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock command: which time is believed, and why. */
#ifndef TRAFMETUX_CLOCK_COMMAND_H
#define TRAFMETUX_CLOCK_COMMAND_H

#include <stdio.h>

#include "index/belief.h"

/**
 * clock_command_run - say what the clock says, and what it is held against
 * @belief:	found with all that there is
 * @is_accepted:	--accept: records of the future tell nothing of the time
 *
 * A clock that is not believed is reported.
 */
void clock_command_run(struct belief *belief, const char *archive_path,
		       bool is_accepted, struct messages *messages,
		       FILE *output);

#endif
