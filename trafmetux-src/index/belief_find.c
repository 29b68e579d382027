// SPDX-License-Identifier: GPL-2.0-or-later
/* Witnesses of the time: the archive's newest records, and the kernel's samples. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "index/archive_files.h"
#include "base/machine.h"
#include "archive/archive_scan.h"
#include "index/belief.h"
#include "source/source.h"

/* A sample that is older tells nothing that the archive does not, mostly. */
#define SAMPLES_SECONDS 3600

/* The last instant that a file's dates may have anywhere. */
static int64_t end_of(const struct archive_file *file)
{
	return (archive_file_last_day(file) + 1) * DAY_SECONDS + ZONE_WEST;
}

/* The first one. */
static int64_t start_of(const struct archive_file *file)
{
	return file->day * DAY_SECONDS - ZONE_EAST;
}

/* The time of a file's newest record; 0 when it has none, or @error. */
static int64_t read_newest(const struct archive *archive,
			   const struct archive_file *file, int *error)
{
	struct archive_scan scan = archive_scan_of(file);
	const int descriptor = archive_open_file(archive, file, O_RDONLY);
	int64_t newest = 0;

	/* What is no plain file is none of the archive's. */
	if (descriptor < 0 && descriptor != -ELOOP)
		*error = descriptor;
	if (descriptor < 0)
		return 0;
	if (!archive_scan_tail(descriptor, &scan))
		newest = scan.last_time;
	archive_scan_free(&scan);
	close(descriptor);
	/* What is of another day than its file is damaged. */
	return newest < end_of(file) + DAY_SECONDS ? newest : end_of(file);
}

/* As belief_newest_record(); @error of the last file that can't be read. */
static int64_t find_newest(const struct belief *belief,
			   const struct archive *archive,
			   const struct archive_file *files, size_t count,
			   int64_t least, int *error)
{
	int64_t time;

	while (count-- > 0) {
		const struct archive_file *file = &files[count];
		if (end_of(file) <= least)
			return 0;
		if (belief_passes_over(belief, start_of(file)) &&
		    belief_passes_over(belief, end_of(file)))
			continue;
		time = read_newest(archive, file, error);
		if (time && !belief_passes_over(belief, time))
			return time;
	}
	return 0;
}

int64_t belief_newest_record(const struct belief *belief,
			     const struct archive *archive,
			     const struct archive_file *files, size_t count,
			     int64_t least)
{
	int error;

	return find_newest(belief, archive, files, count, least, &error);
}

void belief_report_files(const struct belief *belief,
			 const struct archive *archive,
			 const struct archive_file *files, size_t count)
{
	const int64_t latest = belief->clock.now + BELIEF_MARGIN;
	char name[ARCHIVE_NAME_SIZE];
	char more[48] = "";
	size_t future = 0;

	if (belief->doubt == BELIEF_BEFORE_RELEASE)
		return;
	while (future < count &&
	       start_of(&files[count - future - 1]) > latest &&
	       start_of(&files[count - future - 1]) > belief->memory.future)
		future++;
	if (!future)
		return;
	if (future > 1)
		snprintf(more, sizeof(more), " and %zu file%s after it",
			 future - 1, future == 2 ? "" : "s");
	archive_file_name(&files[count - future], name);
	message_report(archive->messages,
		       "%s/%s%s: dated in the future; if the clock is right, run 'trafmetux clock --accept'",
		       archive->path, name, more);
}

int64_t belief_known(const struct belief *belief, int64_t live, int64_t state,
		     const struct archive *archive,
		     const struct archive_file *files, size_t count)
{
	if (!belief_is_current(belief, live))
		return 0;
	return state ? state :
		       belief_newest_record(belief, archive, files, count, 0);
}

static void take(struct belief *belief, int64_t time, const char *monitor)
{
	if (time <= belief->newest)
		return;
	belief->newest = time;
	memcpy(belief->newest_of, monitor, MONITOR_NAME_SIZE);
}

/* Could the clock be ahead of all that was found yet? */
static bool may_be_ahead(const struct belief *belief,
			 const struct source *source)
{
	const int64_t late = belief->clock.now - BELIEF_SPAN;

	return (belief->is_ours || source) && belief->newest < late &&
	       belief->reached < late;
}

static void ask_files(struct belief *belief, const struct archive *archive,
		      const struct archive_file *files, size_t count,
		      int64_t least)
{
	const int64_t floor = belief->newest > least ? belief->newest : least;

	take(belief, find_newest(belief, archive, files, count, floor,
				 &belief->unread), files->monitor);
}

static void ask_archive(struct belief *belief, const struct archive *archive,
			const struct archive_listing *listing,
			const struct source *source, int64_t least)
{
	const int64_t late = belief->clock.now - BELIEF_SPAN;
	size_t count;

	for (size_t at = 0; at < listing->count; at += count) {
		const char *monitor = listing->list[at].monitor;
		const struct archive_file *files =
			archive_files_of(listing, monitor, &count);
		const int64_t last = start_of(&files[count - 1]);

		/* One record that the clock is not far ahead of will do. */
		ask_files(belief, archive, files, count,
			  least && may_be_ahead(belief, source) ? late : least);
		if (last > belief->clock.now + BELIEF_MARGIN &&
		    last > belief->dated)
			belief->dated = last;
	}
}

/* What the clock was while it was ahead bears no witness. */
static void ask_monitor(struct belief *belief, struct source_reading *reading)
{
	const struct source *source = reading->source;
	const int64_t now = belief->clock.now;
	struct sample sample;

	while (source->operations->next(reading, &sample) > 0) {
		if (sample.time >= belief->release &&
		    !belief_is_ahead(belief, sample.time) &&
		    !belief_passes_over(belief, sample.time))
			take(belief, sample.time, reading->monitor);
		if (sample.time <= now && sample.time <= now - SAMPLES_SECONDS)
			break;
	}
}

static void ask_kernel(struct belief *belief, const struct source *source)
{
	struct source_reading *reading = malloc(sizeof(*reading));
	struct monitor_names names = { 0 };
	size_t count = 0;

	if (reading && source && !source->operations->list(source, &names))
		count = names.count;
	for (size_t at = 0; at < count; at++) {
		if (source->operations->open(source, names.list[at], reading))
			continue;
		belief->is_counting |= belief_is_current(belief,
							 reading->live.time);
		belief->is_ours |= belief->is_counting && !belief->has_imports;
		ask_monitor(belief, reading);
		source->operations->close(reading);
	}
	monitor_names_free(&names);
	free(reading);
}

/* The index tells each monitor's newest file, if it is up to date. */
static void list_files(struct belief *belief, const struct archive *archive,
		       bool newest_only, struct archive_listing *listing)
{
	int error = newest_only ?
		    archive_files_recent(archive, NULL, listing) : -ESTALE;

	if (error == -ESTALE)
		error = archive_list_all(archive, NULL, listing);
	if (error)
		belief->unread = error;
}

/* All witnesses that there are; @least as for belief_newest_record(). */
static void ask(struct belief *belief, const struct archive *archive,
		const struct source *source, int64_t least)
{
	struct archive_listing listing = { 0 };

	if (archive->directory >= 0)
		list_files(belief, archive, least && !belief->memory.future,
			   &listing);
	ask_archive(belief, archive, &listing, source, least);
	/* When was the newest one, that is older than what was asked for? */
	if (least && may_be_ahead(belief, source)) {
		archive_listing_free(&listing);
		ask(belief, archive, source, 0);
		return;
	}
	ask_kernel(belief, source);
	archive_listing_free(&listing);
}

/* Which boot this is, is asked only where it matters. */
static int64_t find_reached(const struct belief *belief)
{
	const struct clock_mark *mark = &belief->memory.believed;
	const int64_t uptime = belief->clock.uptime;

	if (!mark->time || mark->time + BELIEF_SPAN >= belief->clock.now || !mark->boot ||
	    uptime < mark->uptime || mark->boot != place_find().boot)
		return mark->time;
	return mark->time + uptime - mark->uptime;
}

void belief_find(struct belief *belief, const struct clock_reading *clock,
		 int64_t release, const char *archive_path,
		 const struct source *source, bool all)
{
	/* What is wrong with the archive, others say. */
	struct messages silent = { .silent = true };
	struct archive archive;
	int64_t least = 0;
	const int error = archive_open(&archive, archive_path, &silent);

	*belief = (struct belief){ .clock = *clock, .release = release };
	if (!all && clock->now >= release)
		least = clock->now + BELIEF_MARGIN;
	if (error != -ENOENT)
		belief->unread = error;
	if (!error)
		clock_memory_read(&belief->memory, &archive);
	belief->has_imports = archive.directory >= 0 &&
			      !faccessat(archive.directory, ".imports", F_OK, 0);
	belief->is_ours = belief->memory.believed.time ||
			  (belief->memory.disbelieved && !belief->has_imports);
	belief->reached = find_reached(belief);
	do
		ask(belief, &archive, source, least);
	while (belief_judge(belief));
	archive_close(&archive);
}
