// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive_copy.h"
#include "archive_month.h"
#include "archive_month_file.h"
#include "archive_rewrite.h"
#include "archive_thin.h"

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

static int put_thinned(struct archive_month *month, const char *header,
		       struct archive_scan *scan)
{
	size_t length;
	char *text;
	int error;

	archive_thin(&scan->entries, month->digest.calendar);
	text = archive_rewrite(header, scan, NULL, 0, &length);
	if (!text)
		return -ENOMEM;
	error = archive_month_put(month, text, length);
	free(text);
	return error;
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
		archive_rewrite_header(month->digest.calendar, &month->file,
				       text, length, header);
		error = record_thin_header(header, sizeof(header)) ?
				put_thinned(month, header, &scan) : -EBADMSG;
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
