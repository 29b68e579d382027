// SPDX-License-Identifier: GPL-2.0-or-later
/* Files to be imported; the input's first byte says which: c is CSV. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"
#include "exchange/import.h"

#define PRESENT INT64_C(1614556800)	/* 2021-03-01 */

static const char *path;
static FILE *nowhere;

static void empty_directory(void)
{
	char lock[64];

	snprintf(lock, sizeof(lock), "%s/.lock", path);
	unlink(lock);
}

static void make_directory(void)
{
	path = fuzz_directory(empty_directory);
	nowhere = fopen("/dev/null", "w");
	fuzz_must(nowhere);
}

/* What was put into the stage can be. */
static void check_stage(const struct import_files *files)
{
	for (size_t at = 0; at < files->count; at++) {
		const struct import_monitor *monitor = &files->monitors[at];

		fuzz_must(monitor_name_valid(monitor->name));
		fuzz_must(monitor->last_time <= PRESENT + 86400);
		/* A row without traffic has a time and leaves no record. */
		fuzz_must(!monitor->records == !(monitor->state.packets ||
						 monitor->state.bytes));
	}
}

/* Nothing is left of it. */
static void check_empty(void)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;

	fuzz_must(directory);
	while ((entry = readdir(directory)))
		fuzz_must(strcmp(entry->d_name, ".lock") == 0 ||
			  strspn(entry->d_name, ".") == strlen(entry->d_name));
	closedir(directory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct calendar calendar = { .first_weekday = 0 };
	struct messages messages = { .silent = true };
	struct progress progress = progress_start(&messages, NULL);
	const bool is_csv = size && *data == 'c';
	struct context context = {
		.present = PRESENT, .calendar = &calendar, .messages = &messages,
	};
	const struct import_request request = {
		.context = &context,
		.format = is_csv ? "csv" : "vnstat", .path = "file",
	};
	struct import_files files;
	int descriptor;
	int error;

	if (!nowhere)
		make_directory();
	context.archive_path = path;
	context.output = nowhere;
	/* Of another zone the next input would be read differently. */
	setenv("TZ", "Europe/Paris", 1);
	tzset();
	descriptor = fuzz_file(data + is_csv, size - is_csv);
	fuzz_must(import_files_open(&files, &context, 1, &progress) == 0);
	error = is_csv ? import_csv(&request, descriptor, &files) :
			 import_vnstat(&request, descriptor, &files);
	/* What is refused was said. */
	fuzz_must(error != IMPORT_REPORTED || messages.trouble);
	if (!error)
		check_stage(&files);
	progress_end(&progress);
	import_files_close(&files);
	close(descriptor);
	check_empty();
	return 0;
}
