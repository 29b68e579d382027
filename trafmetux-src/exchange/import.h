/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The import command: traffic that others counted, into the archive. */
#ifndef TRAFMETUX_IMPORT_H
#define TRAFMETUX_IMPORT_H

#include <stdbool.h>

#include "archive/context.h"
#include "exchange/import_files.h"

struct import_request {
	const struct context *context;	/* its present is the machine's clock */
	const char *format;		/* "csv" or "vnstat" */
	const char *path;		/* of the file; "-" is standard input */
	bool is_standard_input;		/* import_run() sets it, and gives it a name */
	const char *monitor;		/* of csv: its name, or NULL */
	const char *interface;		/* of vnstat: only this one, or NULL */
	const char *rx, *tx;		/* of vnstat: the monitors, or NULL */
	int month_start;		/* of vnstat: months begin on it; 0: not told */
};

/** import_run - import a file whole, and say what; or report why not */
void import_run(const struct import_request *request);

/** import_latest - no time of what is imported may be above this */
static inline int64_t import_latest(const struct import_request *request)
{
	return request->context->present + DAY_SECONDS;
}

/**
 * import_csv - read rows that export wrote, or others; see docs/trafmetux.8
 * @descriptor:	at the file's begin
 *
 * Returns 0, -ENOMEM, IMPORT_REPORTED or another -errno of reading.
 */
int import_csv(const struct import_request *request, int descriptor,
	       struct import_files *files);

/**
 * import_vnstat - read what vnStat wrote, whichever of the two it is
 *
 * Returns as import_csv() does.
 */
int import_vnstat(const struct import_request *request, int descriptor,
		  struct import_files *files);

/** import_vnstat_json - read what "vnstat --json" of vnStat 2 wrote */
int import_vnstat_json(const struct import_request *request, int descriptor,
		       struct import_files *files);

/** import_vnstat_text - read what "vnstat --exportdb" of vnStat 1 wrote */
int import_vnstat_text(const struct import_request *request, int descriptor,
		       struct import_files *files);

#endif
