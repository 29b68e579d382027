// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/update.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "archive/archive_directory.h"
#include "index/archive_files.h"
#include "index/archive_index.h"
#include "index/archive_walk.h"
#include "upkeep/archive_write.h"
#include "base/clock.h"
#include "upkeep/refill.h"
#include "upkeep/update_parts.h"

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
	if (live->counters.packets == 0 || !update_may_archive(update->request))
		return 0;
	error = archive_walk_start(&walk, &update->archive, files, count,
				   live->series, &live->counters);
	if (!error)
		error = walk_archive(update, monitor, &walk, &all);
	if (!error)
		error = update_samples(update->request, &update->reading, &walk,
				       &samples);
	/* Where a file can't be read, what it holds could be written twice. */
	if (!error && !walk.refused) {
		archive_write_samples(&update->write, &walk, monitor, &samples);
		/* A power loss takes but what was written shortly before. */
		if (!update->recent &&
		    belief_is_sure(update->request->belief))
			error = refill_monitor(&update->write,
					       update->request->source, monitor,
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
	const struct source *source = request->source;
	int error = source->operations->open(source, monitor, &update->reading);

	if (!error) {
		error = counting_see(update->seen, monitor,
				     update->reading.live.references);
		if (!error)
			error = update_open_monitor(update, monitor);
		source->operations->close(&update->reading);
	}
	/* Gone since it was listed: its time was over. */
	if (error == -ENOENT && request->names->count == 0)
		return;
	if (error == -ENOENT)
		message_report(request->messages,
			       "%s: no such monitor in %s; see 'trafmetux list'",
			       monitor, source->path);
	else if (error)
		source_report(request->messages, &update->reading, error);
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
					      update->request->calendar,
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
		archive_report_lock(update->request->messages,
				    update->request->archive_path,
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
	request->messages->is_partial |= busy.count > 0;
	if (error)
		message_report(request->messages, "%s: %s",
			       request->archive_path, message_reason(-error));
	for (size_t at = 0; !error && request->now && at < busy.count; at++)
		message_report(request->messages,
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
		message_report(request->messages, "%s",
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
	const struct source *source = request->source;
	struct counting_seen unseen = { .list_error = 0 };
	struct counting_seen *seen = request->seen ? request->seen : &unseen;
	struct update *update;
	int error = source->operations->list(source, &seen->listed);

	seen->list_error = error;
	if (error) {
		if (!request->seen)
			source_report_list(request->messages, source, error);
		counting_seen_free(&unseen);
		return;
	}
	update = calloc(1, sizeof(*update));
	error = update ? archive_open(&update->archive, request->archive_path,
				      request->messages) : -ENOMEM;
	if (error) {
		archive_report_open(request->messages, request->archive_path,
				    error);
	} else {
		update->request = request;
		update->seen = seen;
		update->write = (struct archive_write){
			.archive = &update->archive,
			.calendar = request->calendar,
			.sync = request->sync,
		};
		update_all(update, &seen->listed);
		archive_close(&update->archive);
	}
	free(update);
	counting_seen_free(&unseen);
}
