// SPDX-License-Identifier: GPL-2.0-or-later
#include "counting/counting_update.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_directory.h"
#include "counting/counting.h"

/* Rules are looked for once a day even if there are as many as ever. */
#define RULES_AGAIN_SECONDS 86400

int counting_note_adopt(struct expected *expected,
			const struct archive *archive,
			const struct place *place, int64_t present)
{
	struct archive_listing listing = { .count = 0 };
	const bool is_new = !expected->known;
	const bool is_foreign = expected_is_foreign(expected, place->machine);
	int error = 0;

	if (is_foreign)
		expected_free(expected);
	if (is_new) {
		error = archive_list(archive, NULL, &listing);
		if (!error)
			error = expected_guess(expected, archive, &listing,
					       present);
		archive_listing_free(&listing);
	}
	expected->known = true;
	expected->machine = place->machine;
	if (expected->boot != place->boot || !expected->home) {
		expected->boot = place->boot;
		expected->home = place->home ? place->home : place->network;
	}
	return error ? error : is_new || is_foreign;
}

/* Some of its rules are gone: which, the rules that are remembered will tell. */
static int note_fewer(struct expected *expected, struct expected_entry *entry,
		      int64_t present)
{
	if (entry->state == EXPECTED_FEWER)
		return 0;
	if (entry->state == EXPECTED_COUNTS)
		entry->since = present;
	entry->state = EXPECTED_FEWER;
	expected->rules_at = 0;
	return 1;
}

/* It has rules. */
static int note_counts(struct expected *expected,
		       const struct counting_update *update,
		       const struct counting_sight *sight)
{
	const uint64_t network = counting_network(expected, &update->place);
	const uint64_t references = sight->references > 0 ?
				    (uint64_t)sight->references : 0;
	struct expected_entry *entry = expected_find(expected, sight->monitor);
	const bool is_new = !entry || entry->state != EXPECTED_COUNTS;

	if (entry && entry->state != EXPECTED_RETIRED &&
	    references < entry->references)
		return note_fewer(expected, entry, update->present);
	if (!entry)
		entry = expected_add(expected, sight->monitor, update->present);
	if (!entry)
		return -ENOMEM;
	if (!is_new && entry->references == references)
		return 0;
	if (is_new) {
		entry->since = update->present;
		entry->network = network;
	}
	entry->state = EXPECTED_COUNTS;
	entry->references = references;
	/* There are others than those remembered. */
	expected->rules_at = 0;
	return 1;
}

/*
 * It had rules when it was seen last: a minute ago, if updates run; else when one ran
 * last, or when it was written to, where none told that it did.
 */
static int note_lost(struct expected_entry *entry, int64_t updated,
		     int64_t patience, int64_t present)
{
	const bool is_updated = present - updated < EXPECTED_BEAT_SECONDS +
						    patience;

	if (entry->state != EXPECTED_COUNTS && entry->state != EXPECTED_FEWER)
		return 0;
	entry->state = EXPECTED_LOST;
	if (updated > entry->since)
		entry->since = updated;
	if (updated && is_updated && present > entry->since)
		entry->since = present;
	return 1;
}

static int compare(const void *left, const void *right)
{
	const struct counting_sight *sight = right;

	return strcmp(left, sight->monitor);
}

/* Monitors are read in the order of their names. */
static const struct counting_sight *find_sight(const struct counting_seen *seen,
					       const char *monitor)
{
	return seen->count ? bsearch(monitor, seen->list, seen->count,
				     sizeof(*seen->list), compare) : NULL;
}

/* Is it known that nothing feeds it? Another update may be at work on it. */
static bool is_lost(const struct expected *expected,
		    const struct counting_update *update,
		    const struct expected_entry *entry)
{
	const struct counting_seen *seen = update->seen;
	const struct counting_sight *sight = find_sight(seen, entry->monitor);
	char reason[SOURCE_REASON_SIZE];

	if (seen->list_error)
		return source_list_reason(update->source, seen->list_error,
					  reason);
	if (sight)
		return sight->references == 0;
	return !monitor_names_hold(&seen->listed, entry->monitor) &&
	       entry->network == counting_network(expected, &update->place);
}

/* Tells that updates run: rarely, as flash memory wears out. */
static int note_beat(struct expected *expected, int64_t present)
{
	const int64_t gap = present - expected->updated;

	if (gap >= 0 && gap < EXPECTED_BEAT_SECONDS)
		return 0;
	/* Of the first one, and of one before a clock that was set back. */
	expected->gap = expected->updated && gap > 0 ? gap : 0;
	expected->updated = present;
	return 1;
}

static void join_guesses(struct expected *expected)
{
	int64_t last = 0;

	for (size_t at = 0; at < expected->count; at++) {
		const struct expected_entry *entry = &expected->list[at];

		if (entry->state == EXPECTED_COUNTS && entry->since > last)
			last = entry->since;
	}
	for (size_t at = 0; at < expected->count; at++) {
		if (expected->list[at].state == EXPECTED_COUNTS)
			expected->list[at].since = last;
	}
}

int counting_note(struct expected *expected,
		  const struct counting_update *update)
{
	const int64_t updated = expected->updated;
	const int64_t patience = expected_patience(expected);
	int changed = note_beat(expected, update->present);
	int more;

	for (size_t at = 0; at < update->seen->count; at++) {
		if (update->seen->list[at].references == 0)
			continue;
		more = note_counts(expected, update, &update->seen->list[at]);
		if (more < 0)
			return more;
		changed |= more;
	}
	/* The module went once for all: after the last record there is. */
	if (!updated && update->seen->list_error)
		join_guesses(expected);
	for (size_t at = 0; at < expected->count; at++) {
		struct expected_entry *entry = &expected->list[at];

		if (is_lost(expected, update, entry))
			changed |= note_lost(entry, updated, patience,
					     update->present);
	}
	return changed;
}

bool counting_note_is_due(const struct expected *expected,
			  const struct counting_update *update)
{
	if (geteuid() != 0 || update->seen->list_error ||
	    (expected->rules_at && expected->rules_at <= update->present &&
	     update->present - expected->rules_at < RULES_AGAIN_SECONDS))
		return false;
	for (size_t at = 0; at < update->seen->count; at++) {
		if (update->seen->list[at].references > 0)
			return true;
	}
	return false;
}
