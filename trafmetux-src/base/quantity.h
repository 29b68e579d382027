/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Amounts of bytes and percentages as people write them. */
#ifndef TRAFMETUX_QUANTITY_H
#define TRAFMETUX_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/** What to say when quantity_parse() fails. */
#define QUANTITY_FORMS "a number and a unit, such as '3 GB' or '1.5 GiB'"

/** Percentages are counted in hundredths: this is 100 %. */
#define QUANTITY_WHOLE 10000

/** The highest percentage that is read, in hundredths. */
#define QUANTITY_PERCENT_MAX (1000 * 100)

/**
 * quantity_parse - read "3 GB", "1.5GiB" or "10000 B"
 * @is_si:	KB to PB are of 1000s; KiB to PiB never are
 *
 * Up to four decimals, rounded to the nearest byte; blanks may stand before the
 * unit and around it all. Returns false for anything else, as where
 * the unit lacks, and above 2^64 - 1.
 */
bool quantity_parse(const char *text, bool is_si, uint64_t *bytes);

/** quantity_parse_figure - likewise; without a unit it is bytes */
bool quantity_parse_figure(const char *text, bool is_si, uint64_t *bytes);

/**
 * quantity_fault - why quantity_parse() refuses what is nearly right
 *
 * Returns words that go on from the text itself, such as "has no unit; give one, such
 * as GB"; or NULL for anything else, of which QUANTITY_FORMS tells.
 */
const char *quantity_fault(const char *text, bool is_si);

/**
 * quantity_parse_percent - read "80%", "80.25 %" or "80"
 * @hundredths:	0 to QUANTITY_PERCENT_MAX
 *
 * Returns false for anything else.
 */
bool quantity_parse_percent(const char *text, uint32_t *hundredths);

/**
 * quantity_parse_decimal - read digits, perhaps with a point and decimals
 * @cursor:	where it starts; moved to the first byte after it
 * @decimals:	as many as may be given, up to 9
 * @whole:	what is before the point
 * @rest:	what is after it, in units of the last decimal
 *
 * Returns false when there is no digit before the point or none after it, or
 * too many.
 */
bool quantity_parse_decimal(const char **cursor, int decimals, uint64_t *whole,
			    uint64_t *rest);

/**
 * quantity_percent - @part of @whole in hundredths of a percent, rounded down
 *
 * More than UINT32_MAX is UINT32_MAX. Of nothing, nothing is 0 and anything
 * UINT32_MAX.
 */
uint32_t quantity_percent(uint64_t part, uint64_t whole);

/**
 * quantity_scale - @number * @factor / @divisor, rounded to the nearest
 * @divisor:	1 or more; @divisor * @factor fits into 64 bits
 *
 * Stops at UINT64_MAX.
 */
uint64_t quantity_scale(uint64_t number, uint64_t factor, uint64_t divisor);

#endif
