// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/meter_rings.h"

#include <errno.h>
#include <stdlib.h>

#include "source/meter_time.h"

/* Ends of one minute on two processors may be so far apart: half a second. */
static uint64_t slack(const struct meter_rings *rings)
{
	return rings->info->minute / 120;
}

/* The row with a processor's entry; NULL on error. */
static const struct meter_entry *row_of(struct meter_rings *rings, uint32_t slot,
					int *error)
{
	struct meter_entry *row = rings->rows + (size_t)slot * rings->processors;

	if (!rings->is_loaded[slot]) {
		*error = rings->load(rings->context, slot, row);
		if (*error)
			return NULL;
		rings->is_loaded[slot] = true;
	}
	return row;
}

/* Is it what may have been before? If not, it was written over meanwhile. */
static bool may_be_older(const struct meter_entry *entry, uint64_t end,
			 const struct meter_entry *newer)
{
	return entry->end && entry->end <= end && entry->packets <= newer->packets &&
	       entry->bytes <= newer->bytes;
}

/* To the next older entry; after the last, to nothing having been counted. */
static int go_back(struct meter_rings *rings, uint32_t processor,
		   const struct meter_entry *newer)
{
	struct meter_cursor *cursor = &rings->cursors[processor];
	const uint32_t slots = rings->info->slots;
	const uint64_t stored = rings->counters[processor].stored;
	int error = 0;

	cursor->has_entry = false;
	for (;;) {
		const struct meter_entry *row;

		if (!cursor->left)
			return 0;
		/* The oldest may be written over just now. */
		if (stored - cursor->left + 1 >= slots) {
			cursor->is_lost = true;
			return 0;
		}
		row = row_of(rings, (uint32_t)((cursor->left - 1) % slots), &error);
		if (!row)
			return error;
		cursor->left--;
		if (!may_be_older(&row[processor], cursor->newer_end, newer)) {
			cursor->is_lost = true;
			return 0;
		}
		/* What was interrupted by itself stores a minute twice. */
		if (row[processor].end == cursor->newer_end)
			continue;
		cursor->entry = row[processor];
		cursor->has_entry = true;
		return 0;
	}
}

/* A minute that is over, though no packet came since that would have stored it. */
static int begin(struct meter_rings *rings, uint32_t processor, uint64_t jiffies)
{
	const struct meter_counter *counter = &rings->counters[processor];
	struct meter_cursor *cursor = &rings->cursors[processor];
	const struct meter_entry now = { .end = counter->ends,
					 .packets = counter->packets,
					 .bytes = counter->bytes };

	*cursor = (struct meter_cursor){ .left = counter->stored };
	if (!counter->ends) {
		cursor->newer_end = UINT64_MAX;
		return 0;
	}
	if (counter->ends <= jiffies) {
		cursor->newer_end = UINT64_MAX;
		cursor->entry = now;
		cursor->has_entry = true;
		return 0;
	}
	cursor->newer_end = counter->ends;
	return go_back(rings, processor, &now);
}

int meter_rings_start(struct meter_rings *rings, uint64_t jiffies)
{
	const size_t slots = rings->info->slots;
	int error = 0;

	rings->cursors = calloc(rings->processors, sizeof(*rings->cursors));
	rings->rows = calloc(slots * rings->processors, sizeof(*rings->rows));
	rings->is_loaded = calloc(slots, sizeof(*rings->is_loaded));
	if (!rings->cursors || !rings->rows || !rings->is_loaded)
		return -ENOMEM;
	for (uint32_t at = 0; !error && at < rings->processors; at++)
		error = begin(rings, at, jiffies);
	return error;
}

void meter_rings_free(struct meter_rings *rings)
{
	free(rings->cursors);
	free(rings->rows);
	free(rings->is_loaded);
	rings->cursors = NULL;
	rings->rows = NULL;
	rings->is_loaded = NULL;
}

/* The newest minute's end that any of them has; false if there is none. */
static bool find_end(const struct meter_rings *rings, uint64_t *end)
{
	bool is_found = false;

	for (uint32_t at = 0; at < rings->processors; at++) {
		const struct meter_cursor *cursor = &rings->cursors[at];

		if (!cursor->has_entry || (is_found && cursor->entry.end <= *end))
			continue;
		*end = cursor->entry.end;
		is_found = true;
	}
	return is_found;
}

/*
 * Does a processor know what it had counted at a jiffy, from its newest entry not after
 * it? What came after that came in the minute before the next entry's end. The jiffy is
 * no newer than any entry that was taken.
 */
static bool is_known(const struct meter_rings *rings, const struct meter_cursor *cursor,
		     uint64_t jiffies)
{
	const uint64_t minute = rings->info->minute;

	if (cursor->newer_end != UINT64_MAX &&
	    jiffies + minute > cursor->newer_end + slack(rings))
		return false;
	return cursor->has_entry || !cursor->is_lost;
}

/* Takes what ends at a minute's end; is what all had counted by then known? */
static int take(struct meter_rings *rings, uint64_t end, struct counters *sum,
		bool *is_whole)
{
	int error = 0;

	*is_whole = true;
	*sum = (struct counters){ .packets = 0 };
	for (uint32_t at = 0; !error && at < rings->processors; at++) {
		struct meter_cursor *cursor = &rings->cursors[at];
		const struct meter_entry entry = cursor->entry;

		*is_whole = *is_whole && is_known(rings, cursor, end);
		if (!cursor->has_entry)
			continue;
		sum->packets += entry.packets;
		sum->bytes += entry.bytes;
		if (entry.end + slack(rings) < end)
			continue;
		cursor->newer_end = entry.end;
		error = go_back(rings, at, &entry);
	}
	return error;
}

static bool all_know(const struct meter_rings *rings, uint64_t jiffies)
{
	for (uint32_t at = 0; at < rings->processors; at++) {
		const struct meter_cursor *cursor = &rings->cursors[at];

		if (cursor->has_entry && cursor->entry.end > jiffies + slack(rings))
			return false;
		if (!is_known(rings, cursor, jiffies))
			return false;
	}
	return true;
}

static bool any_lost(const struct meter_rings *rings)
{
	for (uint32_t at = 0; at < rings->processors; at++) {
		const struct meter_cursor *cursor = &rings->cursors[at];

		if (cursor->is_lost && !cursor->has_entry)
			return true;
	}
	return false;
}

/*
 * The next that all know and that has a time; 1, 0 after the last, or -errno. Its since
 * is SAMPLE_MINUTE, or 0 where its growth may be older. @has_gap: some were left out.
 */
static int find_next(struct meter_rings *rings, struct sample *sample, bool *has_gap)
{
	const uint64_t minute = rings->info->minute;
	uint64_t end = 0;

	*has_gap = false;
	for (;;) {
		bool is_whole;
		int error;

		/* What one lacks none can make whole. */
		if (!find_end(rings, &end) || any_lost(rings))
			return 0;
		error = take(rings, end, &sample->counters, &is_whole);
		if (error)
			return error;
		sample->since = end > minute && all_know(rings, end - minute) ?
			SAMPLE_MINUTE : 0;
		if (is_whole && meter_time_place(rings->info, end, &sample->time))
			return 1;
		*has_gap = true;
	}
}

/* A sample's growth is its minute's, or began at some time after the one before. */
static void set_since(struct sample *sample, int64_t before)
{
	if (before >= sample->time)
		before = sample->time - 60;
	sample->since = before > 0 ? before : 0;
}

int meter_rings_next(struct meter_rings *rings, struct sample *sample)
{
	int64_t before = (int64_t)(rings->info->created / 1000000000);
	struct sample older;
	bool has_gap = false;
	int more;

	if (!rings->is_begun) {
		rings->is_begun = true;
		more = find_next(rings, &rings->held, &has_gap);
		if (more <= 0)
			return more;
		rings->has_held = true;
	}
	if (!rings->has_held)
		return 0;
	more = find_next(rings, &older, &has_gap);
	if (more < 0)
		return more;
	*sample = rings->held;
	rings->has_held = more > 0;
	if (more > 0) {
		before = older.time;
		rings->held = older;
	}
	if (has_gap || sample->since != SAMPLE_MINUTE)
		set_since(sample, before);
	return 1;
}

struct counters meter_rings_sum(const struct meter_counter *counters,
				uint32_t processors)
{
	struct counters sum = { .packets = 0 };

	for (uint32_t at = 0; at < processors; at++) {
		sum.packets += counters[at].packets;
		sum.bytes += counters[at].bytes;
	}
	return sum;
}
