// SPDX-License-Identifier: GPL-2.0-or-later
/* The files of plans; the input's first byte says which: h is NAME.hooks. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "plan/plan_warn.h"
#include "plan/ledger.h"
#include "plan/plan_file.h"

#define PRESENT INT64_C(1614556800)	/* 2021-03-01 */

static struct messages messages = { .silent = true };
static struct archive archive = { .directory = -1, .messages = &messages };

static void empty_directory(void)
{
	unlinkat(archive.directory, PLAN_FILE_DIRECTORY "/p.ledger", 0);
	unlinkat(archive.directory, PLAN_FILE_DIRECTORY "/p.hooks", 0);
	unlinkat(archive.directory, PLAN_FILE_DIRECTORY, AT_REMOVEDIR);
}

static void put(const char *name, const void *text, size_t size)
{
	int descriptor = openat(archive.directory, name,
				O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	fuzz_must(descriptor >= 0);
	fuzz_must(write(descriptor, text, size) == (ssize_t)size);
	close(descriptor);
}

/* What is read can be written, and read again. */
static void check_record(const struct ledger_row *row)
{
	char text[PLAN_FILE_LINE_SIZE];
	struct ledger_row again;
	int64_t written;
	size_t length = ledger_record_format(row, PRESENT, text, sizeof(text));

	fuzz_must(length > 0 && length < sizeof(text));
	text[length - 1] = '\0';
	fuzz_must(ledger_record_parse(text, &again, &written));
	fuzz_must(written == PRESENT);
	fuzz_must(memcmp(&again.period, &row->period, sizeof(row->period)) == 0);
	fuzz_must(again.base == row->base && again.carried == row->carried);
	fuzz_must(again.topped_up == row->topped_up);
	fuzz_must(again.used == row->used && again.free == row->free);
}

/* Closed periods, in their order, no two of which overlap. */
static void check_ledger(void)
{
	struct ledger records = { .rows = NULL };
	struct ledger_damage damage;

	if (ledger_file_read(&archive, "p", PRESENT, &records, &damage) == 0) {
		for (size_t at = 0; at < records.count; at++) {
			const struct ledger_row *row = &records.rows[at];

			fuzz_must(row->is_recorded);
			fuzz_must(row->period.start < row->period.end);
			fuzz_must(row->period.end <= PRESENT);
			fuzz_must(!at || row[-1].period.end <=
					 row->period.start);
			check_record(row);
		}
	}
	ledger_free(&records);
}

/*
 * A file always tells when it was begun, and what is added to it, it holds. What
 * was cut off may be a line once something was added: then it can be any other.
 */
static void check_hooks(bool is_cut_off)
{
	struct hook_log log;
	struct hook_log again;

	if (hook_log_read(&log, &archive, "p", PRESENT))
		return;
	fuzz_must(hook_log_add(&log, PRESENT, 8000, PRESENT) == 0);
	if (hook_log_read(&again, &archive, "p", PRESENT + 1) == 0) {
		fuzz_must(is_cut_off || (again.begin == log.begin &&
					 again.count == log.count));
		fuzz_must(hook_log_holds(&again, PRESENT, 8000));
		hook_log_free(&again);
	} else {
		fuzz_must(is_cut_off);
	}
	hook_log_free(&log);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const bool is_hooks = size && *data == 'h';

	if (archive.directory < 0)
		fuzz_archive(&archive, PLAN_FILE_DIRECTORY, empty_directory);
	data += size > 0;
	size -= size > 0;
	put(is_hooks ? PLAN_FILE_DIRECTORY "/p.hooks" :
		       PLAN_FILE_DIRECTORY "/p.ledger", data, size);
	if (is_hooks)
		check_hooks(size && data[size - 1] != '\n');
	else
		check_ledger();
	return 0;
}
