// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/archive_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_scan.h"
#include "base/file.h"
#include "base/line_reader.h"
#include "time/zone.h"

/* Copies of one file that are kept; more are a sign of something else. */
#define COPIES_MAX 99

int archive_write_file(const struct archive *archive, const char *name,
		      const char *text, size_t length)
{
	int descriptor = openat(archive->directory, name,
				O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW |
				O_CLOEXEC, 0644);
	int error;

	if (descriptor < 0)
		return -errno;
	error = file_write(descriptor, text, length);
	if (!error)
		error = disk_sync(descriptor);
	close(descriptor);
	return error;
}

int archive_read_file(int descriptor, char **text, size_t *length)
{
	struct stat status;
	size_t done = 0;
	ssize_t count;

	if (fstat(descriptor, &status) < 0)
		return -errno;
	*length = (size_t)status.st_size;
	*text = malloc(*length + 1);
	if (!*text)
		return -ENOMEM;
	while (done < *length &&
	       (count = pread(descriptor, *text + done, *length - done,
			      (off_t)done)) != 0) {
		if (count < 0 && errno != EINTR)
			return -errno;
		done += count > 0 ? (size_t)count : 0;
	}
	*length = done;
	return 0;
}

int archive_read_text(const struct archive *archive,
		      const struct archive_file *file, char **text,
		      size_t *length)
{
	int descriptor = archive_open_file(archive, file, O_RDONLY);
	int error;

	*text = NULL;
	if (descriptor < 0)
		return descriptor;
	error = archive_read_file(descriptor, text, length);
	close(descriptor);
	return error;
}

bool archive_text_holds(const char *text, size_t length, const char *part,
			size_t part_length)
{
	const char *end = text + length;
	const char *found = text;

	while (part_length &&
	       (found = memmem(found, (size_t)(end - found), part, part_length)) &&
	       found > text && found[-1] != '\n')
		found++;
	return found;
}

/*
 * Keeps a file's text under the first name that is free.
 * @copy:	NAME.damaged, NAME.damaged-2 and so on
 *
 * Returns 0 or -errno.
 */
static int archive_keep_copy(const struct archive *archive, const char *name,
			     const char *text, size_t length,
			     char copy[ARCHIVE_COPY_NAME_SIZE])
{
	int error = -EEXIST;

	for (int number = 1; error == -EEXIST && number <= COPIES_MAX; number++) {
		snprintf(copy, ARCHIVE_COPY_NAME_SIZE, number > 1 ? "%s.damaged-%d" :
						       "%s.damaged",
			 name, number);
		error = archive_write_file(archive, copy, text, length);
	}
	return error;
}

int archive_replace_file(const struct archive *archive, const char *name,
			 const char *old, size_t old_length, const char *text,
			 size_t length, char copy[ARCHIVE_COPY_NAME_SIZE])
{
	const int directory = archive->directory;
	char new[ARCHIVE_COPY_NAME_SIZE];
	int error;

	snprintf(new, sizeof(new), "%s.new", name);
	unlinkat(directory, new, 0);
	error = archive_write_file(archive, new, text, length);
	if (!error)
		error = archive_keep_copy(archive, name, old, old_length, copy);
	if (!error && renameat(directory, new, directory, name) < 0)
		error = -errno;
	if (error)
		unlinkat(directory, new, 0);
	else
		disk_sync(directory);
	return error;
}

static void take_last(const struct archive_scan *scan, int64_t present,
		      struct archive_tail *tail)
{
	for (size_t at = scan->entries.count; at-- > 0;) {
		const struct archive_entry *entry = &scan->entries.list[at];

		if (entry->base || entry->damaged ||
		    entry->sample.time > present)
			continue;
		*tail = (struct archive_tail){
			.time = entry->sample.time, .series = entry->series,
			.counters = entry->sample.counters,
		};
		return;
	}
}

static void read_file(int file, int64_t present, struct archive_tail *tail)
{
	struct archive_scan scan = { .series = 0 };

	if (!archive_scan_tail(file, &scan))
		take_last(&scan, present, tail);
	/* Its end has no more than an "@". */
	if (!tail->time && !scan.whole && lseek(file, 0, SEEK_SET) == 0 &&
	    !archive_scan_read(file, &scan))
		take_last(&scan, present, tail);
	archive_scan_free(&scan);
}

void archive_tail_read(const struct archive *archive,
		       const struct archive_file *files, size_t count,
		       int64_t present, struct archive_tail *tail)
{
	*tail = (struct archive_tail){ .time = 0 };
	while (count-- > 0 && !tail->time) {
		int file;

		/* Whatever its zone is, it holds nothing but later ones. */
		if (files[count].day * DAY_SECONDS - ZONE_EAST > present)
			continue;
		file = archive_open_file(archive, &files[count], O_RDONLY);
		if (file < 0)
			continue;
		read_file(file, present, tail);
		close(file);
	}
}

/* Room for a name, ".damaged" and a NUL. */
enum { NAME_SIZE = 64 };

static int take_line(const struct line *line, archive_note_sink *sink,
		     void *context)
{
	char copy[LINE_LENGTH_MAX + 1];
	size_t length = line->length;

	if (line->too_long)
		return sink(context, "", false);
	if (!length || *line->text == '#')
		return 0;
	/* From Windows, or by FTP. */
	length -= line->text[length - 1] == '\r';
	memcpy(copy, line->text, length);
	copy[length] = '\0';
	return sink(context, copy, line->complete && strlen(copy) == length);
}

int archive_note_read(const struct archive *archive, const char *name,
		      archive_note_sink *sink, void *context)
{
	const int descriptor = file_open_plain(archive->directory, name,
					       O_RDONLY);
	struct line_reader *reader;
	struct line line;
	int error = 0;

	if (descriptor < 0)
		return descriptor;
	reader = malloc(sizeof(*reader));
	if (!reader) {
		close(descriptor);
		return -ENOMEM;
	}
	line_reader_start(reader, descriptor);
	while (!error && (error = line_reader_next(reader, &line)) > 0)
		error = take_line(&line, sink, context);
	free(reader);
	close(descriptor);
	return error;
}

int archive_note_write(const struct archive *archive, const char *name,
		       const char *text, size_t length)
{
	char beside[NAME_SIZE];
	int descriptor;
	int error;

	snprintf(beside, sizeof(beside), "%s.new", name);
	descriptor = file_open_plain(archive->directory, beside,
				     O_WRONLY | O_CREAT);
	if (descriptor < 0)
		return descriptor;
	/* It may be left from one that was killed, and no other's name for it. */
	error = ftruncate(descriptor, 0) || fchmod(descriptor, 0644) ? -errno :
		file_write(descriptor, text, length);
	if (!error)
		error = disk_sync_data(descriptor);
	if (close(descriptor) && !error)
		error = -errno;
	if (!error && renameat(archive->directory, beside, archive->directory,
			       name))
		error = -errno;
	if (error)
		unlinkat(archive->directory, beside, 0);
	return error;
}

int archive_note_keep(const struct archive *archive, const char *name)
{
	const int directory = archive->directory;
	char beside[NAME_SIZE];

	snprintf(beside, sizeof(beside), "%s.damaged", name);
	if (unlinkat(directory, beside, 0) && errno != ENOENT && errno != EISDIR)
		return -errno;
	/* The name stays until replaced. Directories and some disks have no links. */
	if (linkat(directory, name, directory, beside, 0) == 0 ||
	    renameat(directory, name, directory, beside) == 0)
		return 0;
	return -errno;
}

int archive_note_remove(const struct archive *archive, const char *name)
{
	if (unlinkat(archive->directory, name, 0) == 0 || errno == ENOENT)
		return 0;
	return -errno;
}

int archive_note_lock(const struct archive *archive, const char *what)
{
	const int descriptor = archive_lock_open(archive);
	int error;

	if (descriptor < 0)
		return descriptor;
	error = archive_lock_wait(descriptor, what);
	if (!error)
		return descriptor;
	close(descriptor);
	return error;
}
