// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/refill.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_append.h"
#include "base/array.h"
#include "history/history_reader.h"

#define DAY_SECONDS 86400

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
static void leave(struct refill *refill, const struct archive_block *block)
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
			leave(refill, &block);
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
