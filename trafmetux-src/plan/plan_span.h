/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Instants that are all free or all count. */
#ifndef TRAFMETUX_PLAN_SPAN_H
#define TRAFMETUX_PLAN_SPAN_H

#include <stdbool.h>
#include <stdint.h>

#include "time/calendar.h"
#include "time/free_week.h"

struct plan_span {
	int64_t start;
	int64_t end;		/* first instant after it */
	bool is_free;
};

/**
 * plan_span_find - the span that holds an instant
 * @span:	all zero, or the last answer, which is kept if it still holds
 *
 * Without free windows it is all of time; else it ends with the local hour at
 * the latest.
 */
void plan_span_find(const struct free_week *week, struct calendar *calendar,
		    int64_t instant, struct plan_span *span);

#endif
