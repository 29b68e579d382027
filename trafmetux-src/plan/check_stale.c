// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "index/archive_walk.h"
#include "plan/check.h"
#include "counting/counting.h"

/* The time of the oldest sample that the archive lacks; 0: it lacks none. */
static int64_t find_unarchived(const struct history *history)
{
	const struct live *live = &history->live;
	const struct counters *known;
	struct archive_walk walk;
	int64_t found = 0;

	if (archive_walk_start(&walk, history->archive, history->files,
			       history->count, live->series, &live->counters))
		return 0;
	archive_walk_newest(&walk);
	known = &walk.state.counters;
	for (size_t at = 0; at < history->samples.count && !found; at++) {
		const struct sample *sample = &history->samples.list[at];

		if (counters_compare(&sample->counters, known) > 0)
			found = sample->time;
	}
	archive_walk_end(&walk);
	return found;
}

static bool is_stale(const struct history *history, bool is_excused,
		     int64_t present, uint64_t stale, char *reason, size_t size)
{
	int64_t oldest;

	if (!history->is_live && is_excused)
		return false;
	if (!history->is_live) {
		snprintf(reason, size,
			 "%s is not counted: no rule has fed it since the kernel started, or the module is not loaded",
			 history->monitor);
		return true;
	}
	if (history->live.time + (int64_t)stale < present) {
		snprintf(reason, size,
			 "%s was read %" PRId64 " minutes ago: its file is a copy that is not kept up",
			 history->monitor, (present - history->live.time) / 60);
		return true;
	}
	oldest = find_unarchived(history);
	if (!oldest || oldest + (int64_t)stale >= present)
		return false;
	snprintf(reason, size,
		 "%s was not archived for %" PRId64 " minutes: have cron run 'trafmetux update'",
		 history->monitor, (present - oldest) / 60);
	return true;
}

/* What should count by what updates have seen; @expected tells that. */
static bool find_lost(const struct plan_view *view, uint64_t stale,
		      struct expected *expected, char *reason, size_t size)
{
	const struct plan_request *request = view->request;
	struct counting counting = { .count = 0 };
	struct monitor_names wanted = { 0 };
	const struct counting_question question = {
		.source = request->source,
		.archive_path = request->archive_path,
		.wanted = &wanted,
		.present = request->present,
		.is_past = request->is_past,
		.until = INT64_MAX,
	};
	char text[COUNTING_WORDS_SIZE];
	int error = counting_wanted(view->plan->columns,
				    view->plan->column_count, &wanted);
	bool found;

	if (!error)
		error = counting_ask(&question, expected, &counting);
	found = counting.count &&
		(counting.list->cause != COUNTING_NO_UPDATE ||
		 counting.list->since + (int64_t)stale < request->present);
	if (error) {
		snprintf(reason, size, "%s", message_reason(-error));
	} else if (found) {
		counting_words(counting.list, counting.count, request->source,
			       text);
		if (size < sizeof(text))
			text[size - 1] = '\0';
		memcpy(reason, text, strlen(text) + 1);
	}
	counting_free(&counting);
	monitor_names_free(&wanted);
	return error || found;
}

bool check_find_stale(const struct plan_view *view, uint64_t stale,
		      char *reason, size_t size)
{
	const struct selection *selection = &view->selection;
	const uint64_t machine = place_find().machine;
	struct expected expected = { .known = false };
	bool found = view->request->expects &&
		     find_lost(view, stale, &expected, reason, size);

	for (size_t at = 0; !found && at < selection->history_count; at++) {
		const struct history *history = &selection->histories[at];

		found = is_stale(history,
				 expected_excuses(&expected, machine,
						  history->monitor),
				 view->request->present, stale, reason, size);
	}
	expected_free(&expected);
	return found;
}
