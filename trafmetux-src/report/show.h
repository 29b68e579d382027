/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The show-* and list commands: from source and archive to a renderer. */
#ifndef TRAFMETUX_SHOW_H
#define TRAFMETUX_SHOW_H

#include "report/query.h"
#include "report/selection.h"

/** show_run - a report; whatever fails is reported, and the rest is served */
void show_run(const struct show_request *request);

/**
 * show_report_future - report a clock that is not believed, or else the selection's
 * files of the future
 */
void show_report_future(const struct show_request *request,
			const struct selection *selection);

/** show_list - the monitors, live and archived */
void show_list(const struct show_request *request);

#endif
