// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compact of up to three days of two months: whatever they hold, reports stay; and
 * when it puts minutes together, what grew in each five minutes.
 */
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>

#include "upkeep/archive_month.h"
#include "base/array.h"
#include "upkeep/compact.h"
#include "fuzz.h"
#include "fuzz_days.h"
#include "archive/record.h"

#define FIRST_DAY 18686		/* 2021-02-28 */

/* Before the files were made, and long after: what readers may still use stays. */
#define JOIN_TIME INT64_C(1640995200)
#define REMOVE_TIME INT64_C(32503680000)

static FILE *nowhere;

/* What was handed out, in its order. */
struct report {
	struct growth *list;
	size_t count;
	size_t capacity;
};

static int take(void *context, const struct growth *growth)
{
	struct report *report = context;

	fuzz_must(!array_reserve((void **)&report->list, &report->capacity,
				 report->count + 1, sizeof(*growth)));
	report->list[report->count++] = *growth;
	return 0;
}

static void compact(int64_t present, bool is_thinning)
{
	struct calendar calendar = { .first_weekday = 0 };
	struct messages messages = { .silent = true };
	struct monitor_names names = { 0 };
	const struct context context = {
		.archive_path = fuzz_days_directory(), .present = present,
		.calendar = &calendar, .messages = &messages, .output = nowhere,
	};

	compact_run(&context, &names, is_thinning ? 0 : COMPACT_KEEP_ALL);
	fuzz_must(!messages.trouble);
}

static void compare(const struct report *before, const struct report *after)
{
	fuzz_must(after->count == before->count);
	for (size_t at = 0; at < after->count; at++) {
		const struct growth *left = &before->list[at];
		const struct growth *right = &after->list[at];

		fuzz_must(left->time == right->time &&
			  left->since == right->since &&
			  left->series == right->series &&
			  !counters_compare(&left->from, &right->from) &&
			  !counters_compare(&left->counters, &right->counters));
	}
}

static void check(const struct report *before)
{
	struct report after = { 0 };

	fuzz_days_report(take, &after);
	compare(before, &after);
	array_free((void **)&after.list, &after.capacity);
}

/* Makes one of growths of the same five minutes. */
static void fold(struct report *report)
{
	struct calendar calendar = { .first_weekday = 0 };
	size_t count = 0;

	for (size_t at = 0; at < report->count; at++) {
		struct growth growth = report->list[at];
		struct growth *before = count ? &report->list[count - 1] : NULL;

		growth.time = archive_thin_start(&calendar, growth.time);
		growth.since = 0;
		if (before && before->time == growth.time &&
		    before->series == growth.series)
			counters_add(&before->counters, &growth.counters);
		else
			report->list[count++] = growth;
	}
	report->count = count;
}

/* What could be joined was whole, and so it can be thinned. */
static void check_names(void)
{
	DIR *directory = opendir(fuzz_days_directory());
	struct dirent *entry;
	char line[256];
	FILE *file;

	fuzz_must(directory);
	while ((entry = readdir(directory))) {
		if (strlen(entry->d_name) != strlen("m-2021-02"))
			continue;
		file = fdopen(openat(dirfd(directory), entry->d_name, O_RDONLY),
			      "r");
		fuzz_must(file && fgets(line, sizeof(line), file));
		fuzz_must(record_archive_thinned(line, strlen(line) - 1));
		fclose(file);
	}
	closedir(directory);
}

static void check_folded(struct report *before)
{
	struct report after = { 0 };

	fuzz_days_report(take, &after);
	fuzz_must(after.count <= before->count);
	fold(before);
	fold(&after);
	compare(before, &after);
	array_free((void **)&after.list, &after.capacity);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report before = { 0 };

	if (!nowhere)
		nowhere = fopen("/dev/null", "w");
	fuzz_must(nowhere);
	setenv("TZ", "UTC", 1);
	tzset();
	fuzz_days_directory();
	if (!fuzz_days_put(FIRST_DAY, data, size))
		return 0;
	fuzz_days_report(take, &before);
	compact(JOIN_TIME, false);
	check(&before);
	compact(REMOVE_TIME, false);
	check(&before);
	compact(REMOVE_TIME, true);
	check_folded(&before);
	check_names();
	array_free((void **)&before.list, &before.capacity);
	fuzz_days_empty();
	return 0;
}
