// SPDX-License-Identifier: GPL-2.0-or-later
/* The archive's files: reading, going on from the one before, writing anew. */
#include <string.h>
#include <unistd.h>

#include "upkeep/archive_repair.h"
#include "archive/archive_scan.h"
#include "fuzz.h"

#define SERIES UINT64_C(0x9f2c1e0b7a664d31)
#define DAY 18687	/* 2021-03-01 */
#define HEADER "# trafmetux archive version 1 monitor m zone UTC\n"

/* Between two files of an input. */
#define FILES_MARK 0xff

static int add(void *context, const struct growth *growth)
{
	struct counters *sum = context;

	fuzz_must(growth->counters.packets || growth->counters.bytes);
	counters_add(sum, &growth->counters);
	return 0;
}

/* False when the file is of a newer format. */
static bool scan_text(const void *text, size_t size, struct archive_scan *scan)
{
	int descriptor = fuzz_file(text, size);
	int error;

	*scan = (struct archive_scan){ .series = SERIES, .has_days = true,
				       .first_day = DAY, .last_day = DAY, .sink = add };
	error = archive_scan_read(descriptor, scan);
	close(descriptor);
	return !error;
}

/* What is handed out is what was found. */
static void check_sum(struct archive_scan *scan)
{
	struct counters sum = { 0 };

	scan->context = &sum;
	fuzz_must(archive_scan_grow(scan) == 0);
	fuzz_must(counters_compare(&sum, &scan->total) == 0);
}

/* Written anew, a file tells the same, and no damage is left. */
static void check_rewrite(const struct archive_scan *scan, const void *text,
			  size_t size)
{
	struct archive_scan again;
	size_t length;
	char *new = archive_rewrite(HEADER, text, size, scan, NULL, 0, &length);

	fuzz_must(new);
	fuzz_must(scan_text(new, length, &again));
	fuzz_must(counters_compare(&again.total, &scan->total) == 0);
	fuzz_must(again.segments.count <= scan->segments.count + 1);
	fuzz_must(!again.torn && !again.damaged && !again.has_returns);
	archive_scan_free(&again);
	free(new);
}

static void check_tail(const uint8_t *data, size_t size)
{
	const struct counters limit = { 1000, 1000000 };
	struct archive_scan scan = { .series = SERIES, .limit = &limit };
	int descriptor = fuzz_file(data, size);

	if (archive_scan_tail(descriptor, &scan) == 0 && scan.state.found)
		fuzz_must(scan.state.counters.packets <= limit.packets);
	archive_scan_free(&scan);
	close(descriptor);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *mark = size ? memchr(data, FILES_MARK, size) : NULL;
	size_t first = mark ? (size_t)(mark - data) : size;
	struct archive_scan scan;
	struct archive_scan next;
	bool good = scan_text(data, first, &scan);

	if (good) {
		check_sum(&scan);
		check_rewrite(&scan, data, first);
	}
	check_tail(data, first);
	if (mark && scan_text(mark + 1, size - first - 1, &next) && good) {
		fuzz_must(archive_scan_meet(&scan, &next) == 0);
		check_sum(&scan);
		check_sum(&next);
		check_rewrite(&scan, data, first);
		check_rewrite(&next, mark + 1, size - first - 1);
	}
	if (mark)
		archive_scan_free(&next);
	archive_scan_free(&scan);
	return 0;
}
