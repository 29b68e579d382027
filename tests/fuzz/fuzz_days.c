// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "time/calendar.h"
#include "fuzz.h"
#include "fuzz_days.h"
#include "history/history.h"

/* Between two files of an input. */
#define FILES_MARK 0xff
#define NEWER "# trafmetux archive version "

static const char *path;

const char *fuzz_days_directory(void)
{
	if (!path)
		path = fuzz_directory(fuzz_days_empty);
	return path;
}

void fuzz_days_empty(void)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	fuzz_must(directory);
	while ((entry = readdir(directory)))
		unlinkat(dirfd(directory), entry->d_name, 0);
	closedir(directory);
}

static void put_file(int32_t day, const uint8_t *data, size_t size)
{
	char date[16];
	char name[64];
	FILE *file;

	calendar_format_day(day, date, sizeof(date));
	snprintf(name, sizeof(name), "%s/m-%s", fuzz_days_directory(), date);
	file = fopen(name, "w");
	fuzz_must(file);
	fuzz_must(fwrite(data, 1, size, file) == size);
	fuzz_must(fclose(file) == 0);
}

bool fuzz_days_put(int32_t first_day, const uint8_t *data, size_t size)
{
	if (memmem(data, size, NEWER, strlen(NEWER)))
		return false;
	for (int day = 0; day < FUZZ_DAYS; day++) {
		const uint8_t *mark = size ? memchr(data, FILES_MARK, size) : NULL;
		const size_t length = mark ? (size_t)(mark - data) : size;

		put_file(first_day + day, data, length);
		data += length + (mark != NULL);
		size -= length + (mark != NULL);
	}
	return true;
}

static int list_none(const struct source *source, struct monitor_names *names)
{
	(void)source;
	(void)names;
	return 0;
}

static int open_none(const struct source *source, const char *monitor,
		     struct source_reading *reading)
{
	(void)source;
	(void)monitor;
	(void)reading;
	return -ENOENT;
}

struct source fuzz_days_source(void)
{
	static const struct source_operations operations = {
		.list = list_none,
		.open = open_none,
	};

	return (struct source){ .operations = &operations };
}

void fuzz_days_report(growth_sink *sink, void *context)
{
	static const struct history_window all = HISTORY_WINDOW_ALL;
	const struct source source = fuzz_days_source();
	struct messages messages = { .silent = true };
	struct archive_listing listing = { 0 };
	struct archive archive;
	struct history history;

	fuzz_must(archive_open(&archive, path, &messages) == 0);
	fuzz_must(archive_list(&archive, NULL, &listing) == 0);
	history_open(&history, "m", &source, &archive, &listing);
	fuzz_must(history_read(&history, &all, NULL, sink, context) == 0);
	history_close(&history);
	archive_listing_free(&listing);
	archive_close(&archive);
}
