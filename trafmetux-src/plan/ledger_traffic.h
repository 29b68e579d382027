/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside ledger_make(): what the monitors counted in each period. */
#ifndef TRAFMETUX_LEDGER_TRAFFIC_H
#define TRAFMETUX_LEDGER_TRAFFIC_H

#include "plan/ledger.h"

/**
 * ledger_traffic_read - fill in used and free
 * @rows:	periods without gap, the oldest first
 *
 * Reads the archive from the first period on. Returns 0 or -ENOMEM.
 */
int ledger_traffic_read(const struct ledger_request *request,
			struct ledger_row *rows, size_t count);

#endif
