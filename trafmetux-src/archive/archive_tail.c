// SPDX-License-Identifier: GPL-2.0-or-later
#include "archive/archive_tail.h"

#include <fcntl.h>
#include <unistd.h>

#include "archive/archive_scan.h"

/* Files without a record: bare "@" lines, or damage. */
enum { FILES_MAX = 4 };

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
	for (int tries = 0; count > 0 && tries < FILES_MAX && !tail->time;
	     tries++) {
		int file = archive_open_file(archive, &files[--count],
					     O_RDONLY);

		if (file < 0)
			continue;
		read_file(file, present, tail);
		close(file);
	}
}
