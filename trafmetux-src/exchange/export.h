/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The export command: every record of the archive as a row for other programs. */
#ifndef TRAFMETUX_EXPORT_H
#define TRAFMETUX_EXPORT_H

#include "report/show.h"

/** Of the JSON that export writes; apart from that of reports. */
#define EXPORT_JSON_VERSION 1

/**
 * export_run - write what each monitor counted, record by record
 *
 * One monitor after the other, each record as it is read: nothing is kept. What
 * is still in the kernel comes after what is archived. query.words name
 * monitors, none all; of query.render JSON is heeded, else it is CSV.
 * What fails is reported; the rest is served.
 */
void export_run(const struct context *context, const struct query *query);

#endif
