/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers of bytes or packets that may be below zero: differences of monitors. */
#ifndef TRAFMETUX_AMOUNT_H
#define TRAFMETUX_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

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

#endif
