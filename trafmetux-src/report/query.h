/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked of reports, by a command line or by anything else. */
#ifndef TRAFMETUX_QUERY_H
#define TRAFMETUX_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/quantity.h"
#include "report/render.h"
#include "time/period.h"
#include "time/time_range.h"

struct query {
	const char *name;		/* of the report, such as "hourly" */
	enum period_kind period;
	char **words;			/* columns, see selection.h; or monitors */
	size_t word_count;
	struct time_range range;	/* what is outside is not shown */
	uint64_t times;			/* the last so many periods; 0: all */
	uint64_t top;			/* so many of the busiest; 0: all */
	struct unit unit;
	bool total;			/* and their sum */
	bool packets;
	bool rates;
	uint64_t interval;		/* between live rows, milliseconds; 0: as usual */
	const struct render_operations *render;
	bool is_terminal;		/* the output is one */
	bool is_styled;			/* and shows bold type */
};

#endif
