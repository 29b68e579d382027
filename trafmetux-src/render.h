/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Output formats: each is a few functions over the same rows. */
#ifndef TRAFMETUX_RENDER_H
#define TRAFMETUX_RENDER_H

#include <stdio.h>

#include "list.h"
#include "period.h"
#include "table.h"
#include "unit.h"

/**
 * Version of the JSON documents. It grows when a key changes its meaning or
 * goes, not when one is added; it is no version of the program.
 */
#define RENDER_JSON_VERSION 1

/** A report to be rendered. */
struct report {
	const char *name;		/* "hourly" */
	const struct table *table;
	struct unit unit;		/* of the text */
	const char *zone;
	FILE *output;
};

/**
 * struct render_operations - an output format
 * @report_start:	what comes before the rows
 * @report_row:		a period and a figure for each column
 * @report_end:		what comes after the rows
 * @list:		the monitors
 *
 * Errors of writing stay in the stream; main looks for them at the end.
 */
struct render_operations {
	void (*report_start)(const struct report *report);
	void (*report_row)(const struct report *report,
			   const struct period *period,
			   const struct counters *row, size_t number);
	void (*report_end)(const struct report *report);
	void (*list)(const struct list *list, FILE *output);
};

extern const struct render_operations render_text;
extern const struct render_operations render_json;
extern const struct render_operations render_csv;

#endif
