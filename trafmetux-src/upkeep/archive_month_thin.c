// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/archive_copy.h"
#include "upkeep/archive_month.h"
#include "upkeep/archive_month_file.h"
#include "upkeep/archive_rewrite.h"
#include "upkeep/archive_thin.h"

/* Was it done? Only the file's first line is read. */
static int is_thinned(int descriptor)
{
	char text[ARCHIVE_HEADER_SIZE];
	const ssize_t count = pread(descriptor, text, sizeof(text), 0);
	const char *end;

	if (count < 0)
		return -errno;
	end = memchr(text, '\n', (size_t)count);
	return end && record_archive_thinned(text, (size_t)(end - text));
}

/* What entries of a whole file look like in text, below a first line. */
static char *format(const char *header, const struct archive_entries *entries,
		    size_t *length)
{
	const size_t header_length = strlen(header);
	char *text = malloc(header_length + entries->count * RECORD_TEXT_SIZE + 1);
	char *end = text;

	if (!text)
		return NULL;
	memcpy(end, header, header_length);
	end += header_length;
	for (size_t at = 0; at < entries->count; at++) {
		const struct archive_entry *entry = &entries->list[at];

		if (entry->base)
			end += record_format_series(end, entry->series,
						    &entry->sample.counters);
		else
			end += record_format_sample(end, &entry->sample);
	}
	*length = (size_t)(end - text);
	return text;
}

static int put_thinned(struct archive_month *month, const char *header,
		       struct archive_scan *scan)
{
	size_t length;
	char *text;
	int error;

	archive_thin(&scan->entries, month->digest.calendar);
	text = format(header, &scan->entries, &length);
	if (!text)
		return -ENOMEM;
	error = archive_month_put(month, text, length);
	free(text);
	return error;
}

static void make_header(const struct archive_month *month, const char *text,
			size_t length, char header[ARCHIVE_HEADER_SIZE])
{
	struct calendar *calendar = month->digest.calendar;

	archive_rewrite_header(calendar, &month->file, text, length, header);
	if (record_thin_header(header, ARCHIVE_HEADER_SIZE))
		return;
	/* Somebody else's, and too long: as if there were none. */
	archive_rewrite_header(calendar, &month->file, "", 0, header);
	record_thin_header(header, ARCHIVE_HEADER_SIZE);
}

static int thin(struct archive_month *month, int descriptor)
{
	struct archive_scan scan = archive_scan_of(&month->file);
	char header[ARCHIVE_HEADER_SIZE];
	size_t length = 0;
	char *text = NULL;
	int error = archive_scan_read(descriptor, &scan);

	/* A newer program wrote it. */
	if (error == -EPROTO || (!error && !archive_month_whole(&scan)))
		error = -EBADMSG;
	if (!error) {
		archive_digest_add(&month->digest, &scan);
		error = archive_read_file(descriptor, &text, &length);
	}
	if (!error) {
		make_header(month, text, length, header);
		error = put_thinned(month, header, &scan);
	}
	free(text);
	archive_scan_free(&scan);
	return error;
}

int archive_month_thin(const struct archive *archive,
		       const struct archive_file *month,
		       const struct archive_file *before,
		       const struct archive_file *after,
		       struct calendar *calendar)
{
	struct archive_month this = {
		.archive = archive, .file = *month,
		.before = before, .after = after,
		.digest = archive_digest_start(calendar),
	};
	int descriptor = archive_open_file(archive, month, O_RDONLY);
	int was_done;
	int error;

	if (descriptor < 0)
		return descriptor;
	was_done = is_thinned(descriptor);
	error = was_done < 0 ? was_done : 0;
	if (!was_done)
		error = thin(&this, descriptor);
	close(descriptor);
	return error ? error : !was_done;
}
