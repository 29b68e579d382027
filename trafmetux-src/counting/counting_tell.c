// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "index/archive_files.h"
#include "counting/counting.h"
#include "report/selection.h"

/* So many monitors are named in one line. */
enum { NAMES_MAX = 5 };

/* " since 2026-10-25 19:03", in local time; "" when it is not known. */
static void format_since(int64_t instant, char text[64])
{
	const time_t seconds = (time_t)instant;
	struct tm local;

	*text = '\0';
	if (instant && localtime_r(&seconds, &local))
		strftime(text, 64, " since %Y-%m-%d %H:%M", &local);
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
	return first->cause == other->cause &&
	       (first->since / 60 == other->since / 60 ||
		first->cause == COUNTING_NO_UPDATE);
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
			 "%s: not counted%s: %s: %s, and the firewall's rules; see 'trafmetux doctor'",
			 names, since, source->path, reason);
		break;
	case COUNTING_NO_RULE:
		snprintf(text, COUNTING_WORDS_SIZE,
			 "%s: not counted%s: no rule feeds %s any more; load the firewall's rules again, see 'trafmetux doctor'",
			 names, since, same == 1 ? "it" : "them");
		break;
	case COUNTING_FEWER_RULES:
		snprintf(text, COUNTING_WORDS_SIZE,
			 "%s: not all counted%s: %" PRIu64 " of the %" PRIu64
			 " rules that fed it %s gone; 'trafmetux doctor' shows which",
			 names, since, faults->gone, faults->rules,
			 faults->gone == 1 ? "is" : "are");
		break;
	case COUNTING_NO_UPDATE:
		snprintf(text, COUNTING_WORDS_SIZE,
			 "%s: not archived%s: have cron run 'trafmetux update' every minute, see /etc/cron.d/trafmetux; is cron running?",
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

int counting_ask(const struct counting_question *question,
		 struct expected *expected, struct counting *counting)
{
	/* Nobody reads what is reported here: the command itself says it. */
	struct messages silent = { .silent = true };
	struct archive archive = { .directory = -1 };
	struct archive_listing listing = { .count = 0 };
	const struct counting_request request = {
		.source = question->source, .archive = &archive,
		.listing = &listing, .expected = expected,
		.wanted = question->wanted, .place = place_find(),
		.present = question->present, .is_past = question->is_past,
	};
	int error;

	if (archive_open(&archive, question->archive_path, &silent))
		return 0;
	error = expected_read(expected, &archive);
	/* Nothing is read of the files of what is expected and counts. */
	if (!error && (!expected->known || expected->count))
		error = archive_files_list(&archive, question->wanted,
					   &listing);
	if (!error && !expected->known)
		error = expected_guess(expected, &archive, &listing,
				       question->present);
	if (!error)
		error = counting_find(&request, counting);
	leave_out(counting, question->until);
	archive_listing_free(&listing);
	archive_close(&archive);
	return error;
}

void counting_tell(const struct counting_question *question, bool is_trouble,
		   struct messages *messages)
{
	struct expected expected = { .known = false };
	struct counting counting = { .count = 0 };
	char text[COUNTING_WORDS_SIZE];
	size_t at = 0;

	if (counting_ask(question, &expected, &counting) == -ENOMEM)
		message_report(messages, "%s", message_reason(ENOMEM));
	while (at < counting.count) {
		at += counting_words(&counting.list[at], counting.count - at,
				     question->source, text);
		if (is_trouble)
			message_report(messages, "%s", text);
		else
			message_note(messages, "%s", text);
	}
	counting_free(&counting);
	expected_free(&expected);
}
