// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include "archive_directory.h"
#include "calendar.h"

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

static void other_names_are_no_files(void **state)
{
	static const char *const names[] = {
		"", "input", "-2008-10-27", "2008-10-27", "input2008-10-27",
		"input-2008-13-01", "input-2008-00-01", "input-2008-01-00",
		"input-2008-02-30", "input-2100-02-29", "input-0000-01-01",
		"input-2008-1-001", "input-2008-10-27~", ".input-2008-10-27",
		"--2008-10-27", "in put-2008-10-27", "in\nput-2008-10-27",
		"01234567890123456789012345678901-2008-10-27",
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
		{ "a", 1 }, { "a", 3 }, { "a-b", 2 }, { "b", 5 },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_split_at_the_last_date),
		cmocka_unit_test(other_names_are_no_files),
		cmocka_unit_test(each_monitor_has_its_own_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
