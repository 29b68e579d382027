// SPDX-License-Identifier: GPL-2.0-or-later
/* What a script can't do: hold a monitor's lock while update runs. */
#include "test.h"

#include <errno.h>
#include <sys/stat.h>

#include "archive/archive_directory.h"
#include "upkeep/update.h"

static char directory[] = "/tmp/trafmetux-test-XXXXXX";
static char proc[64];
static char path[96];
static struct messages messages;

static int make_directories(void **state)
{
	FILE *file;

	(void)state;
	test_zone("UTC");
	if (!mkdtemp(directory))
		return -1;
	snprintf(proc, sizeof(proc), "%s/proc", directory);
	if (mkdir(proc, 0700))
		return -1;
	snprintf(path, sizeof(path), "%s/m", proc);
	file = fopen(path, "w");
	if (!file)
		return -1;
	fputs("version 1\nseries 000000000000000a\ntime 121.5\n"
	      "packets 1\nbytes 100\nsample 120 1 100\n", file);
	return fclose(file);
}

static int remove_directories(void **state)
{
	static const char *const names[] = { "proc/m", "m-1970-01-01",
					     ".lock", "proc", "." };

	(void)state;
	for (size_t at = 0; at < sizeof(names) / sizeof(*names); at++) {
		snprintf(path, sizeof(path), "%s/%s", directory, names[at]);
		remove(path);
	}
	return access(directory, F_OK) ? 0 : rmdir(directory);
}

static bool is_archived(void)
{
	snprintf(path, sizeof(path), "%s/m-1970-01-01", directory);
	return access(path, F_OK) == 0;
}

static void update(void)
{
	const struct source source = source_module(proc);
	const struct monitor_names names = { 0 };
	struct calendar calendar = { 0 };
	const struct clock_reading clock = { .now = 122 };
	struct belief belief;
	const struct context context = {
		.source = &source, .archive_path = directory,
		.calendar = &calendar, .messages = &messages,
	};
	const struct update_request request = {
		.context = &context, .names = &names, .belief = &belief,
	};

	messages.trouble = false;
	belief_find(&belief, &clock, 60, directory, &source, false);
	update_run(&request);
	belief_free(&belief);
}

static void locks_are_of_one_monitor_and_one_holder(void **state)
{
	struct archive archive;
	int first;
	int second;

	(void)state;
	assert_int_equal(archive_open(&archive, directory, &messages), 0);
	first = archive_lock_open(&archive);
	second = archive_lock_open(&archive);
	assert_true(first >= 0 && second >= 0);
	assert_int_equal(archive_lock(first, "m"), 0);
	assert_int_equal(archive_lock(second, "m"), -EAGAIN);
	assert_int_equal(archive_lock(second, "n"), 0);
	close(first);
	assert_int_equal(archive_lock(second, "m"), 0);
	close(second);
	archive_close(&archive);
}

static void locked_monitors_are_left_quietly(void **state)
{
	struct archive archive;
	int lock;

	(void)state;
	assert_int_equal(archive_open(&archive, directory, &messages), 0);
	lock = archive_lock_open(&archive);
	assert_int_equal(archive_lock(lock, "m"), 0);
	update();
	assert_false(messages.trouble);
	assert_false(is_archived());
	close(lock);
	update();
	assert_false(messages.trouble);
	assert_true(is_archived());
	archive_close(&archive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(locks_are_of_one_monitor_and_one_holder),
		cmocka_unit_test(locked_monitors_are_left_quietly),
	};

	return cmocka_run_group_tests(tests, make_directories,
				      remove_directories);
}
