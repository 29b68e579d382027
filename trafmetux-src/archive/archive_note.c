// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/archive_note.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/line_reader.h"

/* Room for a name, ".new" and a NUL. */
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
