// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/disk_sync.h"
#include "base/line_reader.h"
#include "base/number.h"

#define VERSION 1

enum { NAME_SIZE = sizeof(PLAN_FILE_DIRECTORY) + MONITOR_NAME_SIZE + 16 };

static void make_name(const struct plan_file *file, char name[NAME_SIZE])
{
	snprintf(name, NAME_SIZE, PLAN_FILE_DIRECTORY "/%s.%s", file->plan,
		 file->kind);
}

static void report(const struct plan_file *file, const char *words)
{
	char name[NAME_SIZE];

	make_name(file, name);
	message_report(file->archive->messages, "%s/%s: %s",
		       file->archive->path, name, words);
}

/* Opens a plain file, and nothing else. */
static int open_file(const struct plan_file *file, int flags)
{
	char name[NAME_SIZE];
	struct stat status;
	int descriptor;

	make_name(file, name);
	descriptor = openat(file->archive->directory, name,
			    flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (descriptor < 0)
		return -errno;
	if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
		return descriptor;
	close(descriptor);
	return -ELOOP;
}

/* "# trafmetux ledger version 2 ...": is it later than ours? */
static bool is_later(const struct plan_file *file, const char *line)
{
	char prefix[64];
	const char *cursor = line;
	uint64_t version;

	snprintf(prefix, sizeof(prefix), "# trafmetux %s version ", file->kind);
	if (strncmp(line, prefix, strlen(prefix)) != 0)
		return false;
	cursor += strlen(prefix);
	return number_parse(&cursor, line + strlen(line), &version) &&
	       version > VERSION;
}

static int take_line(const struct plan_file *file, const struct line *line,
		     plan_file_sink *sink, void *context)
{
	char copy[PLAN_FILE_LINE_SIZE];

	if (!line->complete || line->too_long || line->length >= sizeof(copy) ||
	    memchr(line->text, '\0', line->length))
		return -EBADMSG;
	memcpy(copy, line->text, line->length);
	copy[line->length] = '\0';
	if (*copy == '#')
		return line->number == 1 && is_later(file, copy) ? -EPROTO : 0;
	return *copy ? sink(context, copy) : 0;
}

int plan_file_read(const struct plan_file *file, plan_file_sink *sink,
		   void *context)
{
	const int descriptor = open_file(file, O_RDONLY);
	struct line_reader *reader = malloc(sizeof(*reader));
	struct line line = { .number = 0 };
	uint64_t damaged = 0;
	char words[96];
	int error = 0;

	if (descriptor == -ENOENT || !reader) {
		if (descriptor >= 0)
			close(descriptor);
		free(reader);
		return descriptor == -ENOENT ? 0 : -ENOMEM;
	}
	if (descriptor >= 0)
		line_reader_start(reader, descriptor);
	else
		error = descriptor;
	while (!error && (error = line_reader_next(reader, &line)) > 0) {
		error = take_line(file, &line, sink, context);
		if (error == -EBADMSG) {
			damaged = damaged ? damaged : line.number;
			error = 0;
		}
	}
	if (damaged) {
		snprintf(words, sizeof(words),
			 "line %" PRIu64 ": damaged, and passed over; delete it",
			 damaged);
		report(file, words);
	}
	if (error == -EPROTO)
		report(file, "written by a newer trafmetux; upgrade this one");
	else if (error && error != -ENOMEM)
		report(file, message_reason(-error));
	if (descriptor >= 0)
		close(descriptor);
	free(reader);
	return error;
}

/* What goes before the lines: a newline for one that was cut off, or the header. */
static int make_start(const struct plan_file *file, int descriptor,
		      char *text, size_t size)
{
	const off_t length = lseek(descriptor, 0, SEEK_END);
	char last;

	*text = '\0';
	if (length < 0)
		return -errno;
	if (length == 0) {
		snprintf(text, size, "# trafmetux %s version %d plan %s\n",
			 file->kind, VERSION, file->plan);
		return 0;
	}
	if (pread(descriptor, &last, 1, length - 1) != 1)
		return -EIO;
	if (last != '\n')
		strcpy(text, "\n");
	return 0;
}

static int append(const struct plan_file *file, int descriptor,
		  const char *lines)
{
	char start[128];
	ssize_t written;
	size_t length;
	char *text;
	int error = make_start(file, descriptor, start, sizeof(start));

	if (error)
		return error;
	length = strlen(start) + strlen(lines);
	text = malloc(length + 1);
	if (!text)
		return -ENOMEM;
	strcpy(text, start);
	strcat(text, lines);
	written = write(descriptor, text, length);
	if (written < 0)
		error = -errno;
	else if ((size_t)written < length)
		error = -ENOSPC;
	else
		error = disk_sync(descriptor);
	free(text);
	return error;
}

int plan_file_append(const struct plan_file *file, const char *lines)
{
	const int directory = file->archive->directory;
	int descriptor;
	int error = 0;

	if (mkdirat(directory, PLAN_FILE_DIRECTORY, 0755) && errno != EEXIST)
		error = -errno;
	descriptor = error ? error :
		     open_file(file, O_RDWR | O_APPEND | O_CREAT);
	if (descriptor < 0) {
		error = descriptor;
	} else {
		error = append(file, descriptor, lines);
		close(descriptor);
	}
	if (error)
		report(file, message_reason(-error));
	return error;
}

int plan_file_lock(const struct archive *archive, const char *plan)
{
	char name[NAME_SIZE];
	int descriptor = archive_lock_open(archive);
	int error;

	if (descriptor < 0)
		return descriptor;
	snprintf(name, sizeof(name), PLAN_FILE_DIRECTORY "/%s", plan);
	error = archive_lock(descriptor, name);
	if (!error)
		return descriptor;
	close(descriptor);
	return error;
}
