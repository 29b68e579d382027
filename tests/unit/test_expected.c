// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "counting/counting.h"
#include "counting/expected.h"

#define NOW INT64_C(1761505320)
#define DAY 86400

struct fixture {
	char path[64];
	struct messages messages;
	struct archive archive;
	struct source source;
	struct counting_seen seen;
	struct context context;
	struct counting_update update;
	struct expected expected;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->path, "/tmp/trafmetux-expected-XXXXXX");
	assert_non_null(mkdtemp(fixture->path));
	assert_int_equal(archive_open(&fixture->archive, fixture->path,
				      &fixture->messages), 0);
	fixture->source = source_module("/nowhere");
	fixture->context = (struct context){ .source = &fixture->source, .present = NOW };
	fixture->update = (struct counting_update){
		.context = &fixture->context, .seen = &fixture->seen, .is_own = true,
		.place = { .machine = 1, .boot = 2, .network = 3, .home = 3,
			   .uptime = DAY },
	};
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	char command[128];

	expected_free(&fixture->expected);
	counting_seen_free(&fixture->seen);
	archive_close(&fixture->archive);
	snprintf(command, sizeof(command), "rm -r %s", fixture->path);
	assert_int_equal(system(command), 0);
	free(fixture);
	return 0;
}

static void write_file(struct fixture *fixture, const char *name, const char *text)
{
	int file = openat(fixture->archive.directory, name,
			  O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_int_equal(write(file, text, strlen(text)), strlen(text));
	close(file);
}

static void expect_file(struct fixture *fixture, const char *wanted)
{
	int file = openat(fixture->archive.directory, ".expected", O_RDONLY);
	char text[4096] = "";

	assert_true(read(file, text, sizeof(text) - 1) >= 0);
	close(file);
	assert_string_equal(text, wanted);
}

/* An update at @present that sees these monitors with so many rules. */
static int update(struct fixture *fixture, int64_t present, const char *const monitors[],
		  int64_t references)
{
	int changed;

	counting_seen_free(&fixture->seen);
	fixture->seen.list_error = monitors ? 0 : -ENOENT;
	for (; monitors && *monitors; monitors++) {
		monitor_names_add(&fixture->seen.listed, *monitors);
		counting_see(&fixture->seen, *monitors, references);
	}
	fixture->context.present = present;
	expected_free(&fixture->expected);
	assert_int_equal(expected_read(&fixture->expected, &fixture->archive), 0);
	changed = counting_note_adopt(&fixture->expected, &fixture->archive,
				      &fixture->update.place, present);
	assert_true(changed >= 0);
	changed |= counting_note(&fixture->expected, &fixture->update);
	assert_true(changed >= 0);
	if (changed)
		assert_int_equal(expected_write(&fixture->expected,
						&fixture->archive), 0);
	return changed;
}

static const char *const none[] = { NULL };
static const char *const in[] = { "in", NULL };
static const char *const both[] = { "in", "out", NULL };

static void expect_entry(struct fixture *fixture, const char *monitor,
			 enum expected_state wanted, int64_t since)
{
	const struct expected_entry *entry = expected_find(&fixture->expected, monitor);

	assert_non_null(entry);
	assert_int_equal(entry->state, wanted);
	assert_int_equal(entry->since, since);
}

static void what_is_written_can_be_read(void **state)
{
	static const char text[] =
		"# trafmetux expected version 1\n"
		"machine 0000000000000001 0000000000000002 3\n"
		"updated 1761505320 3000\n"
		"rules 1761505321 0\n"
		"counts a 1 2 0\n"
		"retired b 4 18446744073709551615 5\n"
		"lost c 253402300799 0 0\n"
		"rule a iptables -t filter -A INPUT\n"
		"rule c x  y\n";
	struct fixture *fixture = *state;

	write_file(fixture, ".expected", text);
	assert_int_equal(expected_read(&fixture->expected, &fixture->archive), 0);
	assert_int_equal(fixture->expected.count, 3);
	write_file(fixture, ".expected", "");
	assert_int_equal(expected_write(&fixture->expected, &fixture->archive), 0);
	expect_file(fixture, text);
}

static void damage_is_passed_over(void **state)
{
	static const char *const lines[] = {
		"counts", "counts ", "counts a", "counts a 1", "counts a 1 2",
		"counts a 1 2 3 ", "counts  1 2 3", "counts .a 1 2 3", "counts a x 2 3",
		"counts a -1 2 3", "counts a 1 2 18446744073709551616", "rule", "rule a",
		"rule .a x", "updated 1", "updated 1 2 3", "machine 1 2 3", "else a 1 2 3",
		"counts a23456789012345678901234567890123 1 2 3", "countsa 1 2 3 4",
	};
	struct fixture *fixture = *state;
	char text[256];

	for (size_t at = 0; at < sizeof(lines) / sizeof(*lines); at++) {
		snprintf(text, sizeof(text), "machine 0000000000000001 "
			 "0000000000000002 3\n%s\ncounts z 1 1 0\ncounts y 1 1 0",
			 lines[at]);
		write_file(fixture, ".expected", text);
		assert_int_equal(expected_read(&fixture->expected, &fixture->archive), 0);
		assert_int_equal(fixture->expected.count, 1);
		assert_int_equal(fixture->expected.rule_count, 0);
		assert_int_equal(fixture->expected.updated, 0);
		assert_true(fixture->expected.known);
		expected_free(&fixture->expected);
	}
	/* Who wrote it must be known. */
	write_file(fixture, ".expected", "counts z 1 1 0\n");
	assert_int_equal(expected_read(&fixture->expected, &fixture->archive), 0);
	assert_false(fixture->expected.known);
	assert_int_equal(fixture->expected.count, 0);
}

static void patience_is_as_long_as_updates_are_apart(void **state)
{
	struct expected expected = { .gap = 0 };

	(void)state;
	assert_int_equal(expected_patience(&expected), 900);
	expected.gap = EXPECTED_BEAT_SECONDS + 60;
	assert_int_equal(expected_patience(&expected), 900);
	expected.gap = 3600;
	assert_int_equal(expected_patience(&expected), 4500);
	expected.gap = DAY;
	assert_int_equal(expected_patience(&expected), DAY + 900);
	expected.gap = 30 * DAY;
	assert_int_equal(expected_patience(&expected), 26 * 3600);
}

static void little_is_written(void **state)
{
	struct fixture *fixture = *state;
	int written = 0;

	for (int minute = 0; minute < 1440; minute++)
		written += update(fixture, NOW + 60 * minute, both, 1);
	assert_int_equal(written, 29);
	assert_int_equal(fixture->expected.gap, EXPECTED_BEAT_SECONDS);
	assert_int_equal(update(fixture, NOW + DAY, in, 1), 1);
	assert_int_equal(update(fixture, NOW + DAY + 60, in, 1), 0);
}

static void a_loss_has_its_time(void **state)
{
	struct fixture *fixture = *state;

	update(fixture, NOW, both, 1);
	update(fixture, NOW + 1000, in, 1);
	expect_entry(fixture, "in", EXPECTED_COUNTS, NOW);
	expect_entry(fixture, "out", EXPECTED_LOST, NOW + 1000);
	update(fixture, NOW + 2000, in, 0);
	expect_entry(fixture, "in", EXPECTED_LOST, NOW + 2000);
	update(fixture, NOW + 2060, none, 0);
	expect_entry(fixture, "in", EXPECTED_LOST, NOW + 2000);
	update(fixture, NOW + 2120, both, 1);
	expect_entry(fixture, "in", EXPECTED_COUNTS, NOW + 2120);
	/* The machine was off: nobody knows when. */
	update(fixture, NOW + 20 * 3600, NULL, 0);
	expect_entry(fixture, "in", EXPECTED_LOST, NOW + 2120);
	/* So it was, and updates had run before. */
	update(fixture, NOW + 21 * 3600, both, 1);
	update(fixture, NOW + 21 * 3600 + 3060, both, 1);
	update(fixture, NOW + 23 * 3600 + 1800, none, 0);
	expect_entry(fixture, "in", EXPECTED_LOST, NOW + 21 * 3600 + 3060);
	/* A clock that is behind makes no loss earlier than the monitor. */
	update(fixture, NOW + DAY, both, 1);
	update(fixture, 100, NULL, 0);
	expect_entry(fixture, "in", EXPECTED_LOST, NOW + DAY);
}

static void what_was_retired_counts_by_its_rules_only(void **state)
{
	struct fixture *fixture = *state;

	update(fixture, NOW, in, 1);
	expected_find(&fixture->expected, "in")->state = EXPECTED_RETIRED;
	expected_write(&fixture->expected, &fixture->archive);
	update(fixture, NOW + 60, none, 0);
	update(fixture, NOW + 60, in, 0);
	update(fixture, NOW + 60, NULL, 0);
	expect_entry(fixture, "in", EXPECTED_RETIRED, NOW);
	update(fixture, NOW + 120, in, LIVE_UNKNOWN);
	expect_entry(fixture, "in", EXPECTED_COUNTS, NOW + 120);
}

static void records_tell_before_the_first_update(void **state)
{
	struct fixture *fixture = *state;
	char text[128];

	write_file(fixture, "old-2025-09-20", "@ 0000000000000001 0 0\n1758326460 1 1\n");
	snprintf(text, sizeof(text), "@ 0000000000000002 0 0\n%lld 1 1\n",
		 (long long)NOW - 7200);
	write_file(fixture, "in-2025-10-26", text);
	snprintf(text, sizeof(text), "@ 0000000000000003 0 0\n%lld 1 1\n",
		 (long long)NOW - 3600);
	write_file(fixture, "out-2025-10-26", text);
	update(fixture, NOW, in, 1);
	assert_int_equal(fixture->expected.count, 2);
	expect_entry(fixture, "in", EXPECTED_COUNTS, NOW - 7200);
	expect_entry(fixture, "out", EXPECTED_LOST, NOW - 3600);
	unlinkat(fixture->archive.directory, ".expected", 0);
	update(fixture, NOW, NULL, 0);
	expect_entry(fixture, "in", EXPECTED_LOST, NOW - 3600);
	/* The file is there: other records are not this machine's. */
	write_file(fixture, "new-2025-10-26", text);
	update(fixture, NOW + 60, NULL, 0);
	assert_int_equal(fixture->expected.count, 2);
}

/* A machine that starts each day and is idle, and a clock that was ahead for days. */
static void files_without_a_record_hide_none(void **state)
{
	struct fixture *fixture = *state;
	char name[32];

	write_file(fixture, "in-2025-10-16", "@ 0000000000000001 0 0\n1760600000 1 1\n");
	write_file(fixture, "out-2025-10-16", "@ 0000000000000001 0 0\n1760600000 1 1\n");
	for (int day = 17; day < 25; day++) {
		snprintf(name, sizeof(name), "in-2025-10-%d", day);
		write_file(fixture, name, "@ 0000000000000001 1 1\n");
		snprintf(name, sizeof(name), "out-2031-10-%d", day);
		write_file(fixture, name, "@ 0000000000000001 1 1\n1950000000 2 2\n");
	}
	update(fixture, NOW, none, 0);
	assert_int_equal(fixture->expected.count, 2);
	expect_entry(fixture, "in", EXPECTED_LOST, 1760600000);
	expect_entry(fixture, "out", EXPECTED_LOST, 1760600000);
}

static void other_machines_and_networks(void **state)
{
	struct fixture *fixture = *state;
	struct place *place = &fixture->update.place;

	update(fixture, NOW, both, 1);
	/* One of its own, which has only "in". */
	place->network = 7;
	update(fixture, NOW + 60, in, 1);
	expect_entry(fixture, "out", EXPECTED_COUNTS, NOW);
	place->home = 0;
	assert_int_equal(counting_network(&fixture->expected, place), 7);
	place->network = 3;
	assert_int_equal(counting_network(&fixture->expected, place), 0);
	place->machine = 9;
	update(fixture, NOW + 120, none, 0);
	assert_int_equal(fixture->expected.count, 0);
}

/* What is found at @present, with the module gone: the cause, or -1. */
static int judge(struct fixture *fixture, int64_t present, int64_t uptime)
{
	const struct archive_listing listing = { .count = 0 };
	struct counting_request request = {
		.context = &fixture->context, .archive = &fixture->archive,
		.listing = &listing, .expected = &fixture->expected,
		.place = fixture->update.place,
	};
	struct counting counting = { .count = 0 };
	int cause = -1;

	fixture->context.present = present;
	request.place.uptime = uptime;
	assert_int_equal(counting_find(&request, &counting), 0);
	if (counting.count)
		cause = (int)counting.list[0].cause;
	counting_free(&counting);
	return cause;
}

static void there_is_some_grace(void **state)
{
	struct fixture *fixture = *state;

	update(fixture, NOW, in, 1);
	/* The last update saw it, and updates run. */
	assert_int_equal(judge(fixture, NOW + 60, DAY), -1);
	assert_int_equal(judge(fixture, NOW + 3899, DAY), -1);
	assert_int_equal(judge(fixture, NOW + 3901, DAY), COUNTING_NO_MODULE);
	update(fixture, NOW + 60, NULL, 0);
	assert_int_equal(judge(fixture, NOW + 60 + 299, DAY), -1);
	assert_int_equal(judge(fixture, NOW + 60 + 300, DAY), COUNTING_NO_MODULE);
	assert_int_equal(judge(fixture, NOW + DAY, 299), -1);
	assert_int_equal(judge(fixture, NOW + DAY, 300), COUNTING_NO_MODULE);
	/* The clock was set back: a little, or by hours. */
	assert_int_equal(judge(fixture, NOW, DAY), -1);
	assert_int_equal(judge(fixture, NOW - 3600, DAY), COUNTING_NO_MODULE);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(what_is_written_can_be_read),
		TEST(damage_is_passed_over),
		TEST(patience_is_as_long_as_updates_are_apart),
		TEST(little_is_written),
		TEST(a_loss_has_its_time),
		TEST(what_was_retired_counts_by_its_rules_only),
		TEST(records_tell_before_the_first_update),
		TEST(files_without_a_record_hide_none),
		TEST(other_machines_and_networks),
		TEST(there_is_some_grace),
	};

	test_zone("UTC");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
