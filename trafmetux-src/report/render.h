/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output formats: each is a few functions over the same rows. To add one: its file
 * render_NAME.c, its name at the end here, a row in cli/options.c.
 */
#ifndef TRAFMETUX_RENDER_H
#define TRAFMETUX_RENDER_H

#include <stdio.h>

#include "base/monitor_name.h"
#include "report/rows.h"
#include "base/quantity.h"

/** One monitor as it is listed. */
struct list_entry {
	char monitor[MONITOR_NAME_SIZE];
	bool is_live;
	int64_t references;	/* rules, meters; LIVE_UNKNOWN when that is not known */
	uint64_t series;	/* if is_live */
	bool is_about;		/* what it counts, or counted last: see struct origin */
	int64_t archived_since;	/* epoch seconds; 0: nothing is archived */
};

/** The monitors that there are. */
struct list {
	struct list_entry *entries;
	size_t count;
	size_t capacity;
	struct calendar *calendar;
};

/**
 * Version of the JSON documents. It grows when a key changes its meaning or
 * goes, not when one is added; it is no version of the program.
 * docs/trafmetux-report.schema.json is about this version.
 */
#define RENDER_JSON_VERSION 1

/** A report to be rendered. */
struct report {
	const char *name;		/* "hourly" */
	enum period_kind kind;
	struct calendar *calendar;
	const struct expression *columns;
	size_t column_count;
	struct unit unit;		/* of the text */
	const char *zone;
	bool has_about;			/* a column is */
	bool has_packets;		/* in the text; JSON and CSV always do */
	bool has_rates;
	bool is_styled;			/* for a terminal that shows bold type */
	int *widths;			/* of aligned columns, while measuring */
	FILE *output;
};

/** A row of the present period; averages are the rates since the row before. */
struct live_row {
	const struct period *period;
	const struct figure *figures;	/* one for each column */
	int64_t present;		/* epoch seconds */
};

struct writer;

/**
 * struct render_operations - an output format
 * @is_for_programs:	always in bytes; live rows stay lines on a terminal, too
 * @measure:		if there, is called for each row before all else
 * @report_start:	what comes before the rows
 * @report_row:		a period and a figure for each column
 * @report_end:		what comes after the rows: @total, unless it is NULL
 * @list:		the monitors; NULL: the command list does not take it
 * @live_start:	if there, what comes before live rows
 * @live_row:		lines; NULL: --follow does not go with it
 *
 * Errors of writing stay in the stream; main looks for them at the end.
 */
struct render_operations {
	bool is_for_programs;
	void (*measure)(const struct report *report, const struct row *row);
	void (*report_start)(const struct report *report);
	void (*report_row)(const struct report *report, const struct row *row,
			   size_t number);
	void (*report_end)(const struct report *report,
			   const struct row *total);
	void (*list)(const struct list *list, FILE *output);
	void (*live_start)(FILE *output);
	void (*live_row)(const struct report *report,
			 const struct live_row *row, struct writer *writer);
};

/** RENDER_WIDTHS - how many widths a report of so many columns has room for */
#define RENDER_WIDTHS(columns) (1 + 4 * (columns))

extern const struct render_operations render_text;
extern const struct render_operations render_table;
extern const struct render_operations render_json;
extern const struct render_operations render_csv;

#endif
