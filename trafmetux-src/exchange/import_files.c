// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/import_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_append.h"
#include "archive/archive_file.h"
#include "archive/import_series.h"
#include "archive/record.h"
#include "base/array.h"
#include "base/file.h"
#include "base/hash.h"

/* The last step of an import: from .import into the archive. */

/* Files that are in .import, and which of them the archive has already. */
struct placing {
	struct import_files *files;
	struct archive_listing listing;
	bool *is_old;
};

static int report_file(const struct archive *archive,
		       const struct archive_file *file, int error)
{
	archive_report(archive, file, "%s", message_reason(-error));
	return IMPORT_REPORTED;
}

/* The line that tells the series, of a file that an import has made. */
static const char *find_series(const char *text, size_t length, size_t *line_length)
{
	const char *line = text;
	const char *end;

	for (; (end = memchr(line, '\n', length - (size_t)(line - text)));
	     line = end + 1) {
		*line_length = (size_t)(end - line) + 1;
		if (*line == '@')
			return line;
	}
	return NULL;
}

/*
 * Is a day in its month's file? Its series is its import's alone, and whatever became
 * of its minutes, the line stays that tells the series and its state on that day.
 */
static bool is_in_month(const char *month, size_t month_length, const char *day,
			size_t length)
{
	const char *end = memchr(month, '\n', month_length);
	const char *line;
	size_t line_length;

	if (archive_text_holds(month, month_length, day, length))
		return true;
	if (!end || !record_archive_thinned(month, (size_t)(end - month)))
		return false;
	line = find_series(day, length, &line_length);
	return line && archive_text_holds(month, month_length, line, line_length);
}

/* Is the file in the archive, with the same beginning, or within its month's? */
static int compare(struct placing *placing, size_t at)
{
	const struct import_files *files = placing->files;
	const struct archive_file *file = &placing->listing.list[at];
	struct archive_file target = *file;
	char *there;
	char *ours = NULL;
	size_t there_length = 0;
	size_t length = 0;
	int error;

	error = archive_file_of_day(&files->archive, &target);
	if (error)
		return report_file(&files->archive, file, error);
	error = archive_read_text(&files->archive, &target, &there,
				  &there_length);
	if (error == -ENOENT)
		return 0;
	if (!error)
		error = archive_read_text(&files->stage, file, &ours, &length);
	if (!error && target.is_month)
		placing->is_old[at] = is_in_month(there, there_length, ours,
						  length);
	else if (!error)
		placing->is_old[at] = there_length >= length &&
				      memcmp(there, ours, length) == 0;
	free(there);
	free(ours);
	if (error)
		return report_file(&files->archive, &target, error);
	if (placing->is_old[at])
		return 0;
	archive_report(&files->archive, &target,
		       "holds other records of that day; import into a monitor of another name");
	return IMPORT_REPORTED;
}

static int sync_file(const struct archive *stage,
		     const struct archive_file *file)
{
	int descriptor = archive_open_file(stage, file, O_RDONLY);
	int error = descriptor < 0 ? descriptor : 0;

	if (!error)
		error = disk_sync(descriptor);
	if (descriptor >= 0)
		close(descriptor);
	return error ? report_file(stage, file, error) : 0;
}

static void count_file(struct import_files *files, const char *name,
		       bool is_old)
{
	size_t place;

	if (import_files_monitor(files, name, &place))
		return;
	if (is_old)
		files->monitors[place].old_files++;
	else
		files->monitors[place].new_files++;
}

/* Takes back the first @count. */
static void take_back(const struct placing *placing, size_t count)
{
	char name[ARCHIVE_NAME_SIZE];

	for (size_t at = 0; at < count; at++) {
		archive_file_name(&placing->listing.list[at], name);
		if (!placing->is_old[at])
			unlinkat(placing->files->archive.directory, name, 0);
	}
}

static int move_files(struct placing *placing)
{
	const struct import_files *files = placing->files;
	const struct archive *archive = &files->archive;
	char name[ARCHIVE_NAME_SIZE];
	int error;

	for (size_t at = 0; at < placing->listing.count; at++) {
		archive_file_name(&placing->listing.list[at], name);
		if (placing->is_old[at] ||
		    renameat(files->stage.directory, name, archive->directory,
			     name) == 0)
			continue;
		error = -errno;
		take_back(placing, at);
		return report_file(archive, &placing->listing.list[at], error);
	}
	error = disk_sync(archive->directory);
	if (!error)
		return 0;
	take_back(placing, placing->listing.count);
	message_report(archive->messages, "%s: %s", archive->path,
		       message_reason(-error));
	return IMPORT_REPORTED;
}

static int lock_monitors(const struct import_files *files)
{
	int error = 0;

	for (size_t at = 0; !error && at < files->count; at++) {
		const char *name = files->monitors[at].name;

		error = archive_lock_wait(files->lock, name);
		if (error == -EAGAIN)
			message_report(files->archive.messages,
				       "%s: an update has been at work for seconds; run it again",
				       name);
		else if (error)
			message_report(files->archive.messages, "%s: %s", name,
				       message_reason(-error));
	}
	return error ? IMPORT_REPORTED : 0;
}

/* So that explain knows an import when it sees one. */
static int note_series(const struct import_files *files)
{
	struct import_series_run *runs = calloc(files->count ? files->count : 1,
						sizeof(*runs));
	size_t count = 0;
	int error;

	if (!runs)
		return -ENOMEM;
	for (size_t at = 0; at < files->count; at++) {
		const struct import_monitor *monitor = &files->monitors[at];

		if (!monitor->records)
			continue;
		runs[count++] = (struct import_series_run){
			.monitor = monitor->name,
			.first = hash_bytes(files->seed, monitor->name,
					    strlen(monitor->name)),
			.last = monitor->series,
		};
	}
	error = import_series_note(&files->archive, runs, count);
	free(runs);
	return error;
}

/* import_files_commit(), when all is in .import. */
static int place_files(struct import_files *files)
{
	struct placing placing = { .files = files };
	int error = lock_monitors(files);
	size_t count;

	if (!error)
		error = archive_list(&files->stage, NULL, &placing.listing);
	count = placing.listing.count;
	placing.is_old = calloc(count + 1, sizeof(*placing.is_old));
	if (!error && !placing.is_old)
		error = -ENOMEM;
	for (size_t at = 0; !error && at < count; at++) {
		error = compare(&placing, at);
		if (!error && !placing.is_old[at])
			error = sync_file(&files->stage,
					  &placing.listing.list[at]);
		progress_step(files->progress, files->archive.path,
			      (unsigned int)(at * 100 / count));
	}
	if (!error) {
		error = note_series(files);
		if (error)
			message_report(files->archive.messages, "%s/%s: %s",
				       files->archive.path, IMPORT_SERIES_FILE,
				       message_reason(-error));
		error = error ? IMPORT_REPORTED : 0;
	}
	if (!error)
		error = move_files(&placing);
	for (size_t at = 0; !error && at < count; at++)
		count_file(files, placing.listing.list[at].monitor,
			   placing.is_old[at]);
	free(placing.is_old);
	archive_listing_free(&placing.listing);
	return error;
}

/* No monitor bears this name, so its lock is the imports' own. */
static const char stage_name[] = IMPORT_DIRECTORY;

/* So many records at most wait in memory for their file. */
#define PENDING_MAX 4096

static int report(const struct archive *archive, const char *name, int error)
{
	message_report(archive->messages, "%s/%s: %s", archive->path, name,
		       message_reason(-error));
	return IMPORT_REPORTED;
}

/* Of an import that was cut off, or of this one. */
static int empty_stage(const struct import_files *files)
{
	struct archive_listing listing = { 0 };
	char name[ARCHIVE_NAME_SIZE];
	int error = archive_list(&files->stage, NULL, &listing);

	for (size_t at = 0; !error && at < listing.count; at++) {
		archive_file_name(&listing.list[at], name);
		if (unlinkat(files->stage.directory, name, 0) < 0)
			error = -errno;
	}
	archive_listing_free(&listing);
	return error;
}

static int take_lock(struct import_files *files)
{
	const struct archive *archive = &files->archive;
	int error;

	files->lock = archive_lock_open(archive);
	if (files->lock < 0)
		return report(archive, ".lock", files->lock);
	error = archive_lock(files->lock, stage_name);
	if (error == -EAGAIN) {
		message_report(archive->messages,
			       "%s: another import is at work; run it again when that is done",
			       archive->path);
		return IMPORT_REPORTED;
	}
	return error ? report(archive, ".lock", error) : 0;
}

static int open_stage(struct import_files *files)
{
	const struct archive *archive = &files->archive;
	int error = 0;

	files->stage.path = archive->path;
	files->stage.messages = archive->messages;
	if (mkdirat(archive->directory, stage_name, 0755) < 0 &&
	    errno != EEXIST)
		return report(archive, stage_name, -errno);
	files->stage.directory = openat(archive->directory, stage_name,
					O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
					O_CLOEXEC);
	if (files->stage.directory < 0)
		return report(archive, stage_name, -errno);
	error = empty_stage(files);
	return error ? report(archive, stage_name, error) : 0;
}

int import_files_open(struct import_files *files, const struct context *context,
		      uint64_t seed, struct progress *progress)
{
	int error;

	*files = (struct import_files){ .context = context, .seed = seed,
					.progress = progress, .lock = -1,
					.stage = { .directory = -1 } };
	error = archive_open(&files->archive, context->archive_path,
			     context->messages);
	if (error) {
		archive_report_open(context->messages, context->archive_path, error);
		return IMPORT_REPORTED;
	}
	/* Files that anybody may read, whatever the umask was. */
	umask(022);
	error = take_lock(files);
	return error ? error : open_stage(files);
}

int import_files_monitor(struct import_files *files, const char *name,
			 size_t *place)
{
	struct import_monitor *monitor;
	int error;

	for (size_t at = 0; at < files->count; at++) {
		if (strcmp(files->monitors[at].name, name) == 0) {
			*place = at;
			return 0;
		}
	}
	error = array_reserve((void **)&files->monitors, &files->capacity,
			      files->count + 1, sizeof(*files->monitors));
	if (error)
		return error;
	*place = files->count++;
	monitor = &files->monitors[*place];
	*monitor = (struct import_monitor){
		.series = hash_bytes(files->seed, name, strlen(name)),
	};
	memcpy(monitor->name, name, strnlen(name, MONITOR_NAME_SIZE - 1));
	return 0;
}

/* Writes what is pending into the file of its date. */
static int flush(struct import_files *files, struct import_monitor *monitor)
{
	struct archive_block block = {
		.file = { .day = monitor->day },
		.series = monitor->series,
		.state = monitor->before,
		.records = monitor->pending.list,
		.count = monitor->pending.count,
	};
	int error;

	if (!block.count)
		return 0;
	memcpy(block.file.monitor, monitor->name, sizeof(monitor->name));
	error = archive_append(&files->stage, files->context->calendar, &block);
	monitor->pending.count = 0;
	monitor->before = monitor->state;
	return error ? IMPORT_REPORTED : 0;
}

static bool exceeds(const struct counters *state, const struct counters *growth)
{
	return growth->packets > UINT64_MAX - state->packets ||
	       growth->bytes > UINT64_MAX - state->bytes;
}

int import_files_add(struct import_files *files, size_t place,
		     const struct sample *growth)
{
	struct import_monitor *monitor = &files->monitors[place];
	/* What ends at T belongs to the date of the instant before. */
	const int32_t day = calendar_day(files->context->calendar, growth->time - 1);
	const bool is_full = exceeds(&monitor->state, &growth->counters);
	struct sample sample = *growth;
	int error = 0;

	monitor->last_time = growth->time;
	if (!growth->counters.packets && !growth->counters.bytes)
		return 0;
	if (day != monitor->day || is_full ||
	    monitor->pending.count >= PENDING_MAX)
		error = flush(files, monitor);
	if (is_full) {
		monitor->series++;
		monitor->state = (struct counters){ 0 };
		monitor->before = monitor->state;
	}
	monitor->day = day;
	counters_add(&monitor->state, &growth->counters);
	sample.counters = monitor->state;
	monitor->records++;
	return error ? error : samples_add(&monitor->pending, &sample);
}

int import_files_commit(struct import_files *files)
{
	int error = 0;

	for (size_t at = 0; !error && at < files->count; at++)
		error = flush(files, &files->monitors[at]);
	return error ? error : place_files(files);
}

void import_files_close(struct import_files *files)
{
	if (files->stage.directory >= 0) {
		empty_stage(files);
		unlinkat(files->archive.directory, stage_name, AT_REMOVEDIR);
	}
	for (size_t at = 0; at < files->count; at++)
		samples_free(&files->monitors[at].pending);
	array_free((void **)&files->monitors, &files->capacity);
	archive_close(&files->stage);
	archive_close(&files->archive);
	if (files->lock >= 0)
		close(files->lock);
}
