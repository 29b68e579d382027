/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ranges of monitoring plugins, as -w and -c take them; see "Threshold and
 * Ranges" of the Monitoring Plugins Development Guidelines.
 */
#ifndef TRAFMETUX_CHECK_RANGE_H
#define TRAFMETUX_CHECK_RANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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

#endif
