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

#include "archive/record.h"
#include "base/array.h"
#include "base/file.h"
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

/* Likewise, of what is no trouble. */
static void note(const struct plan_file *file, const char *words)
{
	char name[NAME_SIZE];

	make_name(file, name);
	message_note(file->archive->messages, "%s/%s: %s",
		     file->archive->path, name, words);
}

static int open_file(const struct plan_file *file, int flags)
{
	char name[NAME_SIZE];

	make_name(file, name);
	return file_open_plain(file->archive->directory, name, flags);
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
		     plan_file_sink *sink, void *context,
		     struct plan_file_found *found)
{
	char copy[PLAN_FILE_LINE_SIZE];
	const size_t own = line->too_long ? 0 : line->length;
	const bool has_return = own && line->text[own - 1] == '\r';
	const size_t length = own - has_return;
	const size_t kept = length < sizeof(copy) ? length : sizeof(copy) - 1;
	const bool is_comment = length && *line->text == '#';
	bool is_whole = line->complete && !line->too_long &&
			!memchr(line->text, '\0', length) &&
			(kept == length || is_comment);
	int error;

	memcpy(copy, line->text, kept);
	copy[kept] = '\0';
	/* From Windows, or by FTP. */
	found->has_returns |= has_return && line->complete;
	if (is_whole && line->number == 1 && is_later(file, copy))
		return -EPROTO;
	error = length || !is_whole ? sink(context, copy, is_whole) : 0;
	if (error != -EBADMSG)
		return error;
	found->first = found->damaged++ ? found->first : line->number;
	return -EBADMSG;
}

int plan_file_read(const struct plan_file *file, plan_file_sink *sink,
		   void *context, struct plan_file_found *found)
{
	const int descriptor = open_file(file, O_RDONLY);
	struct line_reader *reader = malloc(sizeof(*reader));
	struct line line = { .number = 0 };
	int error = 0;

	*found = (struct plan_file_found){ 0 };
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
		error = take_line(file, &line, sink, context, found);
		error = error == -EBADMSG ? 0 : error;
	}
	/* Files are never written empty: that is what a power failure left. */
	if (!error && line.number == 1) {
		error = take_line(file, &line, sink, context, found);
		error = error == -EBADMSG ? 0 : error;
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

#define MEND "mend it with 'trafmetux verify --repair'"

void plan_file_tell(const struct plan_file *file,
		    const struct plan_file_found *found, const char *meaning,
		    enum plan_file_loss loss)
{
	struct messages *messages = file->archive->messages;
	char words[192];

	if (found->damaged)
		snprintf(words, sizeof(words), "line %" PRIu64 ": damaged; %s"
			 MEND, found->first, meaning);
	else
		snprintf(words, sizeof(words),
			 "its lines end as on Windows; all of it is read; "
			 MEND);
	if (found->damaged && loss == PLAN_FILE_TROUBLE)
		report(file, words);
	else if ((found->damaged && loss == PLAN_FILE_MINOR) ||
		 ((found->damaged || found->has_returns) &&
		  !messages->is_update))
		note(file, words);
}

/*
 * What goes before the lines: the header, or what closes one that was cut off, so that it
 * is never taken for a whole one.
 */
static int make_start(const struct plan_file *file, int descriptor,
		      off_t length, char *text, size_t size)
{
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
		strcpy(text, "#\n");
	return 0;
}

static int append(const struct plan_file *file, int descriptor,
		  const char *lines)
{
	const off_t end = lseek(descriptor, 0, SEEK_END);
	char start[128];
	ssize_t written;
	size_t length;
	char *text;
	int error = make_start(file, descriptor, end, start, sizeof(start));

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
	/* Who finds a part of it could not tell what it was. */
	if (written > 0 && (size_t)written < length &&
	    ftruncate(descriptor, end))
		error = -errno;
	free(text);
	return error;
}

static void remove_file(const struct plan_file *file)
{
	char name[NAME_SIZE];

	make_name(file, name);
	unlinkat(file->archive->directory, name, 0);
}

int plan_file_append(const struct plan_file *file, const char *lines)
{
	const int directory = file->archive->directory;
	struct stat status;
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
		/* An empty one would be damaged. */
		if (error && fstat(descriptor, &status) == 0 && !status.st_size)
			remove_file(file);
		close(descriptor);
	}
	if (error)
		report(file, message_reason(-error));
	return error;
}

/* The file's text anew; NULL when there is no memory. */
static char *rewrite(const struct plan_file *file, plan_file_sink *sink,
		     void *context, const char *text, size_t length,
		     size_t *new_length)
{
	struct plan_file_found found = { 0 };
	struct line line = { .complete = true };
	const char *end = text + length;
	char *new = NULL;
	size_t capacity = 0;
	bool is_bad;

	*new_length = 0;
	/* An empty file is one line that was cut off. */
	do {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		size_t own;

		line.text = text;
		line.length = (size_t)((newline ? newline : end) - text);
		line.complete = newline;
		line.too_long = line.length > LINE_LENGTH_MAX;
		line.number++;
		own = line.length;
		own -= own && text[own - 1] == '\r';
		is_bad = take_line(file, &line, sink, context, &found) ==
			 -EBADMSG;
		/* Such is left where the power failed. */
		while (is_bad && own && !text[own - 1])
			own--;
		if (array_reserve((void **)&new, &capacity, *new_length + own +
				  RECORD_DAMAGED_SIZE, 1)) {
			free(new);
			return NULL;
		}
		if (is_bad) {
			*new_length += record_format_damaged(new + *new_length,
							     text, own);
		} else {
			memcpy(new + *new_length, text, own);
			*new_length += own;
			new[(*new_length)++] = '\n';
		}
		text += line.length + line.complete;
	} while (text < end);
	return new;
}

int plan_file_repair(const struct plan_file *file, plan_file_sink *sink,
		     void *context, char copy[ARCHIVE_COPY_NAME_SIZE])
{
	int descriptor = open_file(file, O_RDONLY);
	char name[NAME_SIZE];
	size_t new_length = 0;
	size_t length = 0;
	char *text = NULL;
	char *new = NULL;
	int error;

	if (descriptor < 0)
		return descriptor;
	error = archive_read_file(descriptor, &text, &length);
	close(descriptor);
	if (!error) {
		new = rewrite(file, sink, context, text, length, &new_length);
		error = new ? 0 : -ENOMEM;
	}
	make_name(file, name);
	if (!error)
		error = archive_replace_file(file->archive, name, text, length,
					     new, new_length, copy);
	free(new);
	free(text);
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
