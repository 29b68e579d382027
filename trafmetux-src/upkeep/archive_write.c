// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/archive_write.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_append.h"
#include "base/disk_sync.h"

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
	if (write->sync == ARCHIVE_SYNC_DAILY)
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
		.sync = write->sync == ARCHIVE_SYNC_ALWAYS,
		.is_kept = true,
	};
	struct archive_file current = { .day = INT32_MIN };
	struct archive_file file;
	bool is_new = false;

	if (walk->has_current)
		current = walk->files[walk->current];
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
