// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_scan.h"
#include "index/archive_index.h"
#include "index/archive_index_file.h"
#include "index/archive_index_write.h"
#include "base/array.h"
#include "base/clock.h"

/* So much of NAME.hours may be outdated, beside as much as is not. In bytes. */
#define OUTDATED_MAX 100000

/* While an index is brought up to date. */
struct refresh {
	struct archive_index index;
	const struct archive *archive;
	struct archive_segments before;	/* of the file before; a copy */
	struct archive_index_writer writer;
};

/* Does the file, which has one segment of each series, go on from the one before? */
static bool continues(const struct refresh *refresh,
		      const struct archive_scan *scan)
{
	for (size_t at = 0; at < refresh->before.count; at++) {
		const struct archive_segment *last = &refresh->before.list[at];
		const struct archive_series *series =
			archive_entries_series(&scan->entries, last->series);

		if (series && series->segment &&
		    counters_compare(&last->end, &scan->segments.list[
						 series->segment - 1].base))
			return false;
	}
	return true;
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

/* Returns 1, 0 when the file was changed too shortly ago, or -errno. */
static int refresh_file(struct refresh *refresh, const struct archive_file *file)
{
	struct archive_index_day day = { 0 };
	struct archive_scan scan = archive_scan_of(file);
	struct archive_index_day after;
	int descriptor;
	int error;

	if (archive_file_state(refresh->archive, file, &day.size, &day.changed))
		return 1;
	if (!archive_is_settled(day.changed))
		return 0;
	descriptor = archive_open_file(refresh->archive, file, O_RDONLY);
	if (descriptor < 0)
		return 1;
	error = archive_scan_read(descriptor, &scan);
	close(descriptor);
	if (!error && !scan.damaged && !scan.torn && !scan.empty &&
	    !scan.has_returns && !scan.is_split &&
	    archive_entries_plain(&scan.entries) && continues(refresh, &scan) &&
	    !archive_file_state(refresh->archive, file, &after.size,
				&after.changed) &&
	    after.size == day.size && after.changed == day.changed)
		error = archive_index_write(&refresh->writer, &refresh->index,
					    &scan, file, &day);
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
	struct archive_index *index = &refresh->index;
	struct archive_index_day day;
	int done = 1;

	/* The last one is still being written on. */
	for (size_t at = 0; at + 1 < count; at++) {
		int result = archive_index_find(index, &files[at], &day);

		if (result > 0)
			result = remember(refresh, index->segments.list +
						   day.first_segment,
					  day.segment_count) ? -ENOMEM : 1;
		else if (!result && clock_monotonic() < deadline)
			result = refresh_file(refresh, &files[at]);
		else if (!result)
			return 0;
		if (result < 0)
			return result;
		done &= result;
	}
	return done;
}

/* Is the line of a day that is in a month's file now? */
static bool is_in_month(const struct archive_index_line *line,
			const struct archive_file *file)
{
	const struct archive_file last = { .day = archive_file_last_day(file) };

	return file->is_month && line->order <= archive_date_order(&last);
}

/*
 * Leaves out the lines of days that are in a month's file now. Returns false if
 * another line has no file any more: those beside it went on from that one.
 */
static bool leave_out(struct archive_index *index,
		      const struct archive_file *files, size_t count)
{
	const size_t before = index->count;
	size_t next = 0;
	size_t left = 0;

	for (size_t at = 0; at < before; at++) {
		const struct archive_index_line *line = &index->lines[at];

		while (next < count &&
		       archive_date_order(&files[next]) < line->order)
			next++;
		if (next < count &&
		    archive_date_order(&files[next]) == line->order)
			index->lines[left++] = *line;
		else if (!next || !is_in_month(line, &files[next - 1]))
			return false;
	}
	index->count = left;
	return true;
}

/* Is most of NAME.hours of no file as it is now? */
static bool is_outdated(struct archive_index *index)
{
	struct archive_index_day day;
	uint64_t used = 0;
	uint64_t size;
	int descriptor = archive_index_open_file(index->directory,
						 index->monitor,
						 ARCHIVE_INDEX_HOURS, &size);

	if (descriptor < 0)
		return index->count;
	close(descriptor);
	for (size_t at = 0; at < index->count; at++) {
		if (!archive_index_parse(index, &index->lines[at], &day))
			used += day.hours_length;
	}
	return size > 2 * used + OUTDATED_MAX;
}

int archive_index_refresh(const struct archive *archive,
			  const struct archive_file *files, size_t count,
			  struct calendar *calendar, int64_t deadline)
{
	struct refresh refresh = { .archive = archive,
				   .writer = { .calendar = calendar } };
	struct archive_index *index = &refresh.index;
	size_t before;
	int result;
	int error;

	result = archive_index_open(index, archive, files->monitor, INT32_MIN);
	before = index->count;
	/* Begin anew when most of it is outdated, or files were taken away. */
	if (!result && index->directory >= 0 &&
	    (!leave_out(index, files, count) || is_outdated(index))) {
		archive_index_remove(index->directory, files->monitor);
		index->count = 0;
		before = 0;
	}
	if (!result)
		result = refresh_files(&refresh, files, count, deadline);
	if (result >= 0) {
		error = archive_index_write_end(&refresh.writer, index,
						index->count < before);
		result = error ? error : result;
	}
	archive_index_close(index);
	archive_segments_free(&refresh.before);
	archive_index_writer_free(&refresh.writer);
	return result;
}
