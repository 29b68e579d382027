// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive_entry.h"

#include <errno.h>
#include <stdlib.h>

#include "array.h"

/*
 * How many times contradicting lines are held against each other at most: with a few
 * wrong ones about as often as there are lines, with all of them wrong half the
 * square. A month has 44640 minutes. Past it, who comes first wins.
 */
#define COMPARISONS_MAX 100000000

int archive_entries_add(struct archive_entries *entries,
			const struct archive_entry *entry)
{
	int error = array_reserve((void **)&entries->list, &entries->capacity,
				  entries->count + 1, sizeof(*entry));

	if (!error)
		entries->list[entries->count++] = *entry;
	return error;
}

bool archive_entries_plain(const struct archive_entries *entries)
{
	bool after_base = false;

	for (size_t at = 0; at < entries->count; at++) {
		if (after_base && entries->list[at].base)
			return false;
		after_base = entries->list[at].base;
	}
	return !after_base;
}

void archive_entries_free(struct archive_entries *entries)
{
	array_free((void **)&entries->list, &entries->capacity);
	entries->count = 0;
}

static int hex_digits_apart(uint64_t left, uint64_t right)
{
	int count = 0;

	for (uint64_t rest = left ^ right; rest; rest >>= 4)
		count += (rest & 15) != 0;
	return count;
}

bool archive_series_misread(uint64_t known, const struct counters *state,
			    uint64_t series, const struct counters *base)
{
	return (base->packets || base->bytes) &&
	       counters_compare(state, base) == 0 &&
	       hex_digits_apart(known, series) == 1;
}

void archive_entries_rename(struct archive_entries *entries, size_t first,
			    uint64_t series)
{
	entries->list[first].damaged = true;
	do
		entries->list[first].series = series;
	while (++first < entries->count && !entries->list[first].base);
}

/*
 * What a line weighs in a dispute. An "@" repeats what was written before: one
 * record alone does not outweigh it.
 */
#define RECORD_WEIGHT 2
#define BASE_WEIGHT 3

/* One claim in a dispute: a line, and the run of agreeing ones that it ends. */
struct claim {
	struct archive_entry *entry;
	struct counters lowest;		/* of this one and all that come later */
	size_t weight;			/* of the run */
	size_t heaviest;		/* of the runs that end here or before */
	size_t before;			/* the one before it in the run, plus one */
};

static struct counters pick(const struct counters *left,
			    const struct counters *right, bool larger)
{
	return (struct counters){
		.packets = (left->packets > right->packets) == larger ?
			   left->packets : right->packets,
		.bytes = (left->bytes > right->bytes) == larger ?
			 left->bytes : right->bytes,
	};
}

static bool agrees(const struct claim *next, const struct claim *before)
{
	return counters_may_follow(&next->entry->sample.counters,
				   &before->entry->sample.counters);
}

/* The run that @last ends: all others of the dispute are wrong. */
static void believe(struct claim *claims, size_t count, size_t last)
{
	for (size_t at = 0; at < count; at++)
		claims[at].entry->damaged = true;
	for (size_t at = last + 1; at > 0; at = claims[at - 1].before)
		claims[at - 1].entry->damaged = false;
}

/* Both numbers count: the one that went wrong may be either. */
static double height(const struct claim *claim)
{
	const struct counters *counters = &claim->entry->sample.counters;

	return (double)counters->packets * (double)counters->bytes;
}

/*
 * The heaviest run that the claim may go on, the earliest of them. Looked for from
 * the end, as far as there can be one.
 */
static size_t find_before(struct claim *claims, size_t at)
{
	struct claim *claim = &claims[at];
	const size_t own = claim->entry->base ? BASE_WEIGHT : RECORD_WEIGHT;
	size_t other = at;

	claim->weight = own;
	claim->before = 0;
	while (other > 0 && claims[other - 1].heaviest + own >= claim->weight) {
		other--;
		if (claims[other].weight + own < claim->weight ||
		    !agrees(claim, &claims[other]))
			continue;
		claim->weight = claims[other].weight + own;
		claim->before = other + 1;
	}
	claim->heaviest = claim->weight;
	if (at && claims[at - 1].heaviest > claim->heaviest)
		claim->heaviest = claims[at - 1].heaviest;
	return at - other;
}

/*
 * Of runs that weigh the same, the lower one: what is counted too little, the
 * next whole line of the series makes up for. Returns false if that takes too long.
 */
static bool decide(struct claim *claims, size_t count)
{
	size_t comparisons = 0;
	size_t best = 0;

	for (size_t at = 0; at < count; at++) {
		struct claim *claim = &claims[at];

		comparisons += find_before(claims, at);
		if (comparisons > COMPARISONS_MAX)
			return false;
		if (claim->weight > claims[best].weight ||
		    (claim->weight == claims[best].weight &&
		     !claims[best].entry->base &&
		     height(claim) < height(&claims[best])))
			best = at;
	}
	believe(claims, count, best);
	return true;
}

static void decide_quickly(struct claim *claims, size_t count)
{
	size_t last = 0;

	for (size_t at = 1; at < count; at++) {
		if (agrees(&claims[at], &claims[last]))
			last = at;
		else
			claims[at].entry->damaged = true;
	}
}

/*
 * A claim that no other one contradicts parts the series: what is disputed
 * before it has nothing to do with what is disputed after it.
 */
static void decide_all(struct claim *claims, size_t count)
{
	struct counters highest = { 0 };
	size_t first = 0;

	for (size_t at = 0; at <= count; at++) {
		if (at < count) {
			const struct counters *own =
				&claims[at].entry->sample.counters;
			bool undisputed = counters_may_follow(own, &highest) &&
				counters_may_follow(&claims[at].lowest, own);

			highest = pick(&highest, own, true);
			if (!undisputed)
				continue;
		}
		if (at - first > 1 && !decide(claims + first, at - first))
			decide_quickly(claims + first, at - first);
		first = at + 1;
	}
}

/*
 * An "@" that was no claim is wrong where a record that is believed goes below it,
 * or where it is above the state in one number and below in the other.
 */
static void refute_bases(struct archive_entries *entries, uint64_t series)
{
	const struct counters *next = NULL;
	const struct counters *last = NULL;

	for (size_t at = entries->count; at-- > 0;) {
		struct archive_entry *entry = &entries->list[at];
		const struct counters *own = &entry->sample.counters;

		if (entry->series != series || entry->damaged)
			continue;
		if (!entry->base)
			next = own;
		else if (next && !counters_may_follow(next, own))
			entry->damaged = true;
	}
	for (size_t at = 0; at < entries->count; at++) {
		struct archive_entry *entry = &entries->list[at];
		const struct counters *own = &entry->sample.counters;

		if (entry->series != series || entry->damaged)
			continue;
		if (!last || counters_may_follow(own, last))
			last = own;
		else if (!counters_may_follow(last, own))
			entry->damaged = true;
	}
}

int archive_entries_settle(struct archive_entries *entries, uint64_t series)
{
	struct claim *claims = calloc(entries->count ? entries->count : 1,
				      sizeof(*claims));
	struct counters highest = { 0 };
	struct counters lowest = { UINT64_MAX, UINT64_MAX };
	size_t count = 0;

	if (!claims)
		return -ENOMEM;
	for (size_t at = 0; at < entries->count; at++) {
		struct archive_entry *entry = &entries->list[at];
		const struct counters *own = &entry->sample.counters;

		if (entry->series != series || entry->damaged)
			continue;
		if (entry->base && count && counters_may_follow(&highest, own))
			continue;
		highest = pick(&highest, own, true);
		claims[count++].entry = entry;
	}
	for (size_t at = count; at-- > 0;) {
		lowest = pick(&lowest, &claims[at].entry->sample.counters,
			      false);
		claims[at].lowest = lowest;
	}
	decide_all(claims, count);
	free(claims);
	refute_bases(entries, series);
	return 0;
}
