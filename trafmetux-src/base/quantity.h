/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Amounts of bytes, rates and percentages: numbers of them, and words for them. */
#ifndef TRAFMETUX_QUANTITY_H
#define TRAFMETUX_QUANTITY_H

#include <stdbool.h>
#include <stdint.h>

/* Numbers of bytes or packets that may be below zero: differences of monitors. */

/** From -(2^64 - 1) to 2^64 - 1. Zero is not negative. */
struct amount {
	uint64_t size;
	bool is_negative;
};

/** amount_of - a number that is not negative */
static inline struct amount amount_of(uint64_t size)
{
	return (struct amount){ .size = size };
}

/** amount_negated - @amount with its sign changed */
static inline struct amount amount_negated(struct amount amount)
{
	amount.is_negative = amount.size && !amount.is_negative;
	return amount;
}

/** amount_add - add @more to @sum, stopping at the largest number there is */
void amount_add(struct amount *sum, struct amount more);

/** amount_compare - less than, equal to or greater than 0 as left to right */
int amount_compare(struct amount left, struct amount right);

/**
 * amount_rate - bits per second, rounded to the nearest
 * @bytes:	in all
 * @seconds:	1 or more
 */
struct amount amount_rate(struct amount bytes, uint64_t seconds);

/* Bytes and rates in words: "24.21 MB", "1.50 Mbit/s". */

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
