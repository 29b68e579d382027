/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes in words: "24.21 MB". */
#ifndef TRAFMETUX_UNIT_H
#define TRAFMETUX_UNIT_H

#include <stdbool.h>
#include <stdint.h>

/** Room for a formatted figure. */
#define UNIT_TEXT_SIZE 40

/** A unit as it was asked for. All zero: one that suits each figure. */
struct unit {
	const char *label;	/* NULL: automatic */
	int power;		/* of 1024 */
};

/** unit_parse - B, KB to PB or KiB to PiB in any case; false if it is neither */
bool unit_parse(const char *word, struct unit *unit);

/**
 * unit_format - write a number of bytes with two decimals and its unit
 *
 * All units are powers of 1024. The automatic one is the smallest from KB to PB
 * in which the printed number is below 1024. Whole bytes have no decimals.
 */
void unit_format(const struct unit *unit, uint64_t bytes,
		 char text[UNIT_TEXT_SIZE]);

#endif
