// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>

#include "archive/archive_scan.h"

#define SERIES_A "@ 000000000000000a "
#define SERIES_B "@ 000000000000000b "

static uint64_t sum;
static struct archive_scan scan;

static int add(void *context, const struct growth *growth)
{
	(void)context;
	sum += growth->counters.bytes;
	return 0;
}

static int scan_file(int descriptor, struct archive_scan *wanted)
{
	int error = archive_scan_read(descriptor, wanted);

	return error || !wanted->sink ? error : archive_scan_grow(wanted);
}

static int scan_text(const char *text)
{
	int descriptor = test_file(text, strlen(text));
	int error;

	sum = 0;
	archive_scan_free(&scan);
	scan = (struct archive_scan){ .sink = add, .series = 10,
				      .limit = scan.limit };
	error = scan_file(descriptor, &scan);
	close(descriptor);
	return error;
}

static void growth_is_over_the_record_before(void **state)
{
	(void)state;
	assert_int_equal(scan_text(SERIES_A "5 100\n60 6 150\n120 8 400\n"), 0);
	assert_int_equal(sum, 300);
	assert_int_equal(scan.damaged, 0);
	assert_int_equal(scan.first_time, 60);
	assert_int_equal(scan.state.counters.bytes, 400);
	assert_int_equal(scan.state.time, 120);
	assert_false(scan.state.left);
}

static void jumps_of_the_base_are_no_growth(void **state)
{
	(void)state;
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n"
				   SERIES_A "9 900\n120 10 950\n"
				   "180 11 1000\n"), 0);
	assert_int_equal(sum, 110);
	assert_int_equal(scan.damaged, 0);
	/* One that falls back says that what is above it was never told. */
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n"
				   SERIES_A "9 900\n120 10 950\n"
				   SERIES_A "2 20\n180 11 1000\n"), 0);
	assert_int_equal(sum, 110);
	assert_int_equal(scan.damaged, 1);
	assert_int_equal(scan.damaged_lines[0], 5);
}

static void series_resume_where_they_were(void **state)
{
	(void)state;
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n"
				   SERIES_B "0 0\n120 1 5\n"
				   SERIES_A "0 0\n180 2 30\n"), 0);
	assert_int_equal(sum, 35);
	assert_int_equal(scan.last_series, 10);
	assert_true(scan_text(SERIES_A "0 0\n60 1 10\n" SERIES_A "1 10\n") == 0);
	assert_true(scan.state.left);
	assert_int_equal(scan.state.time, 60);
}

static void duplicates_are_harmless_and_steps_back_are_not(void **state)
{
	(void)state;
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n60 1 10\n120 2 20\n"), 0);
	assert_int_equal(sum, 20);
	assert_int_equal(scan.damaged, 0);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 5 50\n120 4 60\n180 6 40\n240 7 70\n"), 0);
	assert_int_equal(sum, 70);
	assert_int_equal(scan.damaged, 2);
	/* None of the three agrees with another one: the lowest is believed. */
	assert_int_equal(scan.damaged_lines[0], 2);
}

static void one_number_too_high_is_outvoted(void **state)
{
	(void)state;
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n120 2 9020\n180 3 30\n240 4 40\n"), 0);
	assert_int_equal(sum, 40);
	assert_int_equal(scan.damaged, 1);
	assert_int_equal(scan.damaged_lines[0], 3);
	assert_int_equal(scan.state.counters.bytes, 40);
	/* Also of an "@", and at the end, where one stands against one. */
	assert_int_equal(scan_text(SERIES_A "70 700\n60 1 10\n120 2 20\n180 3 30\n"), 0);
	assert_int_equal(scan.damaged, 1);
	assert_int_equal(sum, 20);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n120 902 20\n180 3 30\n"), 0);
	assert_int_equal(sum, 30);
	assert_int_equal(scan.damaged, 1);
}

/* Where as many lines are on one side as on the other one. */
static void draws_are_decided(void **state)
{
	(void)state;
	/* Two records: the later one, so that neither number is too high. */
	assert_int_equal(scan_text(SERIES_A "0 0\n60 9 900\n120 5 500\n"), 0);
	assert_int_equal(sum, 500);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 5 900\n120 6 500\n"), 0);
	assert_int_equal(sum, 500);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 9 400\n120 6 500\n"), 0);
	assert_int_equal(scan.total.packets, 6);
	assert_int_equal(scan.damaged_lines[0], 2);
	/* A record and an "@": the "@", be it the lower or the higher one. */
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n" SERIES_A "0 0\n120 2 30\n"), 0);
	assert_int_equal(scan.damaged_lines[0], 2);
	assert_int_equal(sum, 30);
	assert_int_equal(scan_text(SERIES_A "5 100\n60 2 20\n120 6 130\n"), 0);
	assert_int_equal(scan.damaged_lines[0], 2);
	assert_int_equal(sum, 30);
	/* Two of each. */
	assert_int_equal(scan_text(SERIES_A "7 700\n" SERIES_A "7 700\n"
				   "60 6 800\n120 6 800\n180 9 900\n"), 0);
	assert_int_equal(scan.damaged, 2);
	assert_int_equal(scan.segments.list[0].base.packets, 7);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 3 300\n120 1 100\n"
				   SERIES_A "0 200\n"), 0);
	assert_int_equal(scan.damaged, 2);
	assert_int_equal(sum, 0);
	/* Of two that cross, the first one. */
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 0\n" SERIES_A "0 2\n"
				   SERIES_A "1 0\n120 7 70\n"), 0);
	assert_int_equal(scan.damaged, 2);
	assert_int_equal(sum, 68);
}

/* What a program of old closed with a newline. */
static void beginnings_of_the_next_line_are_damaged(void **state)
{
	(void)state;
	assert_int_equal(scan_text(SERIES_A "1 10\n60 2 3\n60 2 30\n"), 0);
	assert_int_equal(scan.damaged_lines[0], 2);
	assert_int_equal(sum, 20);
	assert_int_equal(scan_text(SERIES_A "1 10\n60 2 30 1\n60 2 30 12\n"), 0);
	assert_int_equal(scan.damaged_lines[0], 2);
	assert_int_equal(scan.entries.list[2].sample.since, 12);
	assert_int_equal(scan_text(SERIES_A "1 10\n60 2 30\n60 2 30 12\n"), 0);
	assert_int_equal(scan.damaged, 1);
	assert_int_equal(scan_text(SERIES_A "1 10\n" SERIES_A "1 100\n60 2 300\n"), 0);
	assert_int_equal(scan.damaged_lines[0], 1);
	assert_int_equal(sum, 200);
	assert_false(scan.lost_begin);
	/* The same line twice is one that was written again. */
	assert_int_equal(scan_text(SERIES_A "1 10\n60 2 30\n60 2 30\n"), 0);
	assert_int_equal(scan.damaged, 0);
}

/* A damaged line may have named a series: what contradicts the one before is its. */
static void records_after_damage_are_not_taken_for_others(void **state)
{
	(void)state;
	assert_int_equal(scan_text(SERIES_A "0 0\n60 9 900\n@ b 0 0\n120 1 5\n180 20 950\n"
				   SERIES_B "20 950\n240 21 960\n"), 0);
	assert_int_equal(sum, 910);
	assert_int_equal(scan.damaged, 3);
	assert_true(scan.lost_between);
	/* What goes on from it may be of the same. */
	assert_int_equal(scan_text(SERIES_A "0 0\n60 9 900\n@ a 9 900\n120 10 950\n"), 0);
	assert_int_equal(sum, 950);
	assert_int_equal(scan.damaged, 1);
	assert_true(scan.lost_end && !scan.lost_between && !scan.lost_begin);
	/* Where it is named again, it is; but not if another one is. */
	assert_int_equal(scan_text(SERIES_A "0 0\n60 9 900\n@ a 9 900\n120 10 950\n"
				   SERIES_A "10 950\n180 11 960\n"), 0);
	assert_false(scan.lost_between || scan.lost_end || scan.lost_begin);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 9 900\n@ a 9 900\n120 10 950\n"
				   SERIES_B "10 950\n180 11 960\n"), 0);
	assert_true(scan.lost_between);
}

static void carriage_returns_are_read(void **state)
{
	(void)state;
	assert_int_equal(scan_text("# trafmetux archive version 1 minutes 5\r\n"
				   SERIES_A "0 0\r\n\r\n60 1 10\n120 2 20\r\n180 3 30 120\r\n"), 0);
	assert_int_equal(sum, 30);
	assert_int_equal(scan.damaged, 0);
	assert_true(scan.has_returns);
	assert_true(scan.is_thinned);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\r\r\n120 2 20\n180 3 30\r"), 0);
	assert_int_equal(sum, 20);
	assert_int_equal(scan.damaged, 1);
	assert_true(scan.torn);
	assert_int_equal(scan_text("# trafmetux archive version 2\r\n"), -EPROTO);
}

/* What damage took, and whether the file tells it. */
static void what_is_lost_is_known(void **state)
{
	(void)state;
	/* A record that can't be read, and what may have named another series. */
	assert_int_equal(scan_text(SERIES_A "0 0\n1225147500 1 10\n12251x7560 1 15\n"
				   "1225147620 2 20\n"), 0);
	assert_false(scan.lost_between || scan.lost_end || scan.lost_begin);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\nx\n120 2 20\n"), 0);
	assert_true(scan.lost_end && !scan.lost_between && !scan.lost_begin);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n120 2 20\nx\n"), 0);
	assert_true(scan.lost_end && !scan.lost_between && !scan.lost_begin);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n120 2"), 0);
	assert_true(scan.lost_end && !scan.lost_between && !scan.lost_begin);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\nx\n" SERIES_B "0 0\n120 2 20\n"), 0);
	assert_true(scan.lost_between && !scan.lost_end && !scan.lost_begin);
	assert_int_equal(scan_text("# head\nx\n60 1 10\n" SERIES_A "1 10\n120 2 20\n"), 0);
	assert_true(scan.lost_begin && !scan.lost_end && !scan.lost_between);
	/* Which of the two is right? */
	assert_int_equal(scan_text(SERIES_A "0 0\n60 9 90\n120 2 20\n"), 0);
	assert_true(scan.lost_end && !scan.lost_between);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 9 90\n120 2 20\n180 10 100\n"), 0);
	assert_false(scan.lost_between || scan.lost_end || scan.lost_begin);
	/* The first line names the file only. */
	assert_int_equal(scan_text("trafmetux archive\n" SERIES_A "5 5\n60 9 90\n"), 0);
	assert_int_equal(scan.damaged, 1);
	assert_false(scan.lost_between || scan.lost_end || scan.lost_begin);
}

/* Many lines against many: each dispute is decided on its own. */
static void disputes_are_decided_apart(void **state)
{
	char *text = malloc(1 << 20);
	size_t length = (size_t)sprintf(text, SERIES_A "0 0\n");

	(void)state;
	for (int at = 1; at <= 20000; at++)
		length += (size_t)sprintf(text + length, "%d %d %d\n", at * 60,
					  at % 100 == 50 ? at + 20 : at, at);
	assert_int_equal(scan_text(text), 0);
	assert_int_equal(sum, 20000);
	assert_int_equal(scan.damaged, 200);
	free(text);
}

/* Time by the number of lines, whatever they hold. */
static void many_lines_take_no_longer_each(void **state)
{
	const int many = 200000;
	char *text = malloc((size_t)many * 80);
	size_t length = 0;

	(void)state;
	for (int at = 0; at < many; at++)
		length += (size_t)sprintf(text + length, "@ %016x 0 0\n60 1 10\n",
					  at + 1);
	assert_int_equal(scan_text(text), 0);
	assert_int_equal(sum, 10 * many);
	assert_int_equal(scan.segments.count, many);
	/* All of them contradict each other. */
	length = (size_t)sprintf(text, SERIES_A "0 0\n");
	for (int at = 0; at < many; at++)
		length += (size_t)sprintf(text + length, "60 %d 10\n", many - at);
	assert_int_equal(scan_text(text), 0);
	assert_int_equal(scan.damaged, many - 1);
	length = (size_t)sprintf(text, SERIES_A "0 0\n");
	for (int at = 0; at < many; at++)
		length += (size_t)sprintf(text + length, "60 %d 10\n",
					  at % 2 ? many - at : many + at);
	assert_int_equal(scan_text(text), 0);
	assert_true(scan.damaged < (uint64_t)many);
	free(text);
}

static void records_of_other_days_are_damage(void **state)
{
	static const char text[] =
		SERIES_A "0 0\n86400 1 10\n864060 2 20\n90000 3 30\n";
	int descriptor = test_file(text, strlen(text));

	(void)state;
	archive_scan_free(&scan);
	sum = 0;
	scan = (struct archive_scan){ .sink = add, .series = 10,
				      .has_days = true, .first_day = 1, .last_day = 1 };
	assert_int_equal(scan_file(descriptor, &scan), 0);
	close(descriptor);
	assert_int_equal(sum, 30);
	assert_int_equal(scan.damaged, 1);
	assert_int_equal(scan.damaged_lines[0], 3);
	assert_int_equal(scan.last_time, 90000);
}

static void segments_tell_where_records_go_on(void **state)
{
	(void)state;
	assert_int_equal(scan_text(SERIES_A "1 10\n60 2 20\n120 4 40\n"
				   SERIES_B "0 0\n60 1 1\n"
				   SERIES_A "9 90\n180 10 100\n"), 0);
	assert_int_equal(scan.segments.count, 3);
	assert_int_equal(scan.segments.list[0].base.bytes, 10);
	assert_int_equal(scan.segments.list[0].end.bytes, 40);
	assert_int_equal(scan.segments.list[0].end_time, 120);
	assert_int_equal(scan.segments.list[1].series, 11);
	assert_int_equal(scan.segments.list[2].base.bytes, 90);
	assert_int_equal(scan.total.bytes, 41);
	assert_int_equal(scan.first_time, 60);
	assert_int_equal(scan.last_time, 180);
}

/* reconcile: what two files hand out, one after the other */
static uint64_t reconcile(const char *first, const char *second,
			  uint64_t damaged[2])
{
	struct archive_scan next = { .sink = add };
	int descriptor = test_file(second, strlen(second));

	assert_int_equal(archive_scan_read(descriptor, &next), 0);
	close(descriptor);
	descriptor = test_file(first, strlen(first));
	archive_scan_free(&scan);
	scan = (struct archive_scan){ .sink = add };
	assert_int_equal(archive_scan_read(descriptor, &scan), 0);
	close(descriptor);
	assert_int_equal(archive_scan_meet(&scan, &next), 0);
	sum = 0;
	archive_scan_grow(&scan);
	archive_scan_grow(&next);
	assert_int_equal(sum, scan.total.bytes + next.total.bytes);
	damaged[0] = scan.damaged;
	damaged[1] = next.damaged;
	archive_scan_free(&next);
	return sum;
}

static void files_are_held_against_each_other(void **state)
{
	uint64_t damaged[2];

	(void)state;
	/* 1520 was 1320. */
	assert_int_equal(reconcile(SERIES_A "0 0\n60 10 1000\n120 11 1520\n",
				   SERIES_A "11 1320\n180 12 1400\n", damaged),
			 1080);
	assert_int_equal(damaged[0], 1);
	assert_int_equal(damaged[1], 0);
	/* Above the next file's first record, too. */
	assert_int_equal(reconcile(SERIES_A "0 0\n60 10 1000\n120 11 9320\n",
				   "@ x\n" SERIES_A "11 1320\n180 12 1400\n", damaged),
			 1080);
	assert_int_equal(damaged[0], 1);
	/* One against one: the "@" is believed; what is missing is a hole. */
	assert_int_equal(reconcile(SERIES_A "0 0\n60 10 1000\n120 11 1320\n",
				   SERIES_A "11 1020\n180 12 1400\n", damaged),
			 1380);
	assert_int_equal(damaged[0], 1);
	assert_int_equal(damaged[1], 0);
	/* Two against one. */
	assert_int_equal(reconcile(SERIES_A "0 0\n60 10 1000\n120 11 1320\n",
				   SERIES_A "11 320\n180 12 1400\n", damaged),
			 1400);
	assert_int_equal(damaged[0], 0);
	assert_int_equal(damaged[1], 1);
	/* Too low is no contradiction. */
	assert_int_equal(reconcile(SERIES_A "0 0\n60 10 1000\n120 11 1120\n",
				   SERIES_A "11 1320\n180 12 1400\n", damaged),
			 1200);
	assert_int_equal(damaged[0] + damaged[1], 0);
	/* Written twice, as a program of old did: whoever reads both counts it once. */
	assert_int_equal(reconcile(SERIES_A "0 0\n60 10 1000\n",
				   SERIES_A "0 0\n60 10 1000\n", damaged),
			 2000);
	assert_int_equal(damaged[0] + damaged[1], 0);
	/* The clock was set back, and the first file written on. */
	assert_int_equal(reconcile(SERIES_A "0 0\n60 10 100\n"
				   SERIES_A "20 200\n120 30 300\n",
				   SERIES_A "10 100\n180 20 200\n"
				   SERIES_A "30 300\n240 40 400\n", damaged),
			 400);
	assert_int_equal(damaged[0] + damaged[1], 0);
	/* Before that, the second one had got but its "@". */
	assert_int_equal(reconcile(SERIES_A "0 0\n60 10 100\n120 20 200\n",
				   SERIES_A "10 100\n" SERIES_A "20 200\n180 30 300\n",
				   damaged),
			 300);
	assert_int_equal(damaged[0] + damaged[1], 0);
}

static void damage_is_counted_and_passed_over(void **state)
{
	(void)state;
	assert_int_equal(scan_text("60 1 10\n" SERIES_A "0 0\ngarbage\n120 2 20\n\n# x\n"), 0);
	assert_int_equal(sum, 20);
	assert_int_equal(scan.damaged, 2);
	assert_int_equal(scan.damaged_lines[0], 1);
	assert_false(scan.torn);
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n120 2 20"), 0);
	assert_int_equal(sum, 10);
	assert_true(scan.torn);
	assert_int_equal(scan.damaged, 0);
	assert_int_equal(scan_text(""), 0);
	assert_true(scan.empty);
}

static void base_may_not_mix_higher_and_lower(void **state)
{
	(void)state;
	assert_int_equal(scan_text(SERIES_A "10 100\n" SERIES_A "11 50\n60 12 120\n"), 0);
	assert_int_equal(sum, 20);
	assert_int_equal(scan.damaged, 1);
}

static void newer_versions_are_refused(void **state)
{
	(void)state;
	assert_int_equal(scan_text("# trafmetux archive version 2 x\n" SERIES_A "0 0\n60 1 10\n"),
			 -EPROTO);
	assert_int_equal(sum, 0);
	assert_int_equal(scan.version, 2);
	/* Only the first line names it. */
	assert_int_equal(scan_text("#\n# trafmetux archive version 2 x\n"), 0);
}

static void records_above_the_limit_are_damage(void **state)
{
	const struct counters limit = { 10, 1000 };

	(void)state;
	scan.limit = &limit;
	assert_int_equal(scan_text(SERIES_A "0 0\n60 1 10\n120 2 9999\n180 3 30\n"
				   SERIES_B "0 0\n60 99 9999\n"), 0);
	assert_true(scan.beyond);
	assert_int_equal(scan.damaged, 1);
	assert_int_equal(scan.state.counters.bytes, 30);
	scan.limit = NULL;
}

/* A tail must tell what the whole file tells, wherever it begins. */
static void tail_tells_what_the_file_tells(void **state)
{
	size_t capacity = 1 << 20;
	char *text = malloc(capacity);
	size_t length;
	int descriptor;

	(void)state;
	for (int records = 0; records < 3000; records += 37) {
		length = (size_t)sprintf(text, "# trafmetux archive version 1\n"
					 SERIES_B "0 0\n60 1 1\n" SERIES_A "0 0\n");
		for (int at = 1; at <= records; at++)
			length += (size_t)sprintf(text + length, "%d %d %d\n",
						  at * 60, at, at * 100);
		length += (size_t)sprintf(text + length, "9999");
		descriptor = test_file(text, length);
		archive_scan_free(&scan);
		scan = (struct archive_scan){ .series = 10 };
		assert_int_equal(archive_scan_tail(descriptor, &scan), 0);
		assert_true(scan.state.found);
		assert_int_equal(scan.state.counters.packets, records);
		assert_int_equal(scan.last_series, 10);
		assert_true(scan.torn);
		assert_int_equal(scan.series_far, length > 4096 + 10);
		archive_scan_free(&scan);
		close(descriptor);
	}
	free(text);
}

static void tail_sees_a_newer_version(void **state)
{
	char *text = malloc(1 << 16);
	size_t length = (size_t)sprintf(text, "# trafmetux archive version 3\n");
	int descriptor;

	(void)state;
	for (int at = 1; at < 500; at++)
		length += (size_t)sprintf(text + length, SERIES_A "%d %d\n",
					  at, at);
	descriptor = test_file(text, length);
	archive_scan_free(&scan);
	scan = (struct archive_scan){ .series = 10 };
	assert_int_equal(archive_scan_tail(descriptor, &scan), -EPROTO);
	assert_int_equal(scan.version, 3);
	archive_scan_free(&scan);
	close(descriptor);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(growth_is_over_the_record_before),
		cmocka_unit_test(jumps_of_the_base_are_no_growth),
		cmocka_unit_test(series_resume_where_they_were),
		cmocka_unit_test(duplicates_are_harmless_and_steps_back_are_not),
		cmocka_unit_test(one_number_too_high_is_outvoted),
		cmocka_unit_test(draws_are_decided),
		cmocka_unit_test(beginnings_of_the_next_line_are_damaged),
		cmocka_unit_test(records_after_damage_are_not_taken_for_others),
		cmocka_unit_test(carriage_returns_are_read),
		cmocka_unit_test(what_is_lost_is_known),
		cmocka_unit_test(many_lines_take_no_longer_each),
		cmocka_unit_test(disputes_are_decided_apart),
		cmocka_unit_test(records_of_other_days_are_damage),
		cmocka_unit_test(segments_tell_where_records_go_on),
		cmocka_unit_test(files_are_held_against_each_other),
		cmocka_unit_test(damage_is_counted_and_passed_over),
		cmocka_unit_test(base_may_not_mix_higher_and_lower),
		cmocka_unit_test(newer_versions_are_refused),
		cmocka_unit_test(records_above_the_limit_are_damage),
		cmocka_unit_test(tail_tells_what_the_file_tells),
		cmocka_unit_test(tail_sees_a_newer_version),
	};

	int status = cmocka_run_group_tests(tests, NULL, NULL);

	archive_scan_free(&scan);
	return status;
}
