// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of the index; the input's first byte says which one it is. */
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index/archive_files.h"
#include "index/archive_index.h"
#include "fuzz.h"

static const char days[] =
	"2021-03 100 5 1614556860 1614643380 3 300 28 23 33 9f2c1e0b7a664d31 0 0 3 300 1614643380\n";
static const char hours[] =
	"1614556859 86520 3 300\n"
	"1614556859 0 1 100\n86520 0 2 200\n";

static struct archive archive = { .directory = -1 };

static void empty_directory(void)
{
	static const char *const names[] = { "m.days", "m.hours", "files" };
	int directory = openat(archive.directory, ARCHIVE_INDEX_DIRECTORY,
			       O_RDONLY | O_DIRECTORY);

	for (size_t at = 0; at < sizeof(names) / sizeof(*names); at++)
		unlinkat(directory, names[at], 0);
	close(directory);
	unlinkat(archive.directory, ARCHIVE_INDEX_DIRECTORY, AT_REMOVEDIR);
}

/* A file of the index, under its first line. */
static void put(const char *name, const char *stamp, const void *text,
		size_t size)
{
	char place[64];
	FILE *file;

	snprintf(place, sizeof(place), "%s/%s/%s", archive.path,
		 ARCHIVE_INDEX_DIRECTORY, name);
	file = fopen(place, "w");
	fuzz_must(file);
	fprintf(file, "%s%s", archive_index_heading, stamp);
	fuzz_must(fwrite(text, 1, size, file) == size);
	fuzz_must(fclose(file) == 0);
}

static bool together(void *context, int64_t first, int64_t last)
{
	(void)context;
	return first <= last;
}

static int take(void *context, const struct growth *growth)
{
	(void)context;
	fuzz_must(growth->time > 0);
	return 0;
}

static void check_index(void)
{
	struct archive_index index;

	fuzz_must(archive_index_open(&index, &archive, "m", INT32_MIN) == 0);
	for (size_t at = 0; at < index.count; at++) {
		const struct archive_index_line *line = &index.lines[at];
		struct archive_index_day day;

		fuzz_must(at == 0 || line[-1].order < line->order);
		if (archive_index_parse(&index, line, &day))
			continue;
		fuzz_must(day.first_segment + day.segment_count <=
			  index.segments.count);
		archive_index_hours(&index, &day, together, take, NULL);
	}
	archive_index_close(&index);
}

static void check_files(void)
{
	struct archive_listing listing = { 0 };
	struct monitor_names names = { 0 };

	fuzz_must(monitor_names_add(&names, "m") == 0);
	archive_files_list(&archive, &names, &listing);
	for (size_t at = 0; at < listing.count; at++)
		fuzz_must(strcmp(listing.list[at].monitor, "m") == 0);
	archive_listing_free(&listing);
	monitor_names_free(&names);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char which = size ? (char)*data : 'd';
	struct stat status;
	char stamp[32];

	if (archive.directory < 0)
		fuzz_archive(&archive, ARCHIVE_INDEX_DIRECTORY, empty_directory);
	data += size > 0;
	size -= size > 0;
	if (which == 'f') {
		fuzz_must(fstat(archive.directory, &status) == 0);
		snprintf(stamp, sizeof(stamp), "%" PRId64 "\n",
			 (int64_t)status.st_ctim.tv_sec * 1000000000 +
			 status.st_ctim.tv_nsec);
		put("files", stamp, data, size);
		check_files();
		return 0;
	}
	put("m.days", "", which == 'h' ? (const void *)days : data,
	    which == 'h' ? sizeof(days) - 1 : size);
	put("m.hours", "", which == 'h' ? (const void *)data : hours,
	    which == 'h' ? size : sizeof(hours) - 1);
	check_index();
	return 0;
}
