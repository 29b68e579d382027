/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is asked of reports, by a command line or by anything else. */
#ifndef TRAFMETUX_QUERY_H
#define TRAFMETUX_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "time/period.h"
#include "base/unit.h"

enum output_format {
	OUTPUT_TEXT,
	OUTPUT_TABLE,
	OUTPUT_JSON,
	OUTPUT_CSV,
};

struct query {
	const char *archive_path;
	const char *name;		/* of the report, such as "hourly" */
	enum period_kind period;
	char **words;			/* columns, see expression.h; or monitors */
	size_t word_count;
	uint64_t times;			/* the last so many periods; 0: all */
	uint64_t top;			/* so many of the busiest; 0: all */
	struct unit unit;
	bool total;			/* and their sum */
	bool packets;
	bool rates;
	enum output_format format;
	uint64_t interval;		/* between live rows, milliseconds; 0: as usual */
};

#endif
