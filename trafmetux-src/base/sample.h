/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a source tells and the archive keeps: cumulative counters of one series
 * at one time. Everything else in the program is derived from these.
 */
#ifndef TRAFMETUX_SAMPLE_H
#define TRAFMETUX_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Times are seconds since 1970-01-01 UTC, from 1 up to the end of year 9999. */
#define SAMPLE_TIME_MAX INT64_C(253402300799)

/** In sample.since: the growth belongs to the 60 seconds that end at time. */
#define SAMPLE_MINUTE INT64_C(-1)

/** Packets and bytes counted. Inside a series both only grow. */
struct counters {
	uint64_t packets;
	uint64_t bytes;
};

/** The counters of a series at a time. */
struct sample {
	int64_t time;		/* 1 to SAMPLE_TIME_MAX */
	int64_t since;		/* 0 to time, or SAMPLE_MINUTE: see there */
	struct counters counters;
};

/** Room for the word of a kind of source, a NUL included. */
#define ORIGIN_KIND_SIZE 16

/** Where a series comes from. All zero: the kernel module, or it is not known. */
struct origin {
	char kind[ORIGIN_KIND_SIZE];	/* "bpf", "interface", "nft", in lower case */
	bool is_about;			/* its bytes are not those on the wire */
	struct counters base;		/* what was counted before it began */
};

/** Samples in an array that grows; samples_free() releases it. */
struct samples {
	struct sample *list;
	size_t count;
	size_t capacity;
};

/**
 * counters_compare - the order of two states of one series
 *
 * Packets decide, then bytes: the kernel reads the two one after the other, and
 * a clock that jumps says nothing about which came first.
 *
 * Returns less than, equal to or greater than 0 as @left is below, at or above
 * @right.
 */
static inline int counters_compare(const struct counters *left,
				   const struct counters *right)
{
	if (left->packets != right->packets)
		return left->packets < right->packets ? -1 : 1;
	if (left->bytes != right->bytes)
		return left->bytes < right->bytes ? -1 : 1;
	return 0;
}

/** counters_may_follow - may @next come after @known in a series, or equal it? */
static inline bool counters_may_follow(const struct counters *next,
				       const struct counters *known)
{
	return next->packets >= known->packets && next->bytes >= known->bytes;
}

/** counters_difference - what was counted between @known and @next, its successor */
static inline struct counters
counters_difference(const struct counters *next, const struct counters *known)
{
	return (struct counters){ .packets = next->packets - known->packets,
				  .bytes = next->bytes - known->bytes };
}

/** counters_add - add @growth to @sum, stopping at the largest number there is */
void counters_add(struct counters *sum, const struct counters *growth);

/** samples_add - append a copy of @sample; 0 or -ENOMEM */
int samples_add(struct samples *samples, const struct sample *sample);

/** samples_reverse - turn newest first into oldest first */
void samples_reverse(struct samples *samples);


/** samples_free - release the array; the struct is empty afterwards */
void samples_free(struct samples *samples);

#endif
