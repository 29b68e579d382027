// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "archive/archive_directory.h"
#include "time/calendar.h"

static void names_split_at_the_last_date(void **state)
{
	struct archive_file file;
	char name[ARCHIVE_NAME_SIZE];

	(void)state;
	assert_true(archive_file_parse("a-2008-10-27-2008-10-28", &file));
	assert_string_equal(file.monitor, "a-2008-10-27");
	archive_file_name(&file, name);
	assert_string_equal(name, "a-2008-10-27-2008-10-28");
	assert_true(archive_file_parse("input-1970-01-01", &file));
	assert_int_equal(file.day, 0);
	assert_true(archive_file_parse("x-2000-02-29", &file));
	assert_true(archive_file_parse("0123456789012345678901234567890-9999-12-31",
				       &file));
	archive_file_name(&file, name);
	assert_string_equal(name, "0123456789012345678901234567890-9999-12-31");
}

static void names_of_months(void **state)
{
	struct archive_file file;
	char name[ARCHIVE_NAME_SIZE];

	(void)state;
	assert_true(archive_file_parse("a-2008-10-2008-02", &file));
	assert_string_equal(file.monitor, "a-2008-10");
	assert_true(file.is_month);
	assert_int_equal(archive_file_last_day(&file) - file.day + 1, 29);
	archive_file_name(&file, name);
	assert_string_equal(name, "a-2008-10-2008-02");
	assert_true(archive_file_parse("input-1970-01", &file));
	assert_int_equal(file.day, 0);
	assert_true(archive_file_parse("x-9999-12", &file));
	assert_true(archive_file_parse("0123456789012345678901234567890-2100-02",
				       &file));
	assert_int_equal(archive_file_last_day(&file) - file.day + 1, 28);
}

static void a_month_covers_its_days(void **state)
{
	const struct archive_file month = { "a", 59, true };	/* 1970-03 */
	const struct archive_file first = { "a", 59, false };
	const struct archive_file last = { "a", 89, false };
	const struct archive_file early = { "a", 58, false };
	const struct archive_file late = { "a", 90, false };
	const struct archive_file other = { "b", 60, false };

	(void)state;
	assert_true(archive_file_covers(&month, &first));
	assert_true(archive_file_covers(&month, &last));
	assert_false(archive_file_covers(&month, &early));
	assert_false(archive_file_covers(&month, &late));
	assert_false(archive_file_covers(&month, &other));
	assert_false(archive_file_covers(&month, &month));
	assert_false(archive_file_covers(&first, &first));
	assert_true(archive_file_compare(&month, &first) < 0);
	assert_true(archive_file_compare(&early, &month) < 0);
	assert_int_equal(archive_file_compare(&month, &month), 0);
}

static void other_names_are_no_files(void **state)
{
	static const char *const names[] = {
		"", "input", "-2008-10-27", "2008-10-27", "input2008-10-27",
		"input-2008-13-01", "input-2008-00-01", "input-2008-01-00",
		"input-2008-02-30", "input-2100-02-29", "input-0000-01-01",
		"input-2008-1-001", "input-2008-10-27~", ".input-2008-10-27",
		"--2008-10-27", "in put-2008-10-27", "in\nput-2008-10-27",
		"01234567890123456789012345678901-2008-10-27",
		"input-2008-13", "input-2008-00", "input-0000-01", "-2008-10",
		"input-2008-1", "input2008-10", "2008-10", "input-20081-10",
		"01234567890123456789012345678901-2008-10", "input-2008-10-",
		"input-2008/10/27", "input-2008-10-2 ", "input_2008-10-27",
	};
	struct archive_file file;

	(void)state;
	for (size_t at = 0; at < sizeof(names) / sizeof(*names); at++) {
		if (archive_file_parse(names[at], &file))
			fail_msg("'%s' was taken", names[at]);
	}
}

static void each_monitor_has_its_own_files(void **state)
{
	struct archive_file list[] = {
		{ "a", 1, false }, { "a", 3, false }, { "a-b", 2, false },
		{ "b", 5, false },
	};
	const struct archive_listing listing = { .list = list, .count = 4 };
	size_t count;

	(void)state;
	assert_ptr_equal(archive_files_of(&listing, "a", &count), list);
	assert_int_equal(count, 2);
	assert_ptr_equal(archive_files_of(&listing, "a-b", &count), list + 2);
	assert_int_equal(count, 1);
	assert_ptr_equal(archive_files_of(&listing, "b", &count), list + 3);
	assert_int_equal(count, 1);
	assert_null(archive_files_of(&listing, "c", &count));
	assert_int_equal(count, 0);
}

/* Clocks have said such a thing, and file systems keep it. */
static void times_far_off_are_told_apart(void **state)
{
	const struct stat late = { .st_ctim = { .tv_sec = 20000000000, .tv_nsec = 7 } };
	const struct stat later = { .st_ctim = { .tv_sec = 20000000001, .tv_nsec = 7 } };

	(void)state;
	assert_int_equal((uint64_t)archive_changed(&later) -
			 (uint64_t)archive_changed(&late), 1000000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_far_off_are_told_apart),
		cmocka_unit_test(names_split_at_the_last_date),
		cmocka_unit_test(names_of_months),
		cmocka_unit_test(a_month_covers_its_days),
		cmocka_unit_test(other_names_are_no_files),
		cmocka_unit_test(each_monitor_has_its_own_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
