// SPDX-License-Identifier: GPL-2.0-or-later
#include "counting/counting.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "counting/rules.h"

/* The notice that there is no list of monitors. */
static const char source_key[] = "source";

int counting_see(struct counting_seen *seen, const char *monitor,
		 int64_t references)
{
	struct counting_sight *sight;

	if (array_reserve((void **)&seen->list, &seen->capacity,
			  seen->count + 1, sizeof(*sight)))
		return -ENOMEM;
	sight = &seen->list[seen->count++];
	*sight = (struct counting_sight){ .references = references };
	memcpy(sight->monitor, monitor, strlen(monitor) + 1);
	return 0;
}

void counting_seen_free(struct counting_seen *seen)
{
	monitor_names_free(&seen->listed);
	array_free((void **)&seen->list, &seen->capacity);
	seen->count = 0;
}

/* Reads, notes and writes, while no other update does. */
static void note(const struct counting_update *update,
		 const struct archive *archive, struct expected *expected)
{
	const int lock = expected_lock(archive);
	int changed = expected_read(expected, archive);
	int more = 0;

	if (!changed)
		changed = counting_note_adopt(expected, archive,
					      &update->place, update->context->present);
	if (changed >= 0)
		more = counting_note(expected, update);
	/* Who can't write it, is left with what the archive's records tell. */
	if (changed >= 0 && more >= 0 && (changed || more) && lock >= 0)
		expected_write(expected, archive);
	if (lock >= 0)
		close(lock);
}

/* Those whose rules are all there, though there were more once. */
static void take_found(struct expected *now, const struct expected *found)
{
	for (size_t at = 0; at < found->count; at++) {
		const struct expected_entry *entry = &found->list[at];
		struct expected_entry *other = expected_find(now,
							     entry->monitor);

		if (other && other->state == EXPECTED_FEWER &&
		    entry->state == EXPECTED_COUNTS)
			*other = *entry;
	}
}

/* Programs are run for this, and nobody is to wait for them. */
static void note_rules(const struct counting_update *update,
		       const struct archive *archive, struct expected *expected)
{
	struct expected now = { .known = false };
	int lock;

	if (!counting_note_is_due(expected, update))
		return;
	rules_remember(expected);
	expected->rules_at = update->context->present;
	lock = expected_lock(archive);
	if (lock < 0)
		return;
	if (!expected_read(&now, archive) && expected_is_whole(&now)) {
		expected_take_rules(&now, expected);
		take_found(&now, expected);
		expected_write(&now, archive);
	}
	expected_free(&now);
	close(lock);
}

static void make_key(const char *monitor, bool is_fewer, char key[TOLD_KEY_SIZE])
{
	snprintf(key, TOLD_KEY_SIZE, "%s:%s", is_fewer ? "fewer" : "counts",
		 monitor);
}

/* Each rule more that is lost is told, though the one before was told today. */
static void make_fault_key(const struct counting_fault *fault,
			   char key[TOLD_KEY_SIZE])
{
	const bool is_fewer = fault->cause == COUNTING_FEWER_RULES;
	size_t length;

	make_key(fault->monitor, is_fewer, key);
	length = strlen(key);
	if (is_fewer)
		snprintf(key + length, TOLD_KEY_SIZE - length, "#%" PRIu64,
			 fault->gone);
}

/* Leaves in @counting what is to be told now. */
static void keep_due(struct counting *counting, struct told *told)
{
	char key[TOLD_KEY_SIZE];
	size_t kept = 0;

	for (size_t at = 0; at < counting->count; at++) {
		make_fault_key(&counting->list[at], key);
		if (told_due(told, key))
			counting->list[kept++] = counting->list[at];
	}
	counting->count = kept;
}

static void tell(const struct counting_update *update,
		 const struct counting *counting)
{
	char text[COUNTING_WORDS_SIZE];

	update->told->is_decided = true;
	for (size_t at = 0; at < counting->count;) {
		at += counting_words(&counting->list[at], counting->count - at,
				     update->context->source, text);
		message_report(update->context->messages, "%s", text);
	}
	update->told->is_decided = false;
}

/* What was told and is over. */
static void tell_over(const struct counting_update *update,
		      const struct expected *expected)
{
	struct told *told = update->told;
	char key[TOLD_KEY_SIZE];

	for (size_t at = 0; at < expected->count; at++) {
		const struct expected_entry *entry = &expected->list[at];
		bool is_over;

		make_key(entry->monitor, false, key);
		is_over = entry->state != EXPECTED_LOST &&
			  told_over(told, key, NULL);
		make_key(entry->monitor, true, key);
		is_over |= entry->state != EXPECTED_FEWER &&
			   told_over(told, key, NULL);
		if (is_over && entry->state == EXPECTED_COUNTS)
			message_note(update->context->messages, "%s: counted again",
				     entry->monitor);
	}
	if (!update->seen->list_error && told_over(told, source_key, NULL))
		message_note(update->context->messages, "%s: there again",
			     update->context->source->path);
}

/* What does not count now, other than what an update itself is there for. */
static int find(const struct counting_update *update,
		const struct archive *archive, const struct expected *expected,
		struct counting *counting)
{
	const struct archive_listing none = { .count = 0 };
	const struct counting_request request = {
		.context = update->context, .archive = archive,
		.listing = &none, .expected = expected,
		.place = update->place, .is_updating = true,
	};

	return update->is_own ? counting_find(&request, counting) : 0;
}

/* Does what is expected and does not count say why there is no list? */
static bool is_explained(const struct counting_update *update,
			 const struct expected *expected)
{
	char reason[SOURCE_REASON_SIZE];

	if (!update->is_own ||
	    !source_list_reason(update->context->source, update->seen->list_error,
				reason))
		return false;
	for (size_t at = 0; at < expected->count; at++) {
		if (expected->list[at].state != EXPECTED_RETIRED)
			return true;
	}
	return false;
}

/* Without a list nothing can be archived, though that may be so for a moment. */
static void judge_source(const struct counting_update *update,
			 const struct expected *expected)
{
	struct messages *messages = update->context->messages;

	if (!is_explained(update, expected)) {
		told_due(update->told, source_key);
		source_report_list(messages, update->context->source,
				   update->seen->list_error);
	} else if (update->place.uptime >= COUNTING_GRACE_SECONDS) {
		messages->trouble = true;
	}
}

static void judge(const struct counting_update *update,
		  const struct archive *archive,
		  const struct expected *expected)
{
	struct counting counting = { .count = 0 };

	if (find(update, archive, expected, &counting))
		message_report(update->context->messages, "%s", message_reason(ENOMEM));
	if (update->seen->list_error)
		judge_source(update, expected);
	/* What was noted may be long ago else. */
	if (update->is_timed)
		tell_over(update, expected);
	/* Whether or not it is told this time. */
	update->context->messages->trouble |= counting.count > 0;
	keep_due(&counting, update->told);
	tell(update, &counting);
	counting_free(&counting);
}

void counting_update_run(const struct counting_update *update)
{
	struct messages silent = { .silent = true };
	struct expected expected = { .known = false };
	struct archive archive;
	const bool is_open = archive_open(&archive, update->context->archive_path,
					  &silent) == 0;

	if (is_open && update->is_own && update->is_timed)
		note(update, &archive, &expected);
	else if (is_open && update->is_own)
		expected_read(&expected, &archive);
	judge(update, &archive, &expected);
	if (is_open && update->is_own && update->is_timed)
		note_rules(update, &archive, &expected);
	expected_free(&expected);
	if (is_open)
		archive_close(&archive);
}

void counting_begin(const struct context *context)
{
	struct messages silent = { .silent = true };
	const struct place place = place_find();
	struct expected expected = { .known = false };
	struct archive archive;
	int lock;

	if (archive_open(&archive, context->archive_path, &silent))
		return;
	lock = expected_lock(&archive);
	if (lock >= 0 && !expected_read(&expected, &archive) &&
	    !expected_is_whole(&expected) &&
	    counting_note_adopt(&expected, &archive, &place, context->present) > 0)
		expected_write(&expected, &archive);
	if (lock >= 0)
		close(lock);
	expected_free(&expected);
	archive_close(&archive);
}
