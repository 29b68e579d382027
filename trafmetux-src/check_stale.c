// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdio.h>

#include "archive_walk.h"
#include "check.h"

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

static bool is_stale(const struct history *history, int64_t present,
		     uint64_t stale, char *reason, size_t size)
{
	int64_t oldest;

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

bool check_find_stale(const struct plan_view *view, uint64_t stale,
		      char *reason, size_t size)
{
	const struct selection *selection = &view->selection;

	for (size_t at = 0; at < selection->history_count; at++) {
		if (is_stale(&selection->histories[at], view->request->present,
			     stale, reason, size))
			return true;
	}
	return false;
}
