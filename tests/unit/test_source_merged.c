// SPDX-License-Identifier: GPL-2.0-or-later
/* Two sources as one, by the names of their monitors. */
#include "test.h"

#include <errno.h>
#include <sys/stat.h>

#include "source/source.h"

#define FIRST UINT64_C(0x1111111111111111)
#define SECOND UINT64_C(0x2222222222222222)

static char paths[2][32] = { "/tmp/trafmetux-test-XXXXXX", "/tmp/trafmetux-test-XXXXXX" };
static struct source_merge merge;
static struct source_operations other_operations;
static struct source source;
static struct source_reading reading;

/* What the archive is taken to have last; 0: nothing. */
static uint64_t archived;

/* And of which kind it is taken to be. */
static const char *kind = "";

static bool find_archived(void *context, const char *monitor, uint64_t counter,
			  struct source_archived *found)
{
	assert_ptr_equal(context, &archived);
	assert_string_equal(monitor, "both");
	assert_int_equal(counter, 0);
	*found = (struct source_archived){
		.newest = { .time = archived != 0, .series = archived },
	};
	strcpy(found->newest.kind, kind);
	return true;
}

static void put(int member, const char *monitor, uint64_t series, int packets)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", paths[member], monitor);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "version 1\nseries %016llx\ntime 1225147561\npackets %d\nbytes %d00\n"
		"limit none\nsample 1225147560 %d %d00\n", (unsigned long long)series,
		packets, packets, packets, packets);
	fclose(file);
}

static int make_members(void **state)
{
	(void)state;
	for (int at = 0; at < 2; at++) {
		strcpy(paths[at] + strlen(paths[at]) - 6, "XXXXXX");
		merge.member[at] = source_module(mkdtemp(paths[at]));
	}
	merge.count = 2;
	merge.memory.find = find_archived;
	merge.memory.context = &archived;
	other_operations = *merge.member[1].operations;
	other_operations.kind = "other";
	other_operations.words = "another";
	merge.member[1].operations = &other_operations;
	kind = "";
	source = source_merged(&merge);
	put(0, "first", FIRST, 1);
	put(1, "second", SECOND, 2);
	put(0, "both", FIRST, 3);
	put(1, "both", SECOND, 4);
	return 0;
}

static int remove_members(void **state)
{
	char command[64];

	(void)state;
	for (int at = 0; at < 2; at++) {
		snprintf(command, sizeof(command), "rm -r %s 2>/dev/null", paths[at]);
		(void)!system(command);
	}
	return 0;
}

/* Packets of a monitor, and of its sample; or -errno. */
static int read_packets(const char *monitor)
{
	struct samples samples = { 0 };
	int packets = source.operations->open(&source, monitor, &reading);

	if (packets)
		return packets;
	packets = (int)reading.live.counters.packets;
	assert_int_equal(source_collect(&reading, NULL, &samples, NULL), 0);
	assert_int_equal(samples.count, 1);
	assert_int_equal(samples.list[0].counters.packets, packets);
	samples_free(&samples);
	source.operations->close(&reading);
	return packets;
}

static void merged_lists_each_name_once(void **state)
{
	struct monitor_names names = { 0 };

	(void)state;
	assert_int_equal(source.operations->list(&source, &names), 0);
	assert_int_equal(names.count, 3);
	assert_string_equal(names.list[0], "both");
	assert_string_equal(names.list[1], "first");
	assert_string_equal(names.list[2], "second");
	monitor_names_free(&names);
}

static void merged_reads_from_whoever_has_it(void **state)
{
	(void)state;
	assert_int_equal(read_packets("first"), 1);
	assert_int_equal(read_packets("second"), 2);
	assert_int_equal(read_packets("none"), -ENOENT);
}

static void merged_goes_on_with_the_archives_series(void **state)
{
	(void)state;
	archived = 0;
	assert_int_equal(read_packets("both"), 3);
	archived = FIRST;
	assert_int_equal(read_packets("both"), 3);
	archived = SECOND;
	assert_int_equal(read_packets("both"), 4);
	archived = 5;
	assert_int_equal(read_packets("both"), 3);
}

static void merged_goes_on_with_the_archives_kind(void **state)
{
	(void)state;
	archived = 5;
	kind = "other";
	assert_int_equal(read_packets("both"), 4);
	/* The series itself says more. */
	archived = FIRST;
	assert_int_equal(read_packets("both"), 3);
	kind = "none";
	archived = 5;
	assert_int_equal(read_packets("both"), 3);
}

static int refuse(const struct source *member, const char *monitor,
		  struct source_reading *reading_)
{
	reading_->source = member;
	reading_->monitor = monitor;
	return -EPERM;
}

/* What would go on with it, if that could be read, is not replaced by another. */
static void merged_is_denied_what_the_archives_kind_denies(void **state)
{
	(void)state;
	other_operations.open = refuse;
	archived = 5;
	kind = "other";
	assert_int_equal(read_packets("both"), -EPERM);
	assert_ptr_equal(reading.source, &merge.member[1]);
	kind = "";
	assert_int_equal(read_packets("both"), 3);
	archived = 0;
	assert_int_equal(read_packets("both"), 3);
}

/* Did a limit go into a member's file? The kernel would take it; these are plain files. */
static bool was_limited(int member)
{
	char text[6] = "";
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "%s/both", paths[member]);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	return strcmp(text, "12345") == 0;
}

static void merged_limits_the_one_that_is_read(void **state)
{
	(void)state;
	archived = SECOND;
	assert_int_equal(source.operations->limit(&source, "both", 12345), 0);
	assert_false(was_limited(0));
	assert_true(was_limited(1));
}

static void merged_is_there_if_one_is(void **state)
{
	struct monitor_names names = { 0 };

	(void)state;
	assert_int_equal(rename(paths[0], "/tmp/trafmetux-test-gone"), 0);
	assert_int_equal(source.operations->list(&source, &names), 0);
	assert_int_equal(names.count, 2);
	assert_int_equal(read_packets("second"), 2);
	assert_int_equal(read_packets("first"), -ENOENT);
	monitor_names_free(&names);
	assert_int_equal(rename("/tmp/trafmetux-test-gone", paths[0]), 0);
}

static void merged_is_gone_if_all_are(void **state)
{
	struct monitor_names names = { 0 };

	(void)state;
	remove_members(NULL);
	assert_int_equal(source.operations->list(&source, &names), -ENOENT);
	monitor_names_free(&names);
}

static void merged_tells_what_is_twice(void **state)
{
	char first[256] = "";
	struct messages messages = { .silent = true, .first = first,
				     .first_size = sizeof(first) };

	(void)state;
	source_report_members(&messages, &source);
	assert_true(messages.trouble);
	assert_non_null(strstr(first, "both is counted by the kernel module and by another, and but another is archived"));
	messages.trouble = false;
	source_report_members(&messages, &merge.member[0]);
	assert_false(messages.trouble);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, make_members, remove_members)
	const struct CMUnitTest tests[] = {
		TEST(merged_lists_each_name_once),
		TEST(merged_reads_from_whoever_has_it),
		TEST(merged_goes_on_with_the_archives_series),
		TEST(merged_goes_on_with_the_archives_kind),
		TEST(merged_is_denied_what_the_archives_kind_denies),
		TEST(merged_limits_the_one_that_is_read),
		TEST(merged_is_there_if_one_is),
		TEST(merged_is_gone_if_all_are),
		TEST(merged_tells_what_is_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
