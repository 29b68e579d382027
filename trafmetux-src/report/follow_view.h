/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How the live view looks: a line that is written again, or lines. */
#ifndef TRAFMETUX_FOLLOW_VIEW_H
#define TRAFMETUX_FOLLOW_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "report/query.h"
#include "report/render.h"

/** A row; its figures' averages are the rates since the row before. */
struct follow_view {
	struct calendar *calendar;
	struct report report;
	const struct period *period;	/* the present one */
	const struct figure *figures;
	int64_t present;		/* epoch seconds */
	bool is_terminal;		/* text is one line there */
};

/** follow_view_start - what comes before the rows */
void follow_view_start(enum output_format format, FILE *output);

/** follow_view_row - a row, which arrives at once */
void follow_view_row(const struct follow_view *view, enum output_format format);

/** follow_view_end - what comes after the rows */
void follow_view_end(enum output_format format, bool is_terminal,
		     FILE *output);

#endif
