// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "cli/invocation.h"
#include "counting/counting.h"
#include "exchange/import.h"

/* What goes with the one format and not with the other. */
int command_import_check(struct options *options, char *fault)
{
	const char *format = options->operands[0];
	const bool is_csv = strcmp(format, "csv") == 0;

	if (!is_csv && strcmp(format, "vnstat") != 0)
		return options_fail(fault,
				    "import '%s': the formats are csv and vnstat",
				    format);
	if (is_csv && (options->interface || options->rx || options->tx))
		return options_fail(fault, "%s go with import vnstat",
				    "--interface, --rx and --tx");
	if (is_csv && options->first_month_day)
		return options_fail(fault, "%s goes with import vnstat",
				    "--month-start");
	if (!is_csv && options->monitor)
		return options_fail(fault, "%s goes with import csv",
				    "--monitor");
	if (options->rx && options->tx && !strcmp(options->rx, options->tx))
		return options_fail(fault, "--rx and --tx are both '%s'",
				    options->rx);
	return 0;
}

int command_import(struct invocation *invocation)
{
	const struct options *options = invocation->options;
	const struct import_request request = {
		.context = &invocation->context,
		.format = options->operands[0],
		.path = options->operands[1],
		.monitor = options->monitor,
		.interface = options->interface,
		.rx = options->rx,
		.tx = options->tx,
		.month_start = options->first_month_day,
	};

	if (invocation_is_own(invocation))
		counting_begin(&invocation->context);
	import_run(&request);
	return STATUS_DONE;
}
