// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/archive_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_append.h"
#include "archive/archive_scan.h"
#include "base/array.h"
#include "base/file.h"
#include "history/history_reader.h"

/*
 * Before records go on in another file: the state is looked for in that one then,
 * so that nobody would miss what a power loss took from the end of this one.
 */
static void sync_left(const struct archive_write *write,
		      const struct archive_file *left)
{
	int descriptor = archive_open_file(write->archive, left, O_RDONLY);
	int error = descriptor < 0 ? descriptor :
				     disk_sync_data(descriptor);

	if (descriptor >= 0)
		close(descriptor);
	if (error)
		archive_report(write->archive, left, "%s",
			       message_reason_kept(-error));
}

/* A file without a name on the disk is lost with all that is in it. */
static void sync_names(struct archive_write *write)
{
	int error;

	if (!write->created || write->sync == ARCHIVE_SYNC_NEVER)
		return;
	write->created = false;
	error = disk_sync_data(write->archive->directory);
	if (error)
		message_report(write->archive->messages, "%s: %s",
			       write->archive->path, message_reason_kept(-error));
}

/* Records go on in another file, which would tell that this one has what it has. */
static void leave(struct archive_write *write, const struct archive_file *left,
		  bool is_new)
{
	/* What is always synced may have been written by one that was not. */
	if (write->sync != ARCHIVE_SYNC_NEVER)
		sync_left(write, left);
	if (is_new)
		sync_names(write);
}

/* Appends one block; -ELOOP is reported unless the walk came by and did. */
static int append(struct archive_write *write, const struct archive_walk *walk,
		  struct archive_block *block)
{
	int error = archive_append(write->archive, write->calendar, block);

	write->created |= block->created;
	if (error != -ELOOP)
		return error;
	for (size_t at = 0; at < walk->count; at++) {
		if (archive_file_compare(&walk->files[at], &block->file) == 0 &&
		    walk->known[at].reported)
			return error;
	}
	archive_report(write->archive, &block->file, "%s",
		       message_reason_kept(-error));
	return error;
}

static bool is_of(struct calendar *calendar, const struct sample *sample,
		  const struct archive_file *file)
{
	const int32_t day = calendar_day(calendar, sample->time - 1);

	return day >= file->day && day <= archive_file_last_day(file);
}

/* Where records of a day go; mostly where the ones before went. */
static int find_file(const struct archive_write *write,
		     const struct archive_file *current, const char *monitor,
		     int32_t day, struct archive_file *file)
{
	int error = 0;

	*file = (struct archive_file){ .day = day };
	memcpy(file->monitor, monitor, strnlen(monitor, MONITOR_NAME_SIZE - 1));
	if (current->is_month || current->day != day)
		error = archive_file_of_day(write->archive, file);
	if (error)
		archive_report(write->archive, file, "%s",
			       message_reason_kept(-error));
	return error;
}

/*
 * Samples that a file tells at its end, behind another series' "@": the series was
 * written there, and its name is damaged. Returns how many there are up to the last of
 * them, and the state that the first one grew from.
 */
static size_t find_nameless(const struct archive_walk *walk,
			    const struct archive_file *file,
			    const struct samples *samples,
			    struct counters *from)
{
	const int descriptor = archive_open_file(walk->archive, file, O_RDONLY);
	struct archive_scan scan = archive_scan_of(file);
	const struct archive_entries *entries = &scan.entries;
	size_t first;
	size_t count = 0;

	if (descriptor < 0)
		return 0;
	if (archive_scan_read(descriptor, &scan))
		scan.entries.count = 0;
	close(descriptor);
	for (first = entries->count; first > 0; first--) {
		if (entries->list[first - 1].base)
			break;
	}
	for (size_t at = first; at < entries->count; at++) {
		const struct archive_entry *entry = &entries->list[at];
		size_t next = count;

		while (next < samples->count &&
		       counters_compare(&samples->list[next].counters,
					&entry->sample.counters) < 0)
			next++;
		if (next == samples->count ||
		    !archive_entry_is(entry, &samples->list[next]))
			continue;
		/* What is before the first, the source has no longer. */
		if (!next && at > first &&
		    samples->list[0].since != SAMPLE_MINUTE &&
		    counters_may_follow(&samples->list[0].counters,
					&entry[-1].sample.counters))
			*from = entry[-1].sample.counters;
		count = next + 1;
	}
	archive_scan_free(&scan);
	return count;
}

/*
 * A series that no file tells of may be in one by another name. It is written anew in
 * that file, where readers see that they are the same records. Returns 0, also when there
 * is no such file, or what kept it from being written.
 */
static int write_nameless(struct archive_write *write,
			  const struct archive_walk *walk,
			  const struct samples *samples,
			  struct archive_block *block)
{
	const int32_t first = calendar_day(write->calendar,
					   samples->list[0].time - 1);
	int error;

	for (size_t at = walk->count; at-- > 0;) {
		const struct archive_file *file = &walk->files[at];

		/* Local dates of all zones are that near. */
		if (walk->known[at].reported || file->day > first + 2 ||
		    archive_file_last_day(file) < first - 2)
			continue;
		block->count = find_nameless(walk, file, samples, &block->state);
		if (!block->count)
			continue;
		block->records = samples->list;
		block->file = *file;
		block->is_again = true;
		error = append(write, walk, block);
		block->is_again = false;
		return error;
	}
	return 0;
}

/* Does the source keep samples, that an archive may have by another name? */
static bool has_samples(const struct archive_write *write)
{
	return !write->origin || !write->origin->is_about;
}

void archive_write_samples(struct archive_write *write,
			   const struct archive_walk *walk, const char *monitor,
			   const struct samples *samples)
{
	struct calendar *calendar = write->calendar;
	const struct sample *next = samples->list;
	const struct sample *end = next + samples->count;
	struct archive_block block = {
		.series = walk->series,
		.state = walk->state.counters,
		.limit = walk->limit,
		.origin = write->origin,
		.sync = write->sync == ARCHIVE_SYNC_ALWAYS,
		.is_kept = true,
	};
	struct archive_file current = { .day = INT32_MIN };
	struct archive_file file;
	bool is_new = false;

	if (walk->has_current) {
		current = walk->files[walk->current];
	} else if (walk->count && !has_samples(write)) {
		/* Who looks for the counter's last series begins with the newest file. */
		current = walk->files[walk->count - 1];
	} else if (samples->count && !write->is_held) {
		if (write_nameless(write, walk, samples, &block))
			return;
		next += block.count;
		if (block.count) {
			current = block.file;
			block.state = next[-1].counters;
		} else if (walk->assumed.found) {
			block.state = walk->assumed.counters;
			while (next < end && counters_compare(&next->counters,
							      &block.state) <= 0)
				next++;
		}
	}
	for (; next < end; next = block.records + block.count) {
		if (find_file(write, &current, monitor,
			      calendar_day(calendar, next->time - 1), &file))
			return;
		block.records = next;
		block.count = 0;
		block.file = current;
		/* The clock went back: the newer file says so first. */
		if (current.day > file.day && append(write, walk, &block))
			return;
		if (current.day != INT32_MIN && current.day != file.day)
			leave(write, &current, is_new);
		while (next + block.count < end &&
		       is_of(calendar, &next[block.count], &file))
			block.count++;
		block.file = file;
		if (append(write, walk, &block))
			return;
		current = block.file;
		is_new = block.created;
		block.state = next[block.count - 1].counters;
	}
}

void archive_write_end(struct archive_write *write)
{
	sync_names(write);
}

/* While a monitor's holes are looked for. */
struct refill {
	struct archive_write *write;
	struct history history;
	struct growth *held;		/* in the order in which they were counted */
	size_t count;
	size_t capacity;
	int error;
};

static void note_held(void *context, const struct growth *growth)
{
	struct refill *refill = context;

	if (array_reserve((void **)&refill->held, &refill->capacity,
			  refill->count + 1, sizeof(*growth)))
		refill->error = -ENOMEM;
	else
		refill->held[refill->count++] = *growth;
}

static const struct history_observer observer = { .held = note_held };

static bool always_together(void *context, int64_t first, int64_t last)
{
	(void)context;
	(void)first;
	(void)last;
	return true;
}

static int pass_by(void *context, const struct growth *growth)
{
	(void)growth;
	return ((const struct refill *)context)->error;
}

/* The first day of what the source has; times go back where the clock was set back. */
static int32_t find_first_day(const struct samples *samples)
{
	int64_t first = samples->list[0].time;

	for (size_t at = 1; at < samples->count; at++) {
		if (samples->list[at].time < first)
			first = samples->list[at].time;
	}
	return (int32_t)(first / DAY_SECONDS);
}

/* Looks for holes as far back as the source has samples. */
static int find_held(struct refill *refill)
{
	static const struct counters none = { 0 };
	struct history_window window = HISTORY_WINDOW_ALL;
	struct history *history = &refill->history;
	struct samples samples = { 0 };
	bool is_reached;
	int error = history_read_samples(history, &none, &samples, &is_reached);

	if (!error && samples.count) {
		window.first_day = find_first_day(&samples) -
				   HISTORY_MARGIN_DAYS;
		history->observer = &observer;
		history->observer_context = refill;
		error = history_read(history, &window, always_together, pass_by,
				     refill);
	}
	samples_free(&samples);
	return error ? error : refill->error;
}

/* Would records that go on from a state stand behind all others of the series? */
static bool has_room(const struct archive *archive,
		     const struct archive_file *file, uint64_t series,
		     const struct counters *from)
{
	struct archive_scan scan = archive_scan_of(file);
	int descriptor = archive_open_file(archive, file, O_RDONLY);
	bool is_behind;

	if (descriptor < 0)
		return descriptor == -ENOENT;
	scan.series = series;
	is_behind = !archive_scan_read(descriptor, &scan) &&
		    (!scan.state.found ||
		     counters_compare(&scan.state.counters, from) <= 0);
	archive_scan_free(&scan);
	close(descriptor);
	return is_behind;
}

/* A newest file would be taken for the one that is written on. */
static void leave_block(struct refill *refill, const struct archive_block *block)
{
	const struct history *history = &refill->history;
	const struct archive_file *newest = &history->files[history->count - 1];
	struct archive_block mark = *block;

	if (block->count == 0 || archive_file_compare(&block->file, newest) < 0)
		return;
	mark.state = block->records[block->count - 1].counters;
	mark.count = 0;
	archive_append(refill->write->archive, refill->write->calendar, &mark);
}

/* Appends those records from the first on that are of one file; returns how many. */
static size_t put_run(struct refill *refill, const struct growth *held,
		      size_t count, struct samples *samples)
{
	struct archive_write *write = refill->write;
	struct calendar *calendar = write->calendar;
	struct archive_block block = {
		.file = { .day = calendar_day(calendar, held->time - 1) },
		.series = held->series, .state = held->from,
		.limit = &refill->history.live.counters,
		.sync = write->sync == ARCHIVE_SYNC_ALWAYS, .is_kept = true,
	};
	size_t taken = 0;

	memcpy(block.file.monitor, refill->history.monitor,
	       strlen(refill->history.monitor));
	if (archive_file_of_day(write->archive, &block.file))
		return count;
	for (samples->count = 0; taken < count; taken++) {
		const struct growth *growth = &held[taken];
		const int32_t day = calendar_day(calendar, growth->time - 1);
		struct sample sample = { .time = growth->time,
					 .since = growth->since,
					 .counters = growth->from };

		if (day < block.file.day ||
		    day > archive_file_last_day(&block.file) ||
		    (taken && counters_compare(&growth->from,
					       &samples->list[taken - 1].counters)))
			break;
		counters_add(&sample.counters, &growth->counters);
		if (samples_add(samples, &sample))
			return count;
	}
	block.records = samples->list;
	block.count = samples->count;
	if (has_room(write->archive, &block.file, block.series, &block.state)) {
		if (!archive_append(write->archive, calendar, &block))
			leave_block(refill, &block);
		write->created |= block.created;
	}
	return taken;
}

int refill_monitor(struct archive_write *write, const struct source *source,
		   const char *monitor, const struct archive_listing *listing)
{
	struct messages silent = { .silent = true };
	struct archive archive = *write->archive;
	struct refill refill = { .write = write };
	struct samples samples = { 0 };
	int error = 0;

	archive.messages = &silent;
	history_open(&refill.history, monitor, source, &archive, listing);
	if (refill.history.is_live && refill.history.count)
		error = find_held(&refill);
	for (size_t at = 0; !error && at < refill.count;)
		at += put_run(&refill, refill.held + at, refill.count - at,
			      &samples);
	samples_free(&samples);
	history_close(&refill.history);
	array_free((void **)&refill.held, &refill.capacity);
	return error;
}
