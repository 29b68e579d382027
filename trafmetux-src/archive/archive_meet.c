// SPDX-License-Identifier: GPL-2.0-or-later
/* Two files, one after the other: what the second tells of the end of the first. */
#include "archive/archive_scan.h"

/* A series that goes on from one file into the next. */
struct meeting {
	struct archive_scan *scan;
	struct archive_scan *next;
	struct archive_series *own;
	struct archive_series *follower;
	struct counters from;		/* what its first record in the next file grew */
	struct counters first;		/*  from, and came to */
	struct archive_entry *highest;	/* above @from */
	struct archive_entry *above;	/* the last that is above @from only, */
	size_t above_count;		/* of so many */
};

static void mark(struct archive_scan *scan, struct archive_entry *entry)
{
	entry->damaged = true;
	archive_growth_damaged(scan, entry->line);
}

/*
 * Calls what is done with each line of the first file that is above @from. Those of a
 * piece that begins above it were written after the next file was left, and are what
 * they are.
 */
static void look_through(struct meeting *meeting,
			 void (*take)(struct meeting *meeting,
				      struct archive_entry *entry))
{
	struct archive_entries *entries = &meeting->scan->entries;
	struct archive_entry *entry = &entries->list[meeting->own->first - 1];
	struct counters end = { 0 };
	bool is_later = false;
	bool is_first = true;

	for (; entry; entry = archive_entries_next(entries, entry)) {
		const struct counters *own = &entry->sample.counters;

		if (entry->damaged)
			continue;
		if (entry->base && (is_first || counters_compare(own, &end) > 0))
			is_later = counters_compare(own, &meeting->from) > 0;
		is_first = false;
		end = *own;
		if (!is_later && !counters_may_follow(&meeting->from, own))
			take(meeting, entry);
	}
}

static void note_highest(struct meeting *meeting, struct archive_entry *entry)
{
	meeting->highest = entry;
}

/* Nothing is above the first record of the next file. */
static void refute(struct meeting *meeting, struct archive_entry *entry)
{
	if (counters_may_follow(&meeting->first, &entry->sample.counters)) {
		meeting->above = entry;
		meeting->above_count++;
	} else {
		mark(meeting->scan, entry);
	}
}

/* Does the next file tell the very record again? That contradicts nothing. */
static bool is_repeated(const struct meeting *meeting)
{
	const struct archive_entries *entries = &meeting->next->entries;
	const struct sample *sample = &meeting->highest->sample;

	for (size_t at = meeting->follower->first; at;
	     at = entries->list[at - 1].next) {
		const struct archive_entry *entry = &entries->list[at - 1];

		if (!entry->base && entry->sample.time == sample->time &&
		    counters_compare(&entry->sample.counters,
				     &sample->counters) == 0)
			return true;
	}
	return false;
}

/* The lines that tell where the next file goes on are damaged: it goes on from @above. */
static void raise_start(struct meeting *meeting)
{
	struct archive_entries *entries = &meeting->next->entries;
	struct archive_series *follower = meeting->follower;

	for (size_t at = follower->first; at && at != follower->growth;
	     at = entries->list[at - 1].next) {
		if (!entries->list[at - 1].damaged)
			mark(meeting->next, &entries->list[at - 1]);
	}
	follower->has_start = true;
	follower->start = meeting->above->sample.counters;
}

static void meet(struct meeting *meeting)
{
	const struct archive_entry *first = &meeting->next->entries.list[
		meeting->follower->growth - 1];

	meeting->from = first->from;
	meeting->first = first->sample.counters;
	look_through(meeting, note_highest);
	if (!meeting->highest || is_repeated(meeting))
		return;
	look_through(meeting, refute);
	if (meeting->above_count == 1)
		mark(meeting->scan, meeting->above);
	else if (meeting->above_count)
		raise_start(meeting);
}

int archive_scan_meet(struct archive_scan *scan, struct archive_scan *next)
{
	struct archive_entries *followers = &next->entries;
	const uint64_t damaged = scan->damaged + next->damaged;
	int error;

	for (size_t at = 0; at < followers->series_count; at++) {
		struct meeting meeting = {
			.scan = scan, .next = next,
			.follower = &followers->series[at],
		};

		meeting.own = archive_entries_series(&scan->entries,
						     meeting.follower->series);
		if (meeting.own && meeting.follower->growth)
			meet(&meeting);
	}
	if (scan->damaged + next->damaged == damaged)
		return 0;
	error = archive_growth_find(scan);
	return error ? error : archive_growth_find(next);
}
