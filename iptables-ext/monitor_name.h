/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef _MONITOR_NAME_H
#define _MONITOR_NAME_H

#include "xt_TRAFMETUX.h"

/**
 * monitor_name_take() - a monitor's name from the command line
 * @extension: who asks, for messages
 * @text: the argument of --monitor
 * @name: XT_TRAFMETUX_NAME_SIZE bytes, filled with zeroes behind the name, since
 *	iptables compares rules bytewise
 *
 * Ends the program, as iptables' extensions do, if no monitor may be called so.
 */
void monitor_name_take(const char *extension, const char *text, char *name);

#endif /* _MONITOR_NAME_H */
