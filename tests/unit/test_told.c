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

	told_open(&told, &place->archive, NULL, present);
	answer = told_due(&told, key);
	assert_int_equal(told_close(&told), 0);
	return answer;
}

static int64_t over(struct place *place, const char *key)
{
	struct told told;
	int64_t first = -1;

	told_open(&told, &place->archive, NULL, NOW + 1000000);
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
		told_open(&told, &place->archive, NULL, NOW + 60 * minute);
		assert_true(told_due(&told, "clock"));
		assert_int_not_equal(told_close(&told), 0);
	}
	unlinkat(place->archive.directory, ".told.new", AT_REMOVEDIR);
	told_open(&told, NULL, NULL, NOW);
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

static bool due_beside(struct place *place, const char *spare, const char *key,
		       int64_t present)
{
	struct told told;
	bool answer;

	told_open(&told, &place->archive, spare, present);
	answer = told_due(&told, key);
	told_close(&told);
	return answer;
}

static bool over_beside(struct place *place, const char *spare, const char *key)
{
	struct told told;
	bool answer;

	told_open(&told, &place->archive, spare, NOW + 60);
	answer = told_over(&told, key, NULL);
	told_close(&told);
	return answer;
}

/* A folder in its way stands for a full disk. */
static void let_write(struct place *place, bool may)
{
	if (may)
		unlinkat(place->archive.directory, ".told.new", AT_REMOVEDIR);
	else
		mkdirat(place->archive.directory, ".told.new", 0755);
}

static void remove_spare(const char *spare)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/.told", spare);
	unlink(path);
	snprintf(path, sizeof(path), "%s/.lock", spare);
	unlink(path);
	assert_int_equal(rmdir(spare), 0);
}

static void where_the_archive_can_not_be_written(void **state)
{
	struct place *place = *state;
	char spare[80];

	snprintf(spare, sizeof(spare), "%s-run", place->path);
	assert_true(due_beside(place, spare, "before", NOW));
	assert_int_not_equal(access(spare, F_OK), 0);
	let_write(place, false);
	assert_true(due_beside(place, spare, "disk", NOW));
	for (int minute = 1; minute < 60; minute++)
		assert_false(due_beside(place, spare, "disk", NOW + 60 * minute));
	assert_true(due_beside(place, spare, "disk", NOW + 86400));
	assert_false(due_beside(place, spare, "before", NOW + 60));
	/* What is over is so once, though the archive's own file still has it. */
	assert_true(over_beside(place, spare, "before"));
	assert_false(over_beside(place, spare, "before"));
	assert_true(over_beside(place, spare, "disk"));
	assert_false(over_beside(place, spare, "disk"));
	assert_true(due_beside(place, spare, "disk", NOW + 120));
	/* It goes back as soon as it can. */
	let_write(place, true);
	assert_false(due_beside(place, spare, "disk", NOW + 180));
	remove_spare(spare);
	assert_false(due(place, "disk", NOW + 240));
	assert_true(due(place, "before", NOW + 240));
}

static void what_others_planted_is_not_used(void **state)
{
	struct place *place = *state;
	char spare[80];
	char elsewhere[80];

	snprintf(spare, sizeof(spare), "%s-run", place->path);
	snprintf(elsewhere, sizeof(elsewhere), "%s-else", place->path);
	let_write(place, false);
	assert_int_equal(mkdir(elsewhere, 0700), 0);
	assert_int_equal(symlink(elsewhere, spare), 0);
	assert_true(due_beside(place, spare, "disk", NOW));
	assert_true(due_beside(place, spare, "disk", NOW + 60));
	unlink(spare);
	/* Nothing was written there. */
	assert_int_equal(rmdir(elsewhere), 0);
	assert_int_equal(mkdir(spare, 0700), 0);
	assert_int_equal(chmod(spare, 0777), 0);
	assert_true(due_beside(place, spare, "disk", NOW));
	assert_true(due_beside(place, spare, "disk", NOW + 60));
	assert_int_equal(rmdir(spare), 0);
	let_write(place, true);
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
		TEST(where_the_archive_can_not_be_written),
		TEST(what_others_planted_is_not_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
