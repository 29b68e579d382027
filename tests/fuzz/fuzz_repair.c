// SPDX-License-Identifier: GPL-2.0-or-later
/* verify --repair of up to three days: reports stay, and what is told is so. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"
#include "history.h"
#include "verify.h"

#define FIRST_DAY 18687		/* 2021-03-01 */
#define DAYS 3
/* Between two files of an input. */
#define FILES_MARK 0xff
#define NEWER "# trafmetux archive version "

static const char *path;
static FILE *nowhere;

/* What a report by the day has; growths beyond these days are in the last row. */
struct report {
	struct counters rows[DAYS + 3];
};

static void empty_directory(void)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	fuzz_must(directory);
	while ((entry = readdir(directory)))
		unlinkat(dirfd(directory), entry->d_name, 0);
	closedir(directory);
}

static void make_directory(void)
{
	path = fuzz_directory(empty_directory);
	nowhere = fopen("/dev/null", "w");
	fuzz_must(nowhere);
}

static void put_file(int day, const uint8_t *data, size_t size)
{
	char name[64];
	FILE *file;

	snprintf(name, sizeof(name), "%s/m-2021-03-%02d", path, day + 1);
	file = fopen(name, "w");
	fuzz_must(file);
	fuzz_must(fwrite(data, 1, size, file) == size);
	fuzz_must(fclose(file) == 0);
}

static int take(void *context, const struct growth *growth)
{
	struct report *report = context;
	const int64_t day = (growth->time - 1) / 86400 - FIRST_DAY + 1;

	counters_add(&report->rows[day < 0 || day > DAYS + 1 ? DAYS + 2 : day],
		     &growth->counters);
	return 0;
}

static void read_report(struct report *report)
{
	static const struct history_window all = HISTORY_WINDOW_ALL;
	const struct source source = source_none();
	struct messages messages = { .silent = true };
	struct archive_listing listing = { 0 };
	struct archive archive;
	struct history history;

	*report = (struct report){ 0 };
	fuzz_must(archive_open(&archive, path, &messages) == 0);
	fuzz_must(archive_list(&archive, NULL, &listing) == 0);
	history_open(&history, "m", &source, &archive, &listing);
	fuzz_must(history_read(&history, &all, NULL, take, report) == 0);
	history_close(&history);
	archive_listing_free(&listing);
	archive_close(&archive);
}

/* Returns whether something is wrong. */
static bool verify(bool repair)
{
	struct calendar calendar = { .first_weekday = 0 };
	struct messages messages = { .silent = true };
	struct monitor_names names = { 0 };
	const struct verify_request request = {
		.archive_path = path, .names = &names, .repair = repair,
		.calendar = &calendar, .messages = &messages, .output = nowhere,
	};

	verify_run(&request);
	return messages.trouble;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report before;
	struct report after;
	bool is_left;

	if (!nowhere)
		make_directory();
	/* Those of a newer version are left alone. */
	if (memmem(data, size, NEWER, strlen(NEWER)))
		return 0;
	setenv("TZ", "UTC", 1);
	tzset();
	for (int day = 0; day < DAYS; day++) {
		const uint8_t *mark = size ? memchr(data, FILES_MARK, size) : NULL;
		const size_t length = mark ? (size_t)(mark - data) : size;

		put_file(day, data, length);
		data += length + (mark != NULL);
		size -= length + (mark != NULL);
	}
	read_report(&before);
	is_left = verify(true);
	read_report(&after);
	fuzz_must(memcmp(&before, &after, sizeof(before)) == 0);
	fuzz_must(verify(false) == is_left);
	empty_directory();
	return 0;
}
