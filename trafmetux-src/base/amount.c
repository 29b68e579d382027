// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/amount.h"

#define BITS_PER_BYTE 8

void amount_add(struct amount *sum, struct amount more)
{
	if (sum->is_negative == more.is_negative) {
		sum->size = more.size > UINT64_MAX - sum->size ?
			UINT64_MAX : sum->size + more.size;
	} else if (sum->size >= more.size) {
		sum->size -= more.size;
		sum->is_negative = sum->is_negative && sum->size;
	} else {
		sum->size = more.size - sum->size;
		sum->is_negative = more.is_negative;
	}
}

int amount_compare(struct amount left, struct amount right)
{
	int order = (left.size > right.size) - (left.size < right.size);

	if (left.is_negative != right.is_negative)
		return left.is_negative ? -1 : 1;
	return left.is_negative ? -order : order;
}

struct amount amount_rate(struct amount bytes, uint64_t seconds)
{
	/* In two parts, so that nothing overflows that need not. */
	const uint64_t whole = bytes.size / seconds;
	const uint64_t rest = bytes.size % seconds * BITS_PER_BYTE;
	const uint64_t rounded = rest / seconds +
				 (rest % seconds >= (seconds + 1) / 2);

	bytes.size = whole > (UINT64_MAX - rounded) / BITS_PER_BYTE ?
		UINT64_MAX : whole * BITS_PER_BYTE + rounded;
	bytes.is_negative = bytes.is_negative && bytes.size;
	return bytes;
}
