/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The show-* and list commands: from source and archive to a renderer. */
#ifndef TRAFMETUX_SHOW_H
#define TRAFMETUX_SHOW_H

#include <stdint.h>
#include <stdio.h>

#include "time/calendar.h"
#include "base/message.h"
#include "report/query.h"
#include "report/render.h"
#include "report/selection.h"
#include "source/source.h"

struct show_request {
	const struct query *query;
	const struct source *source;
	const struct render_operations *render;
	struct calendar *calendar;
	struct time_range range;	/* what is outside is not shown */
	int64_t present;	/* epoch seconds; where -t N ends */
	struct messages *messages;
	FILE *output;
	bool is_terminal;	/* the output is one */
	bool is_styled;		/* and shows bold type */
	FILE *progress_output;	/* a terminal, or NULL */
};

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
