// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive_growth.h"
#include "archive_index.h"
#include "archive_index_file.h"
#include "array.h"
#include "clock.h"

/*
 * A file that was changed so shortly ago may be changed again at what its file
 * system takes for the same time. The coarsest ones count in two seconds.
 */
#define SETTLED_NANOSECONDS INT64_C(3000000000)

/* Room for a line of NAME.hours, or for one segment or the rest of NAME.days. */
#define LINE_SIZE 192

/* Outdated lines that are put up with, beside as many as there are days. */
#define OUTDATED_MAX 100

/* While an index is brought up to date. */
struct refresh {
	struct archive_index index;
	const struct archive *archive;
	struct calendar *calendar;
	struct archive_segments before;	/* of the file before; a copy */
	char *text;
	size_t length;
	size_t capacity;
	/* The hour that growths are added to, if it has any: */
	struct growth hour;
	int64_t hour_first;
	int64_t hour_end;
};

static int add_text(struct refresh *refresh, const char *line, int length)
{
	int error = array_reserve((void **)&refresh->text, &refresh->capacity,
				  refresh->length + (size_t)length, 1);

	if (error)
		return error;
	memcpy(refresh->text + refresh->length, line, (size_t)length);
	refresh->length += (size_t)length;
	return 0;
}

static int finish_hour(struct refresh *refresh)
{
	const struct growth *hour = &refresh->hour;
	char line[LINE_SIZE];
	int length;

	if (!hour->time)
		return 0;
	length = snprintf(line, sizeof(line),
			  "%" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 "\n",
			  refresh->hour_first, hour->time - 1,
			  hour->counters.packets, hour->counters.bytes);
	refresh->hour = (struct growth){ 0 };
	return add_text(refresh, line, length);
}

static int add_growth(void *context, const struct growth *growth)
{
	struct refresh *refresh = context;
	int64_t instant = growth->time - 1;
	const struct calendar_hour *hour;
	int error = 0;

	if (instant < refresh->hour_first || instant >= refresh->hour_end)
		error = finish_hour(refresh);
	if (!refresh->hour.time) {
		hour = calendar_hour(refresh->calendar, instant);
		refresh->hour_first = instant;
		refresh->hour_end = hour->end;
	}
	if (growth->time > refresh->hour.time)
		refresh->hour.time = growth->time;
	counters_add(&refresh->hour.counters, &growth->counters);
	return error;
}

/* Does the file go on where the one before it ended? */
static bool continues(const struct refresh *refresh,
		      const struct archive_segments *segments)
{
	for (size_t at = 0; at < segments->count; at++) {
		const struct archive_segment *own = &segments->list[at];
		const struct archive_segment *last = NULL;
		bool first = true;

		for (size_t other = 0; other < at; other++)
			first &= segments->list[other].series != own->series;
		for (size_t other = 0; other < refresh->before.count; other++) {
			if (refresh->before.list[other].series == own->series)
				last = &refresh->before.list[other];
		}
		if (first && last && counters_compare(&last->end, &own->base))
			return false;
	}
	return true;
}

/* Does each "@" go before a record? Else the file was left for another one. */
static bool is_plain(const struct archive_entries *entries)
{
	bool after_base = false;

	for (size_t at = 0; at < entries->count; at++) {
		if (after_base && entries->list[at].base)
			return false;
		after_base = entries->list[at].base;
	}
	return !after_base;
}

static int remember(struct refresh *refresh,
		    const struct archive_segment *segments, size_t count)
{
	struct archive_segments *before = &refresh->before;
	int error = array_reserve((void **)&before->list, &before->capacity,
				  count, sizeof(*segments));

	before->count = error ? 0 : count;
	if (before->count)
		memcpy(before->list, segments, count * sizeof(*segments));
	return error;
}

static int add_day(struct refresh *refresh, const struct archive_scan *scan,
		   const struct archive_index_day *day)
{
	char line[LINE_SIZE];
	int length = (int)calendar_format_day(day->day, line, sizeof(line));
	int error;

	length += snprintf(line + length, sizeof(line) - (size_t)length,
			   " %" PRIu64 " %" PRId64 " %" PRId64 " %" PRId64
			   " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64,
			   day->size, day->changed, scan->first_time,
			   scan->last_time, scan->total.packets,
			   scan->total.bytes, day->hours_at,
			   day->hours_length);
	refresh->length = 0;
	error = add_text(refresh, line, length);
	for (size_t at = 0; !error && at < scan->segments.count; at++) {
		const struct archive_segment *segment = &scan->segments.list[at];

		length = snprintf(line, sizeof(line),
				  " %016" PRIx64 " %" PRIu64 " %" PRIu64
				  " %" PRIu64 " %" PRIu64 " %" PRId64,
				  segment->series, segment->base.packets,
				  segment->base.bytes, segment->end.packets,
				  segment->end.bytes, segment->end_time);
		error = add_text(refresh, line, length);
	}
	return error ? error : add_text(refresh, "\n", 1);
}

/* Makes the index's directory when there is something to put into it. */
static int make_directory(struct archive_index *index)
{
	const int archive = index->archive->directory;

	if (index->directory >= 0)
		return 0;
	if (mkdirat(archive, ARCHIVE_INDEX_DIRECTORY, 0755) < 0 &&
	    errno != EEXIST)
		return -errno;
	index->directory = openat(archive, ARCHIVE_INDEX_DIRECTORY,
				  O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
				  O_CLOEXEC);
	return index->directory < 0 ? -errno : 0;
}

/* Writes what was found: the hours first, so that the day never lacks them. */
static int write_day(struct refresh *refresh, struct archive_scan *scan,
		     struct archive_index_day *day)
{
	struct archive_index *index = &refresh->index;
	int error = make_directory(index);

	if (error)
		return error;
	refresh->length = 0;
	refresh->hour = (struct growth){ 0 };
	refresh->hour_end = 0;
	scan->sink = add_growth;
	scan->context = refresh;
	error = archive_scan_grow(scan);
	if (!error)
		error = finish_hour(refresh);
	day->hours_length = refresh->length;
	if (!error)
		error = archive_index_append(index->directory, index->monitor,
					     ARCHIVE_INDEX_HOURS, refresh->text,
					     refresh->length, &day->hours_at);
	if (!error)
		error = add_day(refresh, scan, day);
	return error ? error :
		archive_index_append(index->directory, index->monitor,
				     ARCHIVE_INDEX_DAYS, refresh->text,
				     refresh->length, NULL);
}

/* Returns 1, 0 when the file was changed too shortly ago, or -errno. */
static int refresh_file(struct refresh *refresh, const struct archive_file *file)
{
	struct archive_index_day day = { .day = file->day };
	struct archive_scan scan = { .has_day = true, .day = file->day };
	struct archive_index_day after;
	int descriptor;
	int error;

	if (archive_file_state(refresh->archive, file, &day.size, &day.changed))
		return 1;
	if (clock_present() * INT64_C(1000000000) - day.changed <
	    SETTLED_NANOSECONDS)
		return 0;
	descriptor = archive_open_file(refresh->archive, file, O_RDONLY);
	if (descriptor < 0)
		return 1;
	error = archive_scan_read(descriptor, &scan);
	close(descriptor);
	if (!error && !scan.damaged && !scan.torn && !scan.empty &&
	    is_plain(&scan.entries) && continues(refresh, &scan.segments) &&
	    !archive_file_state(refresh->archive, file, &after.size,
				&after.changed) &&
	    after.size == day.size && after.changed == day.changed)
		error = write_day(refresh, &scan, &day);
	else if (error != -ENOMEM)
		error = 0;
	if (!error)
		error = remember(refresh, scan.segments.list,
				 scan.segments.count);
	archive_scan_free(&scan);
	return error ? error : 1;
}

static int refresh_files(struct refresh *refresh,
			 const struct archive_file *files, size_t count,
			 int64_t deadline)
{
	const struct archive_index *index = &refresh->index;
	int done = 1;

	/* The last one is still being written on. */
	for (size_t at = 0; at + 1 < count; at++) {
		const struct archive_index_day *day =
			archive_index_find(index, &files[at]);
		int result = 1;

		if (day)
			result = remember(refresh, index->segments.list +
						   day->first_segment,
					  day->segment_count) ? -ENOMEM : 1;
		else if (clock_monotonic() < deadline)
			result = refresh_file(refresh, &files[at]);
		else
			return 0;
		if (result < 0)
			return result;
		done &= result;
	}
	return done;
}

/* Is there a file for each day of the index? */
static bool has_files(const struct archive_index *index,
		      const struct archive_file *files, size_t count)
{
	size_t next = 0;

	for (size_t at = 0; at < index->count; at++) {
		while (next < count && files[next].day < index->days[at].day)
			next++;
		if (next == count || files[next].day != index->days[at].day)
			return false;
	}
	return true;
}

int archive_index_refresh(const struct archive *archive,
			  const struct archive_file *files, size_t count,
			  struct calendar *calendar, int64_t deadline)
{
	struct refresh refresh = { .archive = archive, .calendar = calendar };
	int result;

	result = archive_index_open(&refresh.index, archive, files->monitor);
	/* Begin anew when most of it is outdated, or files were taken away. */
	if (!result && (refresh.index.lines >
				2 * refresh.index.count + OUTDATED_MAX ||
			!has_files(&refresh.index, files, count))) {
		archive_index_remove(refresh.index.directory, files->monitor);
		refresh.index.count = 0;
	}
	if (!result)
		result = refresh_files(&refresh, files, count, deadline);
	archive_index_close(&refresh.index);
	archive_segments_free(&refresh.before);
	array_free((void **)&refresh.text, &refresh.capacity);
	return result;
}
