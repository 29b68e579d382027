// SPDX-License-Identifier: GPL-2.0-or-later
#include "index/belief.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_scan.h"
#include "base/machine.h"
#include "index/archive_files.h"
#include "source/source.h"

/* Witnesses of the time: the archive's newest records, and the kernel's samples. */

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

/*
 * The newest one of a monitor that bears witness.
 * @files:	its files, oldest first
 * @least:	files that end before it are not read; 0: until one is found
 *
 * Returns its time, or 0.
 */
static int64_t belief_newest_record(const struct belief *belief,
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
			  (belief->memory.is_lost && !belief->memory.unread) ||
			  (belief->memory.disbelieved && !belief->has_imports);
	belief->reached = find_reached(belief);
	do
		ask(belief, &archive, source, least);
	while (belief_judge(belief));
	archive_close(&archive);
}

/* What an update says of the clock, and remembers so as to say it once. */

static const char told_key[] = "clock";

/* Was it told lately, by this very clock? */
static bool was_told(const struct belief *belief)
{
	const int64_t told = belief->memory.disbelieved;
	const int64_t now = belief->clock.now;

	return told && now >= told && now < told + DAY_SECONDS;
}

/* Where .clock can't be written, the notice tells that it was told. */
static unsigned int tell_doubt(struct belief *belief, struct told *told,
			       struct messages *messages)
{
	messages->trouble = true;
	if (was_told(belief))
		return 0;
	if (!told) {
		belief_report(belief, messages);
	} else if (told_due(told, told_key)) {
		told->is_decided = true;
		belief_report(belief, messages);
		told->is_decided = false;
	}
	belief->memory.disbelieved = belief->clock.now > 1 ?
				     belief->clock.now : 1;
	return CLOCK_DISBELIEVED;
}

/* The clock is that of before, and is believed now: it was right. */
static unsigned int take_back(struct belief *belief)
{
	if (!was_told(belief))
		return 0;
	belief->memory.disbelieved = 0;
	return CLOCK_DISBELIEVED;
}

/* NTP vouches for the clock as somebody might have done. */
static unsigned int tell_future(struct belief *belief,
				struct messages *messages)
{
	char time[CLOCK_TEXT_SIZE];

	/* It is there only if they were found, and not passed over. */
	if (!*belief->future_of)
		return 0;
	clock_format(belief->future, time);
	message_report(messages,
		       "%s has records of the future, up to %s; they tell nothing of the time any more, see 'trafmetux clock'",
		       belief->future_of, time);
	belief->memory.accepted = belief->clock.now;
	belief->memory.future = belief->future;
	return CLOCK_ACCEPTED;
}

/*
 * Only what was of the future then is accepted. What is written since bears witness,
 * so the line between the two has to follow the time.
 */
static unsigned int follow_time(struct belief *belief)
{
	struct clock_memory *memory = &belief->memory;
	const int64_t now = belief->clock.now;

	if (!memory->future)
		return 0;
	if (memory->future > now && now < memory->accepted + DAY_SECONDS)
		return 0;
	if (memory->future <= now)
		memory->future = 0;
	else
		memory->accepted = now;
	return CLOCK_ACCEPTED;
}

/* What is placed from now on has its time. */
static unsigned int forget_base(struct belief *belief)
{
	if (!belief->memory.base.time)
		return 0;
	belief->memory.base = (struct clock_mark){ .time = 0 };
	return CLOCK_BASE;
}

unsigned int belief_mark(struct belief *belief)
{
	struct clock_mark *mark = &belief->memory.believed;
	const int64_t now = belief->clock.now;

	if (mark->time && now >= mark->time && now < mark->time + DAY_SECONDS)
		return 0;
	*mark = (struct clock_mark){
		.time = now, .boot = place_find().boot,
		.uptime = belief->clock.uptime,
	};
	return CLOCK_BELIEVED;
}

static void remember(struct belief *belief, const char *archive_path,
		     unsigned int changes)
{
	struct messages silent = { .silent = true };
	struct archive archive;

	if (!changes || archive_open(&archive, archive_path, &silent))
		return;
	/* What can't be remembered is told again. */
	clock_memory_write(&belief->memory, &archive, changes);
	archive_close(&archive);
}

void belief_remember(struct belief *belief, const char *archive_path)
{
	if (belief_is_sure(belief) && belief->is_counting)
		remember(belief, archive_path, belief_mark(belief));
}

void belief_settle(struct belief *belief, const char *archive_path,
		   struct told *told, struct messages *messages)
{
	unsigned int changes;

	clock_memory_report(&belief->memory, archive_path, messages);
	if (belief_is_sure(belief)) {
		if (told)
			told_over(told, told_key, NULL);
		changes = take_back(belief);
		changes |= tell_future(belief, messages);
		changes |= follow_time(belief);
		changes |= forget_base(belief);
	} else {
		changes = tell_doubt(belief, told, messages);
	}
	remember(belief, archive_path, changes);
}

#define MINUTE_SECONDS 60

/* The latest time that is known to have been; 0: none is. */
static int64_t find_latest(const struct belief *belief)
{
	return belief->newest > belief->reached ? belief->newest :
						  belief->reached;
}

bool belief_is_ahead(const struct belief *belief, int64_t time)
{
	const int64_t latest = find_latest(belief);

	return belief->is_ours && latest && time > latest + BELIEF_SPAN;
}

static void find_present(struct belief *belief)
{
	if (belief_is_sure(belief))
		belief->present = belief->clock.now;
	else if (belief->doubt == BELIEF_AHEAD &&
		 belief->reached >= belief->newest)
		belief->present = belief->reached;
	else if (belief->newest)
		belief->present = belief->newest - 1;
	else
		belief->present = belief->release;
}

bool belief_judge(struct belief *belief)
{
	const int64_t now = belief->clock.now;
	const int64_t latest = now + BELIEF_MARGIN;

	belief->doubt = BELIEF_SURE;
	if (now < belief->release || now > SAMPLE_TIME_MAX) {
		belief->doubt = BELIEF_BEFORE_RELEASE;
	} else if (belief->newest > latest) {
		if (belief->clock.is_synchronised) {
			belief->future = belief->newest;
			memcpy(belief->future_of, belief->newest_of,
			       sizeof(belief->future_of));
			belief->newest = 0;
			return true;
		}
		belief->doubt = BELIEF_BEFORE_NEWEST;
	} else if (belief_is_ahead(belief, now) &&
		   !belief->clock.is_synchronised) {
		belief->doubt = BELIEF_AHEAD;
	}
	find_present(belief);
	if (belief->memory.future > latest &&
	    belief->memory.future > belief->future)
		belief->future = belief->memory.future;
	return false;
}

bool belief_passes_over(const struct belief *belief, int64_t time)
{
	const struct clock_memory *memory = &belief->memory;

	if (memory->future && time <= memory->future &&
	    time > memory->accepted + BELIEF_MARGIN)
		return true;
	return belief->future && time <= belief->future &&
	       time > belief->clock.now + BELIEF_MARGIN;
}

/* Was the time one of a clock that was not believed, and that is not that of now? */
static bool was_disbelieved(const struct belief *belief, int64_t time)
{
	const int64_t start = belief->memory.disbelieved;
	const int64_t end = start + DAY_SECONDS;
	const int64_t now = belief->clock.now;

	if (!start || time < start || time > end)
		return false;
	return !belief_is_sure(belief) || now < start ||
	       now > end + BELIEF_MARGIN;
}

bool belief_of_time(const struct belief *belief, int64_t known, int64_t time)
{
	const int64_t latest = belief->clock.now + BELIEF_MARGIN;

	if (time < belief->release || was_disbelieved(belief, time))
		return false;
	if (!belief_is_sure(belief))
		return time >= belief->newest - BELIEF_MARGIN &&
		       !belief_is_ahead(belief, time);
	/* A state that was recorded in the future tells nothing. */
	if (known > latest)
		known = 0;
	return time <= latest && time >= known - BELIEF_MARGIN;
}

/* What came before the first sample of ours may be of any time up to it. */
static int64_t since_of(const struct belief *belief, int64_t known,
			int64_t time)
{
	if (known < BELIEF_OLDEST ||
	    known > belief->clock.now + BELIEF_MARGIN)
		return 0;
	return known < time - MINUTE_SECONDS ? known : SAMPLE_MINUTE;
}

bool belief_fold(const struct belief *belief, int64_t known, int64_t time,
		 struct samples *samples)
{
	struct sample last = { .time = time };
	bool is_folded = false;
	int64_t before = known;
	size_t kept = 0;

	for (size_t at = 0; at < samples->count; at++) {
		struct sample sample = samples->list[at];

		if (!belief_of_time(belief, known, sample.time)) {
			is_folded = true;
			last.counters = sample.counters;
			continue;
		}
		if (is_folded || (sample.since > 0 &&
				  !belief_of_time(belief, known, sample.since)))
			sample.since = since_of(belief, before, sample.time);
		is_folded = false;
		before = sample.time;
		samples->list[kept++] = sample;
	}
	samples->count = kept;
	if (!is_folded || !time)
		return false;
	/* There is room: at least this one was taken out. */
	last.since = since_of(belief, before, time);
	samples->list[samples->count++] = last;
	return true;
}

void belief_report(const struct belief *belief, struct messages *messages)
{
	char now[CLOCK_TEXT_SIZE];
	char other[CLOCK_TEXT_SIZE];

	clock_format(belief->clock.now, now);
	if (belief->doubt == BELIEF_BEFORE_RELEASE) {
		clock_format(belief->release, other);
		message_report(messages,
			       "the clock says %s, before this release (%s): until it is set, nothing is archived and no period ends",
			       now, other);
	} else if (belief->doubt == BELIEF_AHEAD) {
		clock_format(find_latest(belief), other);
		message_report(messages,
			       "the clock says %s, long after %s (%s): until it is set, nothing is archived; see 'trafmetux clock'",
			       now, belief->newest < belief->reached ?
			       "it was believed" : "the newest record", other);
	} else {
		clock_format(belief->newest, other);
		message_report(messages,
			       "the clock says %s, before %s's record of %s: until it is set, nothing is archived; see 'trafmetux clock'",
			       now, belief->newest_of, other);
	}
}

void belief_free(struct belief *belief)
{
	clock_memory_free(&belief->memory);
}
