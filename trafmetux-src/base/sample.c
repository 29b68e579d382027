// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/sample.h"

#include <string.h>

#include "base/array.h"

static uint64_t add_saturated(uint64_t left, uint64_t right)
{
	return left > UINT64_MAX - right ? UINT64_MAX : left + right;
}

void counters_add(struct counters *sum, const struct counters *growth)
{
	sum->packets = add_saturated(sum->packets, growth->packets);
	sum->bytes = add_saturated(sum->bytes, growth->bytes);
}

int samples_add(struct samples *samples, const struct sample *sample)
{
	int error = array_reserve((void **)&samples->list, &samples->capacity,
				  samples->count + 1, sizeof(*sample));

	if (error)
		return error;
	samples->list[samples->count++] = *sample;
	return 0;
}

void samples_reverse(struct samples *samples)
{
	for (size_t low = 0; low < samples->count / 2; low++) {
		size_t high = samples->count - 1 - low;
		struct sample swap = samples->list[low];

		samples->list[low] = samples->list[high];
		samples->list[high] = swap;
	}
}

void samples_free(struct samples *samples)
{
	array_free((void **)&samples->list, &samples->capacity);
	samples->count = 0;
}
