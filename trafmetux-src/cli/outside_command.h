/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that are programs of their own, in a folder beside the program's. */
#ifndef TRAFMETUX_OUTSIDE_COMMAND_H
#define TRAFMETUX_OUTSIDE_COMMAND_H

#include "base/message.h"

/**
 * outside_command_run - become the program that a first word names, if there is one
 * @arguments:	as given to main(), ending with NULL; that after the word go to it
 *
 * Only words of letters, digits and dashes are looked for, only before any option, and
 * only those that are no command of this program. The folder is LIBEXECDIR, found from
 * where this program is: no variable and no option can name another.
 *
 * Returns if there is none, with 0; or -errno of one that could not be started, which
 * was reported.
 */
int outside_command_run(char **arguments, struct messages *messages);

#endif
