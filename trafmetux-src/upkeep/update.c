// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/update.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "archive/archive_directory.h"
#include "base/machine.h"
#include "index/archive_files.h"
#include "index/archive_index.h"
#include "index/archive_walk.h"
#include "upkeep/archive_write.h"

#define MINUTE_SECONDS 60

/* Rules are laid so shortly after the machine was started. */
#define START_SECONDS 600

/* Of one monitor. */
struct gathering {
	const struct update_request *request;
	const struct archive *archive;
	const char *monitor;
	const struct live *live;
	const struct series_state *state;	/* the archive's */
	int64_t known;		/* when it, or what the monitor had before, was */
	struct samples *samples;
};

/* False while nothing is archived, since of no known time. */
static bool update_may_archive(const struct update_request *request)
{
	return belief_is_sure(request->belief) || request->now;
}

/*
 * Samples that the source has no longer leave a gap: what grew in it is in the
 * oldest sample that is left, and when it grew is not known.
 */
static void mark_gap(const struct gathering *gathering, struct sample *oldest)
{
	const struct live *live = gathering->live;
	const struct series_state *state = gathering->state;
	int64_t since = 0;

	if (live->dropped == 0)
		return;
	if (live->dropped == LIVE_UNKNOWN &&
	    (!state->time || oldest->time - state->time <= MINUTE_SECONDS))
		return;
	if (state->time && state->time < oldest->time)
		since = state->time;
	else if (live->created != LIVE_UNKNOWN &&
		 live->created < oldest->time &&
		 belief_of_time(gathering->request->belief, 0, live->created))
		since = live->created;
	if (oldest->time - since <= MINUTE_SECONDS)
		return;
	if (oldest->since == SAMPLE_MINUTE || oldest->since > since)
		oldest->since = since;
}

/* Is the reading above all samples, and what the archive has? */
static bool is_above(const struct gathering *gathering)
{
	const struct samples *samples = gathering->samples;
	const struct counters *known = samples->count ?
		&samples->list[samples->count - 1].counters :
		&gathering->state->counters;

	return counters_compare(&gathering->live->counters, known) > 0;
}

/* 0: it can't be believed, or nothing can. */
static int64_t time_of_reading(const struct gathering *gathering)
{
	const struct belief *belief = gathering->request->belief;
	const int64_t time = gathering->live->time_rounded_up;

	return belief_is_sure(belief) &&
	       belief_of_time(belief, gathering->known, time) ? time : 0;
}

/* For "update --now": the reading itself, as the last record. */
static int add_reading(const struct gathering *gathering)
{
	const struct live *live = gathering->live;
	const struct samples *samples = gathering->samples;
	struct sample reading = { .time = live->time_rounded_up,
				  .since = live->time - live->time % MINUTE_SECONDS,
				  .counters = live->counters };
	int64_t before = gathering->state->time;

	if (!is_above(gathering) || !time_of_reading(gathering))
		return 0;
	if (samples->count)
		before = samples->list[samples->count - 1].time;
	if (before > reading.since)
		reading.since = before;
	if (reading.since >= reading.time)
		reading.since = reading.time - 1;
	return samples_add(gathering->samples, &reading);
}

/*
 * How long there has been the monitor, by the clock as it is now. One that is as old
 * as the machine is up, but for what comes before the rules, was made at the start.
 */
static int64_t find_age(const struct gathering *gathering)
{
	const struct live *live = gathering->live;
	const int64_t uptime = gathering->request->belief->clock.uptime;
	int64_t age;

	if (live->created == LIVE_UNKNOWN)
		return uptime;
	if (live->created > live->time)
		return 0;
	age = live->time - live->created;
	return uptime - age < START_SECONDS ? uptime : age;
}

/*
 * The least time that can have gone by since the newest record. A monitor that the
 * archive does not know was made after it, at the machine's start or later.
 */
static int64_t find_elapsed(const struct gathering *gathering)
{
	const struct belief *belief = gathering->request->belief;
	const struct samples *samples = gathering->samples;
	int64_t elapsed = MINUTE_SECONDS;

	if (!gathering->state->found && find_age(gathering))
		return find_age(gathering);
	for (size_t at = 0; at < samples->count; at++) {
		const int64_t time = samples->list[at].time;

		if (belief_of_time(belief, gathering->known, time))
			continue;
		if (gathering->live->time > time)
			elapsed += gathering->live->time - time;
		break;
	}
	return elapsed < belief->clock.uptime ? elapsed : belief->clock.uptime;
}

/*
 * There is no record to go by, or it may be the one that is wrong: the reading is
 * remembered, and archived when the time is known. Until then limits have it.
 */
static int hold_reading(const struct gathering *gathering)
{
	struct clock_held held = { .series = gathering->live->series,
				   .counters = gathering->live->counters };

	snprintf(held.monitor, sizeof(held.monitor), "%s", gathering->monitor);
	return clock_memory_hold(&gathering->request->belief->memory, &held);
}

/*
 * The newest record as it was before anything was placed after it since the machine was
 * started. It is remembered before that is written: who finds the one finds the other.
 */
static int64_t find_base(const struct gathering *gathering)
{
	struct belief *belief = gathering->request->belief;
	const uint64_t boot = place_find().boot;
	struct clock_mark *base = &belief->memory.base;
	struct clock_memory current;

	clock_memory_read(&current, gathering->archive);
	*base = current.base;
	clock_memory_free(&current);
	if (base->time && base->time <= belief->newest &&
	    base->boot == boot && base->uptime <= belief->clock.uptime)
		return base->time;
	*base = (struct clock_mark){
		.time = belief->newest, .boot = boot,
		.uptime = belief->clock.uptime,
	};
	/* If that fails, what is counted is still worth more than its time. */
	clock_memory_write(&belief->memory, gathering->archive, CLOCK_BASE);
	return base->time;
}

/* The reading of a machine that goes down and does not know what time it is. */
static int place_reading(const struct gathering *gathering, int64_t elapsed)
{
	const struct belief *belief = gathering->request->belief;
	const int64_t newest = belief->newest;
	const int64_t before = gathering->state->time;
	struct sample reading = { .time = newest + elapsed,
				  .counters = gathering->live->counters };

	if (!newest)
		return hold_reading(gathering);
	reading.since = find_base(gathering);
	if (reading.time > reading.since + belief->clock.uptime)
		reading.time = reading.since + belief->clock.uptime;
	if (reading.time <= newest)
		reading.time = newest + 1;
	if (before > reading.since && before < reading.time)
		reading.since = before;
	if (!is_above(gathering) || reading.time > SAMPLE_TIME_MAX)
		return 0;
	return samples_add(gathering->samples, &reading);
}

/* Was the clock later than it is now? Then it can't be believed. */
static bool contradict(struct belief *belief, const struct samples *samples,
		       const char *monitor)
{
	const int64_t latest = belief->clock.now + BELIEF_MARGIN;

	if (!belief_is_sure(belief) || belief->clock.is_synchronised)
		return false;
	for (size_t at = 0; at < samples->count; at++) {
		const int64_t time = samples->list[at].time;

		if (time <= latest || time <= belief->newest ||
		    belief_passes_over(belief, time) ||
		    belief_is_ahead(belief, time))
			continue;
		belief->newest = time;
		snprintf(belief->newest_of, sizeof(belief->newest_of), "%s",
			 monitor);
	}
	belief_judge(belief);
	return !belief_is_sure(belief);
}

/*
 * Reads what the archive lacks.
 * @reading:	open
 * @walk:	over the monitor's files; tells the archive's state
 * @samples:	empty; the caller frees it
 *
 * If a sample contradicts the clock, it is believed no more, there are none to be
 * archived, and that was reported.
 *
 * Returns 0 or an error of the source.
 */
static int update_samples(const struct update_request *request,
			  struct source_reading *reading,
			  const struct archive_walk *walk, struct samples *samples)
{
	struct belief *belief = request->belief;
	struct gathering gathering = {
		.request = request, .archive = walk->archive,
		.monitor = reading->monitor,
		.live = &reading->live,
		.state = &walk->state, .samples = samples,
	};
	bool reached = false;
	bool is_folded;
	int64_t elapsed;
	int error = source_collect(reading, walk->state.found ?
				   &walk->state.counters : NULL, samples,
				   &reached);

	if (error)
		return error;
	if (contradict(belief, samples, reading->monitor)) {
		belief_settle(belief, request->context->archive_path, request->told,
			      request->context->messages);
		if (!request->now) {
			samples_free(samples);
			return 0;
		}
	}
	if (request->now && belief_may_be_right(belief)) {
		samples_free(samples);
		return is_above(&gathering) ? hold_reading(&gathering) : 0;
	}
	gathering.known = belief_known(belief, reading->live.time,
				       walk->state.time, walk->archive,
				       walk->files, walk->count);
	elapsed = find_elapsed(&gathering);
	is_folded = belief_fold(belief, gathering.known,
				time_of_reading(&gathering), samples);
	if (samples->count && !reached)
		mark_gap(&gathering, &samples->list[0]);
	if (!request->now)
		return 0;
	if (!belief_is_sure(belief))
		return place_reading(&gathering, elapsed);
	if (!is_folded)
		return add_reading(&gathering);
	samples->list[samples->count - 1].counters = reading->live.counters;
	return 0;
}

/* How long "update --now" waits for other updaters, and how often it looks. */
#define BUSY_NANOSECONDS INT64_C(5000000000)
#define PAUSE_NANOSECONDS 10000000

/* How long an update may work on the index. */
#define INDEX_NANOSECONDS INT64_C(2000000000)

/* While the command runs. */
struct update {
	const struct update_request *request;
	struct counting_seen *seen;
	struct archive archive;
	struct archive_write write;
	struct archive_listing listing;
	int lock;
	bool recent;			/* listing lacks files that are indexed */
	int64_t stamp;			/* of the directory before it was listed */
	struct source_reading reading;	/* of one monitor after another */
};

/*
 * Finds the archive's state. Nearly always the newest file has it; else all of the
 * monitor's files are listed in @all, which the caller frees.
 */
static int walk_archive(struct update *update, const char *monitor,
			struct archive_walk *walk, struct archive_listing *all)
{
	struct monitor_names name = { 0 };
	const struct archive_file *files;
	size_t count;
	int error;

	archive_walk_newest(walk);
	if (!update->recent || (walk->has_current &&
				walk->current + 1 == walk->count))
		return 0;
	error = monitor_names_add(&name, monitor);
	if (!error)
		error = archive_files_list(&update->archive, &name, all);
	monitor_names_free(&name);
	if (error)
		return error;
	files = archive_files_of(all, monitor, &count);
	archive_walk_end(walk);
	error = archive_walk_start(walk, &update->archive, files, count,
				   walk->series, walk->limit);
	if (!error)
		archive_walk_newest(walk);
	return error;
}

/* A series that is in no file by its name. */
static void assume_state(const struct update *update, struct archive_walk *walk,
			 struct samples *samples)
{
	const struct live *live = &update->reading.live;
	struct sample *oldest = &samples->list[0];
	const struct archive_unknown unknown = {
		.created = belief_of_time(update->request->belief, 0, live->created) ?
			   live->created : LIVE_UNKNOWN,
		.counters = &live->counters,
		.oldest = live->dropped > 0 ? oldest : NULL,
	};

	archive_walk_assume(walk, &unknown);
	if (walk->assumed.found && oldest->since != SAMPLE_MINUTE &&
	    oldest->since < walk->assumed.time && walk->assumed.time < oldest->time)
		oldest->since = walk->assumed.time;
}

/* Returns 0, also when a report was made, or an error of the source. */
static int update_open_monitor(struct update *update, const char *monitor)
{
	const struct live *live = &update->reading.live;
	const struct archive_file *files;
	struct archive_walk walk;
	struct samples samples = { 0 };
	struct archive_listing all = { 0 };
	size_t count;
	int error;

	files = archive_files_of(&update->listing, monitor, &count);
	/* Nothing to add, and the archive need not be searched for it. */
	if ((live->counters.packets == 0 && !live->begins) ||
	    !update_may_archive(update->request))
		return 0;
	error = archive_walk_start(&walk, &update->archive, files, count,
				   live->series, &live->counters);
	if (!error)
		error = walk_archive(update, monitor, &walk, &all);
	if (!error)
		error = update_samples(update->request, &update->reading, &walk,
				       &samples);
	if (!error && !walk.state.found && samples.count)
		assume_state(update, &walk, &samples);
	/* Where a file can't be read, what it holds could be written twice. */
	if (!error && !walk.refused) {
		update->write.origin = &live->origin;
		archive_write_samples(&update->write, &walk, monitor, &samples);
		/* A power loss takes but what was written shortly before. */
		if (!update->recent &&
		    belief_is_sure(update->request->belief))
			error = refill_monitor(&update->write,
					       update->request->context->source, monitor,
					       &update->listing);
	}
	samples_free(&samples);
	archive_walk_end(&walk);
	archive_listing_free(&all);
	return error;
}

/*
 * Takes the locks of those monitors that no other updater is at work on; the rest
 * is @busy. All of them before the directory is read: what it holds must not change
 * after.
 */
static int lock_monitors(const struct update *update,
			 const struct monitor_names *names,
			 struct monitor_names *locked,
			 struct monitor_names *busy)
{
	int error = 0;

	for (size_t at = 0; !error && at < names->count; at++) {
		error = archive_lock(update->lock, names->list[at]);
		if (!error || error == -EAGAIN)
			error = monitor_names_add(error ? busy : locked,
						  names->list[at]);
	}
	return error;
}

static void update_monitor(struct update *update, const char *monitor)
{
	const struct update_request *request = update->request;
	const struct source *source = request->context->source;
	int error = source->operations->open(source, monitor, &update->reading);

	if (!error) {
		error = counting_see(update->seen, monitor,
				     live_feeders(&update->reading.live));
		if (!error)
			error = update_open_monitor(update, monitor);
		source->operations->close(&update->reading);
	}
	/* Gone since it was listed: its time was over. */
	if (error == -ENOENT && request->names->count == 0)
		return;
	if (error == -ENOENT)
		message_report(request->context->messages,
			       "%s: no such monitor in %s; see 'trafmetux list'",
			       monitor, source->path);
	else if (error)
		source_report(request->context->messages, &update->reading, error);
}

/*
 * After files came or went. What is not done in time, the next update does. It
 * matters to nobody if this fails: whoever finds no index reads the files.
 */
static void refresh_index(const struct update *update)
{
	const int64_t deadline = clock_monotonic() + INDEX_NANOSECONDS;
	const struct archive_listing *listing = &update->listing;
	bool done = true;
	size_t count;

	for (size_t at = 0; at < listing->count; at += count) {
		const struct archive_file *files =
			archive_files_of(listing, listing->list[at].monitor,
					 &count);

		done &= archive_index_refresh(&update->archive, files, count,
					      update->request->context->calendar,
					      deadline) == 1;
	}
	if (done)
		archive_files_write(&update->archive, listing, update->stamp);
}

/*
 * The files of the monitors. An update of all of them keeps the index, for which
 * the files of monitors that are no more are listed as well.
 */
static int list_files(struct update *update, const struct monitor_names *locked)
{
	bool everything = update->request->names->count == 0;
	int error = archive_files_recent(&update->archive, locked,
					 &update->listing);

	update->recent = !error;
	if (error != -ESTALE)
		return error;
	update->stamp = archive_files_stamp(&update->archive);
	return archive_list(&update->archive, everything ? NULL : locked,
			    &update->listing);
}

/* Monitors whose locks are held, of @all that there are. */
static int update_locked(struct update *update,
			 const struct monitor_names *locked, size_t all)
{
	int error = list_files(update, locked);

	for (size_t at = 0; !error && at < locked->count; at++)
		update_monitor(update, locked->list[at]);
	if (!error && update->request->belief->memory.held_count)
		update_held(update->request, &update->write, locked);
	archive_write_end(&update->write);
	if (!error && !update->recent && update->request->names->count == 0 &&
	    locked->count == all)
		refresh_index(update);
	archive_listing_free(&update->listing);
	return error;
}

/* Those that no other updater is at work on; -errno that is to be reported. */
static int update_free(struct update *update, const struct monitor_names *names,
		       struct monitor_names *busy)
{
	struct monitor_names locked = { 0 };
	int error;

	update->lock = archive_lock_open(&update->archive);
	if (update->lock < 0) {
		archive_report_lock(update->request->context->messages,
				    update->request->context->archive_path,
				    update->lock);
		return 0;
	}
	error = lock_monitors(update, names, &locked, busy);
	if (!error && (locked.count || !names->count))
		error = update_locked(update, &locked, names->count);
	monitor_names_free(&locked);
	/* This gives back the locks: who waits for them need not wait for others. */
	close(update->lock);
	return error;
}

/*
 * Another updater leaves those that it finds locked. Not so the last one before the
 * machine goes down: it comes back to them, for some seconds in all.
 */
static void update_monitors(struct update *update,
			    const struct monitor_names *names)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NANOSECONDS };
	const struct update_request *request = update->request;
	struct monitor_names wanted = { 0 };
	struct monitor_names busy = { 0 };
	int error = update_free(update, names, &busy);
	const int64_t deadline = clock_monotonic() + BUSY_NANOSECONDS;

	while (!error && request->now && busy.count &&
	       clock_monotonic() < deadline) {
		nanosleep(&pause, NULL);
		monitor_names_free(&wanted);
		wanted = busy;
		busy = (struct monitor_names){ 0 };
		error = update_free(update, &wanted, &busy);
	}
	request->context->messages->is_partial |= busy.count > 0;
	if (error)
		message_report(request->context->messages, "%s: %s",
			       request->context->archive_path, message_reason(-error));
	for (size_t at = 0; !error && request->now && at < busy.count; at++)
		message_report(request->context->messages,
			       "%s: another update has been at work for seconds; run it again",
			       busy.list[at]);
	monitor_names_free(&wanted);
	monitor_names_free(&busy);
}

/* The monitors that are named; or those that the kernel has, and those that are held. */
static void update_all(struct update *update,
		       const struct monitor_names *listed)
{
	const struct update_request *request = update->request;
	struct monitor_names all = { 0 };
	int error = 0;

	if (request->names->count) {
		update_monitors(update, request->names);
		return;
	}
	for (size_t at = 0; !error && at < listed->count; at++)
		error = monitor_names_add(&all, listed->list[at]);
	if (error) {
		message_report(request->context->messages, "%s",
			       message_reason(-error));
	} else {
		/* They may be gone; all of these names are to be locked. */
		update_held_names(request, &all);
		monitor_names_sort(&all);
		update_monitors(update, &all);
	}
	monitor_names_free(&all);
}

void update_run(const struct update_request *request)
{
	const struct context *context = request->context;
	const struct source *source = context->source;
	struct counting_seen unseen = { .list_error = 0 };
	struct counting_seen *seen = request->seen ? request->seen : &unseen;
	struct update *update;
	int error = source->operations->list(source, &seen->listed);

	seen->list_error = error;
	if (error) {
		if (!request->seen)
			source_report_list(context->messages, source, error);
		counting_seen_free(&unseen);
		return;
	}
	update = calloc(1, sizeof(*update));
	error = update ? archive_open(&update->archive, context->archive_path,
				      context->messages) : -ENOMEM;
	if (error) {
		archive_report_open(context->messages, context->archive_path, error);
	} else {
		update->request = request;
		update->seen = seen;
		update->write = (struct archive_write){
			.archive = &update->archive,
			.calendar = context->calendar,
			.sync = request->sync,
		};
		update_all(update, &seen->listed);
		archive_close(&update->archive);
	}
	free(update);
	counting_seen_free(&unseen);
}
