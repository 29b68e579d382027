/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The calibrate command: why the ISP's figure is another than ours. */
#ifndef TRAFMETUX_CALIBRATE_H
#define TRAFMETUX_CALIBRATE_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/plan_view.h"

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

/**
 * Beyond so much, in hundredths of a percent of what was counted, a factor would hide
 * that something else is counted than is billed.
 */
#define CALIBRATE_FAR 1500

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

/** What was counted in a period, as it was on the wire. */
struct calibrate_counted {
	struct schedule_period period;
	uint64_t packets;
	uint64_t bytes;
};

/** What is asked. */
struct calibrate_options {
	const char *text;	/* the ISP's figure */
	bool is_now;		/* of the present period so far; else of the last one */
	bool is_forced;		/* a factor however far it is from 1 */
};

/** A cause, with room for its words. */
struct calibrate_monitor {
	char words[MONITOR_NAME_SIZE + 64];
	char setting[MONITOR_NAME_SIZE + 16];
};

/** The most monitors of a plan that are looked at alone. */
#define CALIBRATE_MONITORS_MAX 8

/**
 * calibrate_run - write what explains a figure, and the factor
 *
 * There is none where it is far from 1, which is reported as any other trouble.
 *
 * Returns 0, -EINVAL when the figure is none, -ENODATA when there is no such period
 * or nothing was counted in it, -EDOM when it is too far, or -errno.
 */
int calibrate_run(const struct context *context, const struct plan *plan,
		  const struct calibrate_options *options);

#endif
