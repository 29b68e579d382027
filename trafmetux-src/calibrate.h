/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calibrate command: why the ISP's figure is another than ours. */
#ifndef TRAFMETUX_CALIBRATE_H
#define TRAFMETUX_CALIBRATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "plan_view.h"

/** An ISP's figure: bytes, and by how much they may be rounded. */
struct calibrate_figure {
	uint64_t bytes;
	uint64_t rounding;	/* half of its last digit, at least 1 */
	int power;		/* of its unit: 1 for KB, 3 for GB; 0 for bytes */
	bool is_named_binary;	/* KiB to PiB */
};

/** Why an ISP's figure may differ. */
struct calibrate_cause {
	const char *words;
	const char *setting;	/* what to set instead of a factor, or NULL */
	uint64_t figure;	/* what the ISP would say then */
};

/** No more causes are looked at. */
#define CALIBRATE_CAUSES_MAX 24

/**
 * calibrate_parse_figure - read an amount as quantity_parse() does
 *
 * Returns false for anything else.
 */
bool calibrate_parse_figure(const char *text, bool is_si,
			    struct calibrate_figure *figure);

/**
 * calibrate_causes - what the ISP would say by each usual cause
 * @packets:	counted, as @bytes, in the same time
 * @is_si:	ours are steps of 1000
 *
 * Returns how many @causes were filled in.
 */
size_t calibrate_causes(uint64_t packets, uint64_t bytes,
			const struct calibrate_figure *figure, bool is_si,
			struct calibrate_cause causes[CALIBRATE_CAUSES_MAX]);

/**
 * calibrate_fits - could the ISP's figure be that one?
 *
 * By its rounding, and by a thousandth for what was on its way at the period's
 * turn.
 */
bool calibrate_fits(const struct calibrate_figure *figure, uint64_t other);

/**
 * calibrate_run - write the factor and what explains it
 * @text:	the ISP's figure
 * @is_now:	of the present period so far; else of the last one that is over
 *
 * What is wrong is reported. Returns 0, -EINVAL when the figure is none, -ENODATA
 * when there is no such period or nothing was counted in it, or -errno.
 */
int calibrate_run(const struct plan_request *request, const struct plan *plan,
		  const char *text, bool is_now, FILE *output);

#endif
