/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes and rates in words: "24.21 MB", "1.50 Mbit/s". */
#ifndef TRAFMETUX_UNIT_H
#define TRAFMETUX_UNIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/amount.h"

/** Room for a formatted figure. */
#define UNIT_TEXT_SIZE 40

/** A unit as it was asked for. All zero: one of 1024s that suits each figure. */
struct unit {
	const char *label;	/* NULL: automatic */
	int power;		/* of 1024, or of 1000 */
	bool is_si;		/* steps of 1000 */
};

/** unit_parse - B, KB to PB or KiB to PiB in any case; false if it is neither */
bool unit_parse(const char *word, struct unit *unit);

/**
 * unit_make_si - count in steps of 1000: B, kB, MB, GB, TB, PB
 *
 * Returns false for the units that are of 1024 by their name, KiB to PiB.
 */
bool unit_make_si(struct unit *unit);

/**
 * unit_format - write a number of bytes with two decimals and its unit
 *
 * The automatic unit is the smallest from KB to PB in which the printed number
 * is below 1024, or 1000. Whole bytes have no decimals. @text has room for
 * UNIT_TEXT_SIZE - 1 bytes.
 */
void unit_format(const struct unit *unit, uint64_t bytes, char *text);

/** unit_format_amount - the same for a number that may be below zero */
void unit_format_amount(const struct unit *unit, struct amount bytes,
			char text[UNIT_TEXT_SIZE]);

/**
 * unit_format_rate - write bits per second: "1.50 Mbit/s"
 *
 * Steps are of 1000, as for all rates in bits; below 1000 there are no decimals.
 */
void unit_format_rate(struct amount bits, char text[UNIT_TEXT_SIZE]);

#endif
