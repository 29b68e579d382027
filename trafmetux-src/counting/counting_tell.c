// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_directory.h"
#include "counting/counting.h"
#include "index/archive_files.h"
#include "report/selection.h"

/* So many monitors are named in one line. */
enum { NAMES_MAX = 5 };

/* " since 2026-10-25 19:03", in local time; "" when it is not known. */
static void format_since(int64_t instant, char text[64])
{
	char time[CLOCK_TEXT_SIZE];

	*text = '\0';
	clock_format(instant, time);
	if (instant && *time)
		snprintf(text, 64, " since %s", time);
}

/* "a, b, c and 4 more" */
static void format_names(const struct counting_fault *faults, size_t count,
			 char text[(NAMES_MAX + 1) * (MONITOR_NAME_SIZE + 2)])
{
	char *at = text;

	for (size_t number = 0; number < count && number < NAMES_MAX; number++)
		at += sprintf(at, "%s%s", number ? ", " : "",
			      faults[number].monitor);
	if (count > NAMES_MAX)
		sprintf(at, " and %zu more", count - NAMES_MAX);
}

/* May both be said in one line? */
static bool is_same(const struct counting_fault *first,
		    const struct counting_fault *other)
{
	/* Each has its own number of them. */
	if (first->cause == COUNTING_FEWER_RULES)
		return false;
	/* Where cron is dead, it is so for all of them: since the first was missed. */
	return first->cause == other->cause && first->is_metered == other->is_metered &&
	       (first->since / 60 == other->since / 60 ||
		first->cause == COUNTING_NO_UPDATE);
}

static void format_fewer(const struct counting_fault *fault, const char *since,
			 char text[COUNTING_WORDS_SIZE])
{
	snprintf(text, COUNTING_WORDS_SIZE,
		 "%s: not all counted%s: %" PRIu64 " of the %" PRIu64
		 " %s that fed it %s gone; 'trafmetux doctor' shows which",
		 fault->monitor, since, fault->gone, fault->rules,
		 fault->is_metered ? "devices" : "rules",
		 fault->gone == 1 ? "is" : "are");
}

size_t counting_words(const struct counting_fault *faults, size_t count,
		      const struct source *source,
		      char text[COUNTING_WORDS_SIZE])
{
	char names[(NAMES_MAX + 1) * (MONITOR_NAME_SIZE + 2)];
	char reason[SOURCE_REASON_SIZE];
	char since[64];
	size_t same = 1;

	while (same < count && is_same(faults, &faults[same]))
		same++;
	format_names(faults, same, names);
	format_since(faults->since, since);
	source_list_reason(source, -ENOENT, reason);
	switch (faults->cause) {
	case COUNTING_UNSEEN:
		snprintf(text, COUNTING_WORDS_SIZE,
			 "%s: whether traffic is counted can't be seen: %s: %s",
			 names, source->path, reason);
		break;
	case COUNTING_ELSEWHERE:
		snprintf(text, COUNTING_WORDS_SIZE,
			 "%s: counted in another network namespace, which this one can't see; run this there, as by 'nsenter -t 1 -n trafmetux'",
			 names);
		break;
	case COUNTING_NO_MODULE:
		snprintf(text, COUNTING_WORDS_SIZE,
			 faults->is_metered ?
				"%s: not counted%s: %s: %s; an update meters again then" :
				"%s: not counted%s: %s: %s, and the firewall's rules; see 'trafmetux doctor'",
			 names, since, source->path, reason);
		break;
	case COUNTING_NO_RULE:
		snprintf(text, COUNTING_WORDS_SIZE,
			 "%s: not counted%s: no rule feeds %s any more; load the firewall's rules again, see 'trafmetux doctor'",
			 names, since, same == 1 ? "it" : "them");
		break;
	case COUNTING_NO_DEVICE:
		snprintf(text, COUNTING_WORDS_SIZE,
			 "%s: not counted%s: the device is gone; an update meters it again once it is there",
			 names, since);
		break;
	case COUNTING_NO_METER:
		snprintf(text, COUNTING_WORDS_SIZE,
			 "%s: not counted%s: no device feeds %s any more; 'trafmetux meter --again' does it again, or says what is in its way",
			 names, since, same == 1 ? "it" : "them");
		break;
	case COUNTING_FEWER_RULES:
		format_fewer(faults, since, text);
		break;
	case COUNTING_NO_UPDATE:
		snprintf(text, COUNTING_WORDS_SIZE,
			 "%s: not archived%s: see what 'trafmetux update' says, and have cron run it every minute, as by /etc/cron.d/trafmetux",
			 names, since);
		break;
	}
	return same;
}

int counting_wanted(char *const columns[], size_t count,
		    struct monitor_names *wanted)
{
	int error = 0;

	for (size_t at = 0; !error && at < count; at++)
		error = expression_candidates(columns[at], wanted);
	monitor_names_sort(wanted);
	return error;
}

/* What was lost after the time that matters, does not. */
static void leave_out(struct counting *counting, int64_t until)
{
	size_t kept = 0;

	for (size_t at = 0; at < counting->count; at++) {
		if (counting->list[at].since < until)
			counting->list[kept++] = counting->list[at];
	}
	counting->count = kept;
}

int counting_ask(const struct context *context, const struct monitor_names *wanted,
		 int64_t until, struct expected *expected,
		 struct counting *counting)
{
	/* Nobody reads what is reported here: the command itself says it. */
	struct messages silent = { .silent = true };
	struct archive archive = { .directory = -1 };
	struct archive_listing listing = { .count = 0 };
	const struct counting_request request = {
		.context = context, .archive = &archive, .listing = &listing,
		.expected = expected, .wanted = wanted, .place = place_find(),
	};
	int error;

	if (archive_open(&archive, context->archive_path, &silent))
		return 0;
	error = expected_read(expected, &archive);
	/* Nothing is read of the files of what is expected and counts. */
	if (!error && (!expected_is_whole(expected) || expected->count))
		error = archive_files_list(&archive, wanted, &listing);
	if (!error && !expected_is_whole(expected))
		error = expected_guess(expected, &archive, &listing,
				       context->present);
	if (!error)
		error = counting_find(&request, counting);
	leave_out(counting, until);
	archive_listing_free(&listing);
	archive_close(&archive);
	return error;
}

void counting_tell(const struct context *context, const struct monitor_names *wanted,
		   int64_t until, bool is_trouble)
{
	struct expected expected = { .known = false };
	struct counting counting = { .count = 0 };
	char text[COUNTING_WORDS_SIZE];
	size_t at = 0;

	if (counting_ask(context, wanted, until, &expected, &counting) == -ENOMEM)
		message_report(context->messages, "%s", message_reason(ENOMEM));
	while (at < counting.count) {
		at += counting_words(&counting.list[at], counting.count - at,
				     context->source, text);
		if (is_trouble)
			message_report(context->messages, "%s", text);
		else
			message_note(context->messages, "%s", text);
	}
	counting_free(&counting);
	expected_free(&expected);
}

/* Rules are looked for once a day even if there are as many as ever. */
#define RULES_AGAIN_SECONDS 86400

int counting_note_adopt(struct expected *expected,
			const struct archive *archive,
			const struct place *place, int64_t present)
{
	struct archive_listing listing = { .count = 0 };
	const bool is_new = !expected_is_whole(expected);
	const bool is_foreign = expected_is_foreign(expected, place->machine);
	int error = 0;

	if (is_foreign)
		expected_free(expected);
	else if (is_new) {
		error = archive_list(archive, NULL, &listing);
		if (!error)
			error = expected_guess(expected, archive, &listing,
					       present);
		archive_listing_free(&listing);
	}
	expected->known = true;
	expected->is_damaged = false;
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
		return note_fewer(expected, entry, update->context->present);
	if (!entry)
		entry = expected_add(expected, sight->monitor, update->context->present);
	if (!entry)
		return -ENOMEM;
	if (!is_new && entry->references == references)
		return 0;
	if (is_new) {
		entry->since = update->context->present;
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
		return source_list_reason(update->context->source, seen->list_error,
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
	int changed = note_beat(expected, update->context->present);
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
					     update->context->present);
	}
	return changed;
}

bool counting_note_is_due(const struct expected *expected,
			  const struct counting_update *update)
{
	if (geteuid() != 0 || update->seen->list_error ||
	    (expected->rules_at && expected->rules_at <= update->context->present &&
	     update->context->present - expected->rules_at < RULES_AGAIN_SECONDS))
		return false;
	for (size_t at = 0; at < update->seen->count; at++) {
		if (update->seen->list[at].references > 0)
			return true;
	}
	return false;
}
