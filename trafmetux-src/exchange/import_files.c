// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/import_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_append.h"
#include "base/array.h"
#include "base/hash.h"

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

int import_files_open(struct import_files *files, const char *archive_path,
		      struct calendar *calendar, uint64_t seed,
		      struct progress *progress)
{
	struct messages *messages = progress->messages;
	int error;

	*files = (struct import_files){ .calendar = calendar, .seed = seed,
					.progress = progress, .lock = -1,
					.stage = { .directory = -1 } };
	error = archive_open(&files->archive, archive_path, messages);
	if (error) {
		archive_report_open(messages, archive_path, error);
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
	error = archive_append(&files->stage, files->calendar, &block);
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
	const int32_t day = calendar_day(files->calendar, growth->time - 1);
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
	return error ? error : import_files_place(files);
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
