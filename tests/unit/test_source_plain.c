// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counters of others, read by an update that comes late, over resets, new counters and
 * restarts: held against what went through them.
 */
#include "test.h"

#include <dirent.h>
#include <errno.h>

#include "archive/archive_directory.h"
#include "base/hash.h"
#include "history/history.h"
#include "index/archive_origin.h"
#include "index/belief.h"
#include "source/source_plain.h"
#include "upkeep/update.h"

#define MONITOR "wan"
#define SECOND INT64_C(1000000000)

/* So late an update may be and still tell of the minute's end. */
#define LATE 2

static char directory[] = "/tmp/trafmetux-test-XXXXXX";
static struct messages messages = { .silent = true };

/* The machine: its clock in ns, and when it was started. */
static int64_t now;
static int64_t started;

/* The counter, and what went through it. */
static struct source_plain counter;
static int kind;		/* which of two the source is of */

/* What should be archived, and the counter as it was then. */
static struct counters expected;
static struct counters reached;
static bool is_known;		/* the archive knows the counter, */
static int last_kind;		/* of what it has last; -1: nothing */
static int64_t told;		/* the time of its last record */
static int64_t begun;		/* and since when it may have grown; 0: ever */
static bool is_stepped;		/* the clock was set since then */
static bool has_kinds;		/* it is also switched; else the clock is also set back */
static size_t lines;		/* records in the archive */
static struct sample record;	/* the last of them */

int clock_gettime(clockid_t clock, struct timespec *time)
{
	const int64_t value = clock == CLOCK_REALTIME ? now : now - started;

	time->tv_sec = (time_t)(value / 1000000000);
	time->tv_nsec = (long)(value % 1000000000);
	return 0;
}

time_t time(time_t *result)
{
	const time_t value = (time_t)(now / 1000000000);

	if (result)
		*result = value;
	return value;
}

static bool find(void *context, const char *monitor, uint64_t number,
		 struct source_archived *archived)
{
	struct archive archive;
	int error = archive_open(&archive, directory, &messages);

	(void)context;
	assert_int_equal(error, 0);
	error = archive_origin_find(&archive, monitor, number, archived);
	archive_close(&archive);
	return !error;
}

static int read_counter(const struct source *source, const char *monitor,
			struct source_plain *plain)
{
	(void)source;
	assert_string_equal(monitor, MONITOR);
	*plain = counter;
	return 0;
}

static int list(const struct source *source, struct monitor_names *names)
{
	(void)source;
	return monitor_names_add(names, MONITOR);
}

static int open_counter(const struct source *source, const char *monitor,
			struct source_reading *reading)
{
	return source_plain_open(source, monitor, reading, read_counter, "");
}

#define OPERATIONS(word) \
	{ .list = list, .open = open_counter, .next = source_plain_next, \
	  .close = source_plain_close, .limit = source_plain_limit, \
	  .kind = word, .words = word }

static const struct source_operations operations[2] = {
	OPERATIONS("interface"), OPERATIONS("nft"),
};

static const struct source_memory memory = { .find = find };

static struct source the_source(void)
{
	return (struct source){ .operations = &operations[kind], .path = "counters",
				.memory = &memory };
}

static void update(bool is_now)
{
	struct source source = the_source();
	const struct monitor_names names = { 0 };
	struct calendar calendar = { 0 };
	const struct clock_reading clock = { .now = time(NULL),
					     .uptime = (now - started) / 1000000000,
					     .is_synchronised = true };
	struct belief belief;
	const struct context context = {
		.source = &source, .archive_path = directory,
		.calendar = &calendar, .messages = &messages,
	};
	const struct update_request request = {
		.context = &context, .names = &names, .now = is_now,
		.sync = ARCHIVE_SYNC_NEVER, .belief = &belief,
	};

	belief_find(&belief, &clock, 60, directory, &source, false);
	source.belief = &belief;
	update_run(&request);
	belief_free(&belief);
	assert_false(messages.trouble);
}

static int add_growth(void *context, const struct growth *growth)
{
	counters_add(context, &growth->counters);
	return 0;
}

/* What a report of the archive and a source adds up to. */
static struct counters report(const struct source *source)
{
	const struct history_window all = HISTORY_WINDOW_ALL;
	struct archive_listing listing = { 0 };
	struct counters sum = { 0 };
	struct archive archive;
	struct history history;

	assert_int_equal(archive_open(&archive, directory, &messages), 0);
	assert_int_equal(archive_list_all(&archive, NULL, &listing), 0);
	history_open(&history, MONITOR, source, &archive, &listing);
	assert_int_equal(history_read(&history, &all, NULL, add_growth, &sum), 0);
	history_close(&history);
	archive_listing_free(&listing);
	archive_close(&archive);
	return sum;
}

static void assert_counters(struct counters found, struct counters wanted)
{
	assert_int_equal(found.packets, wanted.packets);
	assert_int_equal(found.bytes, wanted.bytes);
}

/* Is of what it has nothing known? */
static bool is_to_begin(void)
{
	return !is_known && (last_kind != kind || counter.may_be_old);
}

/* What the counter has and the archive lacks, as far as that can be known. */
static struct counters lacking(void)
{
	const struct counters all = counter.counters;

	if (!is_known)
		return is_to_begin() ? (struct counters){ 0 } : all;
	return counters_may_follow(&all, &reached) ?
		       counters_difference(&all, &reached) : all;
}

static void check_reports(void)
{
	const struct source source = the_source();
	const struct source none = source_module("/nowhere");
	struct counters wanted = lacking();

	counters_add(&wanted, &expected);
	assert_counters(report(&source), wanted);
	if (is_known)
		assert_counters(report(&none), expected);
	assert_false(messages.trouble);
}

static void read_lines(FILE *file)
{
	char line[256];

	while (fgets(line, sizeof(line), file)) {
		long long time_;
		long long since;
		unsigned long long packets;
		unsigned long long bytes;
		const int count = sscanf(line, "%lld %llu %llu %lld", &time_, &packets,
					 &bytes, &since);

		if (count < 3)
			continue;
		lines++;
		/* The order of files is not that in which they were written. */
		if (*line && time_ * SECOND <= now + SECOND &&
		    time_ * SECOND > now - LATE * SECOND)
			record = (struct sample){
				.time = time_,
				.since = count == 4 ? since : SAMPLE_MINUTE,
				.counters = { packets, bytes },
			};
	}
}

static void read_archive(void)
{
	struct dirent *entry;
	DIR *stream = opendir(directory);
	char path[512];
	FILE *file;

	assert_non_null(stream);
	lines = 0;
	record = (struct sample){ .time = 0 };
	while ((entry = readdir(stream))) {
		if (strncmp(entry->d_name, MONITOR "-", strlen(MONITOR "-")) != 0)
			continue;
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		file = fopen(path, "r");
		assert_non_null(file);
		read_lines(file);
		fclose(file);
	}
	closedir(stream);
}

/* What was told was counted in the time that is told, to a second. */
static void check_times(void)
{
	const int64_t since = record.since == SAMPLE_MINUTE ? record.time - 60 :
							      record.since;

	assert_int_not_equal(record.time, 0);
	if (!is_stepped && begun)
		assert_true(since * SECOND < begun + SECOND);
}

static void take_update(bool is_now)
{
	const size_t before = lines;
	const struct counters grown = lacking();
	const bool begins = is_to_begin();
	const bool is_due = !is_known || now / (60 * SECOND) > told / 60 ||
			    told > now / SECOND + LATE;

	update(is_now);
	read_archive();
	assert_true(lines <= before + 1);
	if (lines == before) {
		/* No packet waits for longer than a minute, and none at the end. */
		if (is_due || is_now)
			assert_false(grown.packets || begins);
		return;
	}
	if (grown.packets)
		check_times();
	counters_add(&expected, &grown);
	reached = counter.counters;
	told = record.time;
	begun = now;
	is_stepped = false;
	is_known = true;
	last_kind = kind;
}

static void pass(int64_t seconds, int64_t nanoseconds)
{
	now += seconds * SECOND + nanoseconds;
}

static void set_clock(int64_t seconds)
{
	now += seconds * SECOND;
	started += seconds * SECOND;
	is_stepped = true;
}

static void count(void)
{
	const uint64_t packets = (uint64_t)(random() % 50);

	counter.counters.packets += packets;
	counter.counters.bytes += packets * (40 + (uint64_t)(random() % 1460));
}

/* Another counter of the name. */
static void renew(void)
{
	static uint64_t number;

	number++;
	counter.counter = source_plain_counter(hash_bytes(HASH_START, &number,
							  sizeof(number)));
	counter.counters = (struct counters){ 0 };
	is_known = false;
}

static void clear(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s/* %s/.[a-z]*", directory, directory);
	assert_int_equal(system(command), 0);
	now = INT64_C(1767300000) * SECOND + random() % SECOND;
	started = now - (100000 + random() % 1000000) * SECOND;
	counter = (struct source_plain){ .references = LIVE_UNKNOWN };
	expected = (struct counters){ 0 };
	kind = 0;
	last_kind = -1;
	is_stepped = false;
	told = 0;
	begun = 0;
	lines = 0;
	renew();
}

static void pass_by(void)
{
	switch (random() % 4) {
	case 0:
		pass(random() % 10, random() % SECOND);
		break;
	case 1:
		/* As cron comes. */
		pass(60 - now / SECOND % 60, random() % SECOND);
		break;
	case 2:
		pass(60 * (1 + random() % 300), 0);
		break;
	default:
		pass(random() % 200, random() % SECOND);
	}
}

static void step(void)
{
	switch (random() % 40) {
	case 0:
		counter.counters = (struct counters){ 0 };
		break;
	case 1:
		renew();
		break;
	case 2:
		renew();
		started = now;
		begun = now;
		break;
	case 3:
		if (!has_kinds)
			break;
		renew();
		kind = !kind;
		break;
	case 4:
		take_update(true);
		break;
	case 5:
		if (!has_kinds)
			set_clock(-(random() % 5000));
		break;
	case 6: case 7: case 8: case 9: case 10: case 11: case 12: case 13: case 14:
		take_update(false);
		break;
	case 15: case 16: case 17: case 18: case 19: case 20: case 21:
		pass_by();
		break;
	case 22: case 23: case 24: case 25:
		check_reports();
		break;
	default:
		count();
	}
}

static void nothing_is_lost_but_what_nobody_can_know_and_nothing_is_twice(void **state)
{
	const char *is_long = getenv("LONG");
	const char *seed = getenv("SEED");
	const int rounds = is_long && *is_long ? 400 : 25;

	(void)state;
	for (int round = 0; round < rounds; round++) {
		const unsigned int own = (unsigned int)round + 1 +
					 (seed ? (unsigned int)atoi(seed) : 0);

		print_message("# seed %u\n", own);
		srandom(own);
		clear();
		has_kinds = own % 2;
		counter.may_be_old = own % 5 == 4;
		for (int at = 0; at < 400; at++)
			step();
		take_update(true);
		check_reports();
	}
}

/* So a series and the next one can't be taken for one with a damaged name. */
static void series_of_a_counter_have_nothing_in_common(void **state)
{
	(void)state;
	for (uint64_t number = 1; number < 1000; number++) {
		const uint64_t own = source_plain_counter(number);

		assert_int_not_equal(own, source_plain_counter(number + 1));
	}
}

static int make_directory(void **state)
{
	(void)state;
	test_zone("UTC");
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", directory);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			nothing_is_lost_but_what_nobody_can_know_and_nothing_is_twice),
		cmocka_unit_test(series_of_a_counter_have_nothing_in_common),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
