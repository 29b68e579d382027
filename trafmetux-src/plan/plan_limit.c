// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_limit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_file.h"
#include "archive/archive_scan.h"
#include "base/array.h"
#include "base/number.h"
#include "index/archive_files.h"
#include "index/archive_walk.h"
#include "index/belief.h"
#include "time/schedule.h"

/* No monitor's name, so that it locks none. */
static const char lock_name[] = " limits";

/* Stands for lines that could not be read, until all is known again. */
static const char lost_line[] = "lost";

static size_t find_place(const struct limit_memory *memory, const char *plan)
{
	size_t place = 0;

	while (place < memory->count &&
	       strcmp(memory->list[place].plan, plan) != 0)
		place++;
	return place;
}

const struct limit_kept *limit_memory_find(const struct limit_memory *memory,
					   const char *plan)
{
	const size_t place = find_place(memory, plan);

	return place < memory->count ? &memory->list[place] : NULL;
}

/* Sets @changed unless it is there already. */
static int put(struct limit_memory *memory, const struct limit_kept *kept,
	       bool *changed)
{
	const size_t place = find_place(memory, kept->plan);

	*changed = place == memory->count ||
		   memcmp(&memory->list[place], kept, sizeof(*kept)) != 0;
	if (place == memory->count &&
	    array_reserve((void **)&memory->list, &memory->capacity,
			  memory->count + 1, sizeof(*kept)))
		return -ENOMEM;
	memory->list[place] = *kept;
	memory->count += place == memory->count;
	return 0;
}

static bool take_name(const char **cursor, char name[MONITOR_NAME_SIZE])
{
	const size_t length = strcspn(*cursor, " ");

	if (length >= MONITOR_NAME_SIZE || (*cursor)[length] != ' ')
		return false;
	memcpy(name, *cursor, length);
	*cursor += length + 1;
	return monitor_name_valid(name);
}

/* Of a line that can't be read, its names may be. */
static int take_damaged(struct limit_memory *memory, struct limit_kept *kept,
			bool has_names)
{
	bool changed;

	memory->is_damaged = true;
	if (!has_names || limit_memory_find(memory, kept->plan))
		return 0;
	kept->series = 0;
	kept->limit = LIMIT_UNKNOWN;
	return put(memory, kept, &changed);
}

/* "limit PLAN MONITOR SERIES BYTES" */
static int take_line(void *context, const char *line, bool is_whole)
{
	static const char word[] = "limit ";
	const char *cursor = line + sizeof(word) - 1;
	const char *const end = line + strlen(line);
	struct limit_memory *memory = context;
	struct limit_kept kept = { .limit = LIMIT_UNKNOWN };
	const bool has_names = strncmp(line, word, sizeof(word) - 1) == 0 &&
			       take_name(&cursor, kept.plan) &&
			       take_name(&cursor, kept.monitor);
	bool changed;

	if (is_whole && has_names &&
	    number_parse_series(&cursor, end, &kept.series) &&
	    *cursor++ == ' ' && number_parse(&cursor, end, &kept.limit) &&
	    cursor == end && kept.limit)
		return put(memory, &kept, &changed);
	if (strcmp(line, lost_line) != 0)
		return take_damaged(memory, &kept, has_names);
	memory->is_damaged = true;
	return 0;
}

int limit_memory_read(struct limit_memory *memory,
		      const struct archive *archive)
{
	const int error = archive_note_read(archive, LIMIT_MEMORY_NAME,
					    take_line, memory);

	if (error == -ENOMEM || error == -ENOENT)
		return error == -ENOMEM ? error : 0;
	/* One without limits is never written. */
	memory->is_damaged |= error || !memory->count;
	if (error)
		message_report(archive->messages, "%s/" LIMIT_MEMORY_NAME ": %s",
			       archive->path, message_reason(-error));
	else if (memory->is_damaged)
		message_report(archive->messages,
			       "%s/" LIMIT_MEMORY_NAME
			       ": damaged; leave it to 'trafmetux update', which writes it anew once all plans can be read",
			       archive->path);
	return 0;
}

static int write_memory(const struct limit_memory *memory,
			const struct archive *archive)
{
	char *text;
	size_t size;
	FILE *file;
	int error;

	if (!memory->count && !memory->is_damaged)
		return archive_note_remove(archive, LIMIT_MEMORY_NAME);
	file = open_memstream(&text, &size);
	if (!file)
		return -ENOMEM;
	fputs("# trafmetux limits version 1\n", file);
	for (size_t at = 0; at < memory->count; at++) {
		const struct limit_kept *kept = &memory->list[at];

		fprintf(file, "limit %s %s %016" PRIx64 " %" PRIu64 "\n",
			kept->plan, kept->monitor, kept->series, kept->limit);
	}
	if (memory->is_damaged)
		fprintf(file, "%s\n", lost_line);
	error = fclose(file) ? -ENOMEM :
		archive_note_write(archive, LIMIT_MEMORY_NAME, text, size);
	free(text);
	return error;
}

/* Reads, changes and writes, while no other process does. @kept: NULL: none. */
static void change(const struct archive *archive, const char *plan,
		   const struct limit_kept *kept)
{
	const int lock = archive_note_lock(archive, lock_name);
	struct limit_memory memory = { .count = 0 };
	bool changed = false;
	int error = lock < 0 ? lock : limit_memory_read(&memory, archive);
	size_t place;

	if (!error && kept)
		error = put(&memory, kept, &changed);
	place = find_place(&memory, plan);
	if (!error && !kept && place < memory.count) {
		memory.list[place] = memory.list[--memory.count];
		changed = true;
	}
	if (!error && changed)
		error = write_memory(&memory, archive);
	if (error)
		message_report(archive->messages, "%s/" LIMIT_MEMORY_NAME ": %s",
			       archive->path, message_reason(-error));
	limit_memory_free(&memory);
	if (lock >= 0)
		close(lock);
}

void limit_memory_keep(const struct archive *archive,
		       const struct limit_kept *kept)
{
	change(archive, kept->plan, kept);
}

void limit_memory_mend(const struct archive *archive)
{
	const int lock = archive_note_lock(archive, lock_name);
	struct limit_memory memory = { .count = 0 };
	struct messages silent = { .silent = true };
	struct archive quiet = *archive;

	quiet.messages = &silent;
	if (lock >= 0 && !limit_memory_read(&memory, &quiet) &&
	    memory.is_damaged) {
		memory.is_damaged = false;
		write_memory(&memory, archive);
	}
	limit_memory_free(&memory);
	if (lock >= 0)
		close(lock);
}

void limit_memory_forget(const struct archive *archive, const char *plan)
{
	change(archive, plan, NULL);
}

/*
 * May a file have told more of a series than is found of it? What is damaged before the
 * last state that is, that one tells. A power cut that leaves part of a line behind whole
 * ones may take more of those as well, which nobody sees: that alone must not stop all
 * traffic until somebody repairs it.
 */
static bool is_torn(const struct archive *archive,
		    const struct archive_file *file, bool is_behind)
{
	const int descriptor = archive_open_file(archive, file, O_RDONLY);
	struct archive_scan scan = archive_scan_of(file);
	bool may_have = descriptor != -ENOENT;

	if (descriptor >= 0) {
		may_have = archive_scan_read(descriptor, &scan) || scan.empty ||
			   scan.has_unnamed ||
			   ((scan.damaged > scan.closed || !scan.first_time) &&
			    (scan.lost_end || scan.lost_between ||
			     (is_behind && scan.lost_begin)));
		close(descriptor);
	}
	archive_scan_free(&scan);
	return may_have;
}

/* Is it not known how far the series came? Of one that no file tells, any may have. */
static bool is_blind(const struct archive_walk *walk)
{
	bool found = archive_walk_is_blind(walk);
	size_t at = walk->has_current ? walk->current : 0;

	for (; !found && at < walk->count; at++)
		found = is_torn(walk->archive, &walk->files[at],
				!walk->has_current || at > walk->current);
	return found;
}

/* How far the archive has come in the series; all of it where that can't be known. */
static uint64_t find_archived(const struct limit_kept *kept,
			      const struct archive *archive)
{
	struct archive_listing listing = { .count = 0 };
	struct monitor_names names = { .count = 0 };
	const struct archive_file *files;
	struct archive_walk walk;
	uint64_t found = 0;
	size_t count;

	if (!monitor_names_add(&names, kept->monitor) &&
	    !archive_files_list(archive, &names, &listing)) {
		files = archive_files_of(&listing, kept->monitor, &count);
		if (!archive_walk_start(&walk, archive, files, count,
					kept->series, NULL)) {
			archive_walk_newest(&walk);
			if (is_blind(&walk))
				found = UINT64_MAX;
			else if (walk.state.found)
				found = walk.state.counters.bytes;
			archive_walk_end(&walk);
		}
	}
	archive_listing_free(&listing);
	monitor_names_free(&names);
	return found;
}

/*
 * What is kept, as a limit of another series that came after.
 * @held:	what could not be archived
 *
 * Of the kept series what is archived or held is used, or all where a file can't be
 * read or is damaged behind that, or what was held is lost, which is reported; of the
 * new one nothing is. Nothing is left of what is not known.
 */
static uint64_t limit_memory_of(const struct limit_kept *kept, uint64_t series,
				const struct archive *archive,
				const struct clock_memory *held)
{
	uint64_t used;

	if (kept->limit == LIMIT_UNKNOWN)
		return LIMIT_LEAST;
	if (kept->series == series)
		return kept->limit;
	used = held->is_lost ? UINT64_MAX : find_archived(kept, archive);
	if (used == UINT64_MAX && !held->is_lost)
		message_report(archive->messages,
			       "%s: what %s used up to its last start can't be known, so nothing is left; see 'trafmetux verify'",
			       kept->plan, kept->monitor);
	for (size_t at = 0; at < held->held_count; at++) {
		const struct clock_held *other = &held->held[at];

		if (other->series == kept->series &&
		    strcmp(other->monitor, kept->monitor) == 0 &&
		    other->counters.bytes > used)
			used = other->counters.bytes;
	}
	return used < kept->limit ? kept->limit - used : LIMIT_LEAST;
}

void limit_memory_free(struct limit_memory *memory)
{
	array_free((void **)&memory->list, &memory->capacity);
	memory->count = 0;
	memory->is_damaged = false;
}

/* The kernel takes 0 for "none". */
#define LIMIT_NONE 0

static bool is_free(const struct plan_view *view)
{
	struct calendar calendar = view->calendar;
	struct plan_span span = { .is_free = false };

	plan_span_find(&view->plan->free, &calendar, view->selection.context->present,
		       &span);
	return span.is_free;
}

/* Is the present after all periods, as after a bucket's end? */
static bool is_over(const struct plan_view *view)
{
	const struct ledger *ledger = &view->ledger;

	return ledger->count && view->selection.context->present >=
				ledger->rows[ledger->count - 1].period.end;
}

/* What the monitor counts while the ISP counts @billed; up to UINT64_MAX. */
static uint64_t uncalibrated(const struct plan *plan, uint64_t billed)
{
	const uint64_t whole = billed / plan->calibration;
	const uint64_t rest = billed % plan->calibration;

	if (whole >= UINT64_MAX / PLAN_CALIBRATION_ONE)
		return UINT64_MAX;
	return whole * PLAN_CALIBRATION_ONE +
	       rest * PLAN_CALIBRATION_ONE / plan->calibration;
}

/* It may have begun meanwhile, and all that was counted since the start count. */
static uint64_t find_amount(const struct plan *plan)
{
	const uint64_t limit = uncalibrated(plan, plan->amount);

	return limit > LIMIT_LEAST ? limit : LIMIT_LEAST;
}

/* As it would be if the plan had begun, and nothing were free now. */
static uint64_t find_left(const struct plan_view *view)
{
	const uint64_t bytes = view->selection.histories[0].live.counters.bytes;
	struct amount left = { .is_negative = true };
	uint64_t more;

	if (!view->row && !is_over(view))
		return find_amount(view->plan);
	if (view->row)
		left = ledger_left(view->row);
	if (left.is_negative)
		return bytes > LIMIT_LEAST ? bytes - 1 : LIMIT_LEAST;
	more = uncalibrated(view->plan, left.size);
	if (more > UINT64_MAX - bytes)
		return UINT64_MAX;
	return bytes + more > LIMIT_LEAST ? bytes + more : LIMIT_LEAST;
}

/* Does the plan limit nothing now? Without the right time nobody knows. */
static bool is_open(const struct plan_view *view)
{
	if (!plan_is_sure(view->selection.context))
		return false;
	return view->row ? is_free(view) : !is_over(view);
}

static bool is_lower(uint64_t limit, uint64_t other)
{
	return limit != LIMIT_NONE && (other == LIMIT_NONE || limit < other);
}

/*
 * Without the archive nobody knows what of a series counts: after a boot, when there
 * is no limit yet, all of it does.
 */
static uint64_t find_cautious(const struct plan_view *view, uint64_t found)
{
	const struct archive *archive = &view->selection.archive;
	const struct live *live = &view->selection.histories[0].live;
	const uint64_t whole = find_amount(view->plan);

	if ((archive->directory < 0 || archive->is_unread) &&
	    live->limit == LIMIT_NONE && is_lower(whole, found))
		return whole;
	return found;
}

/*
 * The last limit, as one of the monitor's series now. One that is damaged may still be
 * set; if none is, nothing is left.
 */
static uint64_t find_last(const struct limit_kept *kept, const struct live *live,
			  const struct archive *archive,
			  const struct context *context)
{
	if (kept->limit == LIMIT_UNKNOWN && live->limit != LIMIT_NONE)
		return live->limit;
	return limit_memory_of(kept, live->series, archive,
			       &context->source->belief->memory);
}

/* Where not all could be read, there is no more left than was before. */
static uint64_t find_kept(const struct plan_view *view, uint64_t found)
{
	const struct archive *archive = &view->selection.archive;
	const struct live *live = &view->selection.histories[0].live;
	const struct context *context = view->selection.context;
	const struct belief *belief = context->source->belief;
	const bool is_lost = belief && belief->memory.is_lost;
	static const struct limit_kept unknown = { .limit = LIMIT_UNKNOWN };
	struct limit_memory memory = { .count = 0 };
	const struct limit_kept *kept;
	uint64_t limit;

	if (!context->messages->trouble || archive->directory < 0 ||
	    limit_memory_read(&memory, archive))
		return found;
	kept = limit_memory_find(&memory, view->plan->name);
	if (kept && strcmp(kept->monitor, view->plan->columns[0]) != 0)
		kept = NULL;
	if (kept || memory.is_damaged || is_lost) {
		limit = find_last(kept ? kept : &unknown, live, archive, context);
		found = is_lower(limit, found) ? limit : found;
	}
	limit_memory_free(&memory);
	return found;
}

/* Is there a kernel that takes a limit? Else it is told. @live: NULL: it counts none. */
static bool takes_limit(struct messages *messages, const char *plan,
			const char *monitor, const struct live *live)
{
	if (!live)
		message_report(messages,
			       "%s: the kernel does not count %s, so nothing stops it",
			       plan, monitor);
	else if (!live->has_limits)
		message_report(messages, "%s: %s", plan, live->unlimited);
	return live && live->has_limits;
}

/*
 * As it is remembered: of what is left a thousandth less at most, and nothing if nothing
 * is. The file is written to disk when that changes; what overhead is estimated, and what
 * a used-up plan counts, changes each minute.
 */
static uint64_t coarsen(uint64_t limit, uint64_t counted)
{
	uint64_t step = 1;

	if (limit <= counted)
		return LIMIT_LEAST;
	while (step <= (limit - counted) / 2048)
		step *= 2;
	limit -= limit % step;
	return limit > LIMIT_LEAST ? limit : LIMIT_LEAST;
}

void plan_limit_ask(const struct plan_view *view, struct plan_limit *limit,
		    struct limit_kept *kept)
{
	const struct history *history = &view->selection.histories[0];
	const struct live *live = &history->live;
	uint64_t found;
	uint64_t left;

	if (!takes_limit(view->selection.context->messages, view->plan->name,
			 history->monitor, history->is_live ? live : NULL))
		return;
	left = find_kept(view, find_cautious(view, find_left(view)));
	found = is_open(view) ? find_cautious(view, LIMIT_NONE) : left;
	if (!limit->is_known || is_lower(found, limit->wanted))
		limit->wanted = found;
	limit->present = live->limit;
	limit->is_known = true;
	left = coarsen(left, live->counters.bytes);
	if (kept->limit && !is_lower(left, kept->limit))
		return;
	*kept = (struct limit_kept){ .series = live->series, .limit = left };
	strcpy(kept->plan, view->plan->name);
	strcpy(kept->monitor, view->plan->columns[0]);
}

void plan_limit_set(const struct context *context, const char *plan,
		    const char *monitor, const struct plan_limit *limit)
{
	const struct source *source = context->source;
	int error;

	if (!limit->is_known || limit->wanted == limit->present ||
	    (limit->is_kept && !is_lower(limit->wanted, limit->present)))
		return;
	error = source->operations->limit(source, monitor, limit->wanted);
	if (error)
		message_report(context->messages,
			       "%s: no limit could be written to %s/%s: %s",
			       plan, source->path, monitor,
			       message_reason(-error));
}

void plan_limit_restore(const struct context *context,
			const struct archive *archive,
			const struct limit_kept *kept)
{
	const struct source *source = context->source;
	struct source_reading *reading = malloc(sizeof(*reading));
	struct plan_limit limit = { .is_known = true, .is_kept = true };
	struct limit_kept now = *kept;
	int error = -ENOMEM;

	if (reading)
		error = source->operations->open(source, kept->monitor, reading);
	if (!reading)
		message_report(context->messages, "%s", message_reason(ENOMEM));
	else if (error && error != -ENOENT)
		source_report(context->messages, reading, error);
	else if (takes_limit(context->messages, kept->plan, kept->monitor,
			     error ? NULL : &reading->live)) {
		now.series = reading->live.series;
		now.limit = find_last(kept, &reading->live, archive, context);
		limit.wanted = now.limit;
		limit.present = reading->live.limit;
		plan_limit_set(context, kept->plan, kept->monitor, &limit);
		limit_memory_keep(archive, &now);
	}
	if (!error)
		source->operations->close(reading);
	free(reading);
}

/* Its limit of the monitor, 0 for none, where only plans set it. */
static uint64_t find_own_limit(const struct source *source, const char *monitor)
{
	struct source_reading *reading = malloc(sizeof(*reading));
	uint64_t limit = LIMIT_NONE;

	if (reading && !source->operations->open(source, monitor, reading)) {
		if (reading->live.is_of_plans && reading->live.has_limits)
			limit = reading->live.limit;
		source->operations->close(reading);
	}
	free(reading);
	return limit;
}

void plan_limit_drop(const struct context *context, const char *config_path,
		     const struct limit_kept *kept)
{
	const struct source *source = context->source;

	if (find_own_limit(source, kept->monitor) != LIMIT_NONE &&
	    !source->operations->limit(source, kept->monitor, LIMIT_NONE))
		message_note(context->messages,
			     "%s: no more in %s, so %s has no limit of it any more",
			     kept->plan, config_path, kept->monitor);
	else
		message_note(context->messages,
			     "%s: no more in %s; the kernel keeps its limit until none is written to %s/%s",
			     kept->plan, config_path, source->path, kept->monitor);
}
