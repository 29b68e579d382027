/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verify command: is the archive whole, and if not, what can be done? */
#ifndef TRAFMETUX_VERIFY_H
#define TRAFMETUX_VERIFY_H

#include <stdbool.h>

#include "archive/archive_directory.h"
#include "archive/context.h"
#include "base/monitor_name.h"

/**
 * verify_run - read every file of the archive, and say of each monitor how it is
 * @wanted:	only these; empty: every monitor
 *
 * Damage is trouble, also where all is known that it took. With repair, what the
 * source still has is written again first; then damaged lines become comments, and
 * missing records one record each, in files of which a copy is kept as
 * NAME-DATE.damaged. Only what is still wrong then is trouble. A repair that would
 * change what reports tell is taken back, and that is reported. Of every monitor means
 * of the files that remember plans too.
 */
void verify_run(const struct context *context, const struct monitor_names *wanted,
		bool repair);

/**
 * verify_plans - look at the files of plans, and mend them if asked to
 *
 * Those with damaged lines, or lines that end as on Windows, are told of; damage that
 * stays is trouble.
 */
void verify_plans(const struct context *context, const struct archive *archive,
		  bool repair);

#endif
