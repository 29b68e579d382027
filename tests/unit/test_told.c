// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "archive/told.h"

#define NOW INT64_C(1761505350)

struct place {
	char path[64];
	struct messages messages;
	struct archive archive;
};

static int set_up(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	strcpy(place->path, "/tmp/trafmetux-told-XXXXXX");
	assert_non_null(mkdtemp(place->path));
	assert_int_equal(archive_open(&place->archive, place->path,
				      &place->messages), 0);
	*state = place;
	return 0;
}

static int tear_down(void **state)
{
	struct place *place = *state;
	const char *const names[] = { ".told", ".told.new", ".lock" };

	fchmod(place->archive.directory, 0755);
	for (size_t at = 0; at < 3; at++)
		unlinkat(place->archive.directory, names[at], 0);
	archive_close(&place->archive);
	assert_int_equal(rmdir(place->path), 0);
	free(place);
	return 0;
}

static bool due(struct place *place, const char *key, int64_t present)
{
	struct told told;
	bool answer;

	told_open(&told, &place->archive, present);
	answer = told_due(&told, key);
	assert_int_equal(told_close(&told), 0);
	return answer;
}

static int64_t over(struct place *place, const char *key)
{
	struct told told;
	int64_t first = -1;

	told_open(&told, &place->archive, NOW + 1000000);
	told_over(&told, key, &first);
	assert_int_equal(told_close(&told), 0);
	return first;
}

static void write_file(struct place *place, const char *text)
{
	int file = openat(place->archive.directory, ".told",
			  O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_int_equal(write(file, text, strlen(text)), strlen(text));
	close(file);
}

static bool is_there(struct place *place)
{
	return faccessat(place->archive.directory, ".told", F_OK, 0) == 0;
}

static void once_then_once_a_day(void **state)
{
	int told = 0;

	for (int minute = 0; minute < 3 * 1440; minute++)
		told += due(*state, "rule:wan", NOW + 60 * minute);
	assert_int_equal(told, 3);
	assert_false(due(*state, "rule:wan", NOW + 3 * 86400 - 1));
	assert_true(due(*state, "rule:wan", NOW + 3 * 86400));
	assert_false(due(*state, "rule:wan", NOW + 3 * 86400));
}

static void each_by_itself(void **state)
{
	assert_true(due(*state, "rule:wan", NOW));
	assert_true(due(*state, "rule:wa", NOW + 60));
	assert_true(due(*state, "clock", NOW + 60));
	assert_false(due(*state, "rule:wan", NOW + 60));
	assert_false(due(*state, "rule:wa", NOW + 120));
}

static void what_is_over_begins_anew(void **state)
{
	assert_int_equal(over(*state, "clock"), -1);
	assert_true(due(*state, "clock", NOW));
	assert_false(due(*state, "clock", NOW + 60));
	assert_true(due(*state, "clock", NOW + 86400));
	assert_int_equal(over(*state, "clock"), NOW);
	assert_int_equal(over(*state, "clock"), -1);
	assert_false(is_there(*state));
	assert_true(due(*state, "clock", NOW + 86401));
}

static void a_clock_that_was_set_back(void **state)
{
	assert_true(due(*state, "clock", NOW));
	assert_true(due(*state, "clock", 100));
	assert_false(due(*state, "clock", 160));
	assert_true(due(*state, "clock", NOW + 60));
}

static void damage_is_told_again(void **state)
{
	struct place *place = *state;

	write_file(place, "# trafmetux told version 1\nclock 1 1761505350 x\n"
		   "source 1761505350\nrule:a 1761505350 1761505350\n\nrule:b 17");
	assert_true(due(place, "clock", NOW));
	assert_true(due(place, "source", NOW));
	assert_false(due(place, "rule:a", NOW));
	assert_true(due(place, "rule:b", NOW));
	/* What was whole stays, and what was left by a kill does not matter. */
	assert_int_equal(symlinkat(".told", place->archive.directory,
				   ".told.new"), 0);
	assert_false(due(place, "rule:a", NOW + 60));
	unlinkat(place->archive.directory, ".told.new", 0);
	assert_false(due(place, "clock", NOW + 60));
}

static void what_can_not_be_remembered_is_told(void **state)
{
	struct place *place = *state;
	struct told told;

	assert_int_equal(mkdirat(place->archive.directory, ".told.new", 0755), 0);
	for (int minute = 0; minute < 3; minute++) {
		told_open(&told, &place->archive, NOW + 60 * minute);
		assert_true(told_due(&told, "clock"));
		assert_int_not_equal(told_close(&told), 0);
	}
	unlinkat(place->archive.directory, ".told.new", AT_REMOVEDIR);
	told_open(&told, NULL, NOW);
	assert_true(told_due(&told, "clock"));
	assert_int_equal(told_close(&told), 0);
}

static void anybody_may_read_it(void **state)
{
	struct place *place = *state;
	struct stat status;
	mode_t before = umask(077);

	assert_true(due(place, "clock", NOW));
	umask(before);
	assert_int_equal(fstatat(place->archive.directory, ".told", &status, 0), 0);
	assert_int_equal(status.st_mode & 0777, 0644);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(once_then_once_a_day),
		TEST(each_by_itself),
		TEST(what_is_over_begins_anew),
		TEST(a_clock_that_was_set_back),
		TEST(damage_is_told_again),
		TEST(what_can_not_be_remembered_is_told),
		TEST(anybody_may_read_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
