/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The check command: a plan as a monitoring plugin, by the Monitoring Plugins
 * Development Guidelines: one line, performance data, four exit statuses.
 */
#ifndef TRAFMETUX_CHECK_H
#define TRAFMETUX_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "plan/plan_view.h"

/*
 * Ranges of monitoring plugins, as -w and -c take them; see "Threshold and
 * Ranges" of the Monitoring Plugins Development Guidelines.
 */

/** What to say when check_range_parse() fails. */
#define CHECK_RANGE_FORMS \
	"[@][START:][END] in % or in bytes, such as 80%, ~:2.5GB, 10%: or @90%:100%"

/** Room for check_range_format(). */
#define CHECK_RANGE_SIZE 64

/** Alerts are raised outside of [start, end]; if is_inside, in it. */
struct check_range {
	bool is_inside;		/* "@" */
	bool is_percent;	/* in hundredths of a percent; else in bytes */
	bool has_start;		/* false: "~", nothing is too low */
	bool has_end;		/* false: nothing is too high */
	uint64_t start;
	uint64_t end;
};

/**
 * check_range_parse - read a range
 * @is_si:	KB to PB are of 1000s
 *
 *	range  = ["@"] (end / start ":" [end])
 *	start  = number / "~" / ""		"" is 0
 *	number = an amount or a percentage, see quantity.h
 *
 * Both ends are of one kind: where only one has a unit, it is the other's too.
 * Returns false for anything else, and when start is above end.
 */
bool check_range_parse(const char *text, bool is_si, struct check_range *range);

/** check_range_alerts - is an alert to be raised at @value? */
bool check_range_alerts(const struct check_range *range, uint64_t value);

/** check_range_format - as performance data has it; percentages as "80" */
void check_range_format(const struct check_range *range,
			char text[CHECK_RANGE_SIZE]);

/** Exit statuses of plugins. */
enum check_status {
	CHECK_OK = 0,
	CHECK_WARNING = 1,
	CHECK_CRITICAL = 2,
	CHECK_UNKNOWN = 3,
};

/** Room for why there is no answer. */
#define CHECK_REASON_SIZE 512

/** So many seconds may pass before the answer. */
#define CHECK_TIMEOUT_SECONDS 10

/** After so many seconds without an update, data are stale. */
#define CHECK_STALE_SECONDS 900

struct check_request {
	const struct plan_request *request;	/* its messages are left alone */
	const struct plan *plan;
	const char *warning;	/* ranges; NULL: by the plan's own warnings */
	const char *critical;	/* NULL: above 100 % */
	uint64_t stale;		/* seconds */
	FILE *output;
};

/** check_run - write the line; returns the exit status */
enum check_status check_run(const struct check_request *request);

/** check_unknown - write that there is no answer, and why; CHECK_UNKNOWN */
enum check_status check_unknown(FILE *output, const char *reason);

/**
 * check_limit_time - let the process end after so long, with CHECK_UNKNOWN
 * @seconds:	1 to UINT_MAX
 */
void check_limit_time(unsigned int seconds);

/**
 * check_find_stale - are the figures of a plan those of now?
 * @reason:	why not, in words
 *
 * They are not if the kernel does not count a monitor that is expected to count,
 * or if what it counted was not archived for so long.
 */
bool check_find_stale(const struct plan_view *view, uint64_t stale,
		      char *reason, size_t size);

#endif
