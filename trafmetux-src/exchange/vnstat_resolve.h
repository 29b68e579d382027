/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an interface's entries tell together, and what contradicts what. */
#ifndef TRAFMETUX_VNSTAT_RESOLVE_H
#define TRAFMETUX_VNSTAT_RESOLVE_H

#include "exchange/vnstat_months.h"

/**
 * vnstat_prepare - leave out what can't be: entries of the future, and twice
 *
 * Returns 0 or IMPORT_REPORTED.
 */
int vnstat_prepare(struct vnstat *vnstat);

/**
 * vnstat_resolve - make of the entries and the total spans that can be imported
 * @months:	weighed, of all interfaces of the file
 *
 * Where entries contradict each other the finer ones are kept, but of vnStat 1 a
 * day and not its hours. What is left out, and what is put somewhere for want of
 * anything finer, is told.
 *
 * Returns 0, -ENOMEM or IMPORT_REPORTED.
 */
int vnstat_resolve(struct vnstat *vnstat, const struct vnstat_months *months);

#endif
