// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>

#include "report/follow.h"

/* A clock whose time passes only while it is waited for. */
static struct {
	int64_t present;
	uint64_t monotonic;
	int waits;		/* so many, then the view ends */
	void (*happens)(int wait);
} world;

/* A source of one monitor, "m"; series 0 means that it is gone. */
static struct live monitor;
static int open_error;

static int source_list(const struct source *source, struct monitor_names *names)
{
	(void)source;
	return monitor_names_add(names, "m");
}

static int source_open(const struct source *source, const char *name,
		       struct source_reading *reading)
{
	*reading = (struct source_reading){ .source = source, .monitor = name,
					    .live = monitor };
	return open_error ? open_error : monitor.series ? 0 : -ENOENT;
}

static int source_next(struct source_reading *reading, struct sample *sample)
{
	(void)reading;
	(void)sample;
	return 0;
}

static void source_close(struct source_reading *reading)
{
	(void)reading;
}

static const struct source_operations operations = {
	.list = source_list, .open = source_open, .next = source_next,
	.close = source_close,
};
static const struct source source = { .operations = &operations,
				     .path = "nowhere" };

static int64_t present(void *context)
{
	(void)context;
	return world.present;
}

static uint64_t monotonic(void *context)
{
	(void)context;
	return world.monotonic;
}

static bool wait_until(void *context, uint64_t until)
{
	(void)context;
	if (world.waits-- == 0)
		return false;
	world.present += (int64_t)((until - world.monotonic) / 1000000);
	world.monotonic = until;
	if (world.happens)
		world.happens(world.waits);
	return true;
}

static void count(uint64_t packets, uint64_t bytes)
{
	monitor.counters.packets += packets;
	monitor.counters.bytes += bytes;
}

/* What is printed, from noon of 2021-03-01 on. */
static char *follow_as(const struct render_operations *render, const char *word,
		       enum period_kind kind, const struct query *wanted)
{
	static char *operands[] = { "m" };
	static char text[4096];
	const struct follow_clock clock = { present, monotonic, wait_until,
					    NULL };
	char directory[] = "/tmp/trafmetux-follow-XXXXXX";
	struct messages messages = { 0 };
	struct calendar calendar = { 0 };
	struct query query = *wanted;
	FILE *output = tmpfile();
	const struct context context = {
		.source = &source, .archive_path = directory, .calendar = &calendar,
		.present = world.present, .messages = &messages, .output = output,
	};
	size_t length;

	assert_non_null(output);
	assert_non_null(mkdtemp(directory));
	query.name = word + strlen("show-");
	query.period = kind;
	query.range = (struct time_range)TIME_RANGE_ALL;
	query.render = render;
	query.words = operands;
	query.word_count = 1;
	follow_run(&context, &query, &clock);
	rewind(output);
	length = fread(text, 1, sizeof(text) - 1, output);
	text[length] = '\0';
	fclose(output);
	assert_int_equal(rmdir(directory), 0);
	assert_int_equal(messages.trouble, open_error != 0);
	return text;
}

static char *follow(const char *word, enum period_kind kind,
		    const struct query *wanted)
{
	return follow_as(&render_text, word, kind, wanted);
}

static int start(void **state)
{
	(void)state;
	test_zone("UTC");
	world.present = 1614600000;
	world.monotonic = 5000000;
	world.waits = 3;
	world.happens = NULL;
	open_error = 0;
	monitor = (struct live){ .series = 1, .time = 1614600000,
				 .time_rounded_up = 1614600000,
				 .counters = { 10, 10240 } };
	return 0;
}

static void one_kibibyte(int wait)
{
	count(1, wait == 1 ? 0 : 1024);
}

static void rates_are_those_of_the_interval(void **state)
{
	(void)state;
	world.happens = one_kibibyte;
	assert_string_equal(follow("show-total", PERIOD_TOTAL,
				   &(struct query){ .interval = 2000 }),
		"12:00:02 total: [m= 11.00 KB, 4.10 kbit/s]\n"
		"12:00:04 total: [m= 11.00 KB, 0 bit/s]\n"
		"12:00:06 total: [m= 12.00 KB, 4.10 kbit/s]\n");
}

static void times_limits_the_rows(void **state)
{
	(void)state;
	assert_string_equal(follow("show-daily", PERIOD_DAY,
		&(struct query){ .times = 1, .packets = true }),
		"12:00:01 2021-03-01: [m= 10.00 KB, 10 packets, 0 bit/s]\n");
	assert_int_equal(world.waits, 2);
}

static void a_new_period_begins_at_zero(void **state)
{
	(void)state;
	/* Two rows before the hour, the second up to it, and one after. */
	world.present = 1614603598;
	monitor.time_rounded_up = 1614603598;
	world.happens = one_kibibyte;
	assert_string_equal(follow("show-hourly", PERIOD_HOUR,
				   &(struct query){ .times = 3 }),
		"12:59:59 2021-03-01 12:00-13:00: [m= 11.00 KB, 8.19 kbit/s]\n"
		"13:00:00 2021-03-01 12:00-13:00: [m= 11.00 KB, 0 bit/s]\n"
		"13:00:01 2021-03-01 13:00-14:00: [m= 1.00 KB, 8.19 kbit/s]\n");
}

static void goes_and_comes_back(int wait)
{
	monitor.series = wait == 2 ? 0 : 2;
	monitor.counters = (struct counters){ 1, 2048 };
}

static void a_monitor_may_go_and_come_back(void **state)
{
	(void)state;
	world.happens = goes_and_comes_back;
	assert_string_equal(follow("show-total", PERIOD_TOTAL,
				   &(struct query){ 0 }),
		"12:00:01 total: [m= 10.00 KB, 0 bit/s]\n"
		"12:00:02 total: [m= 12.00 KB, 16.38 kbit/s]\n"
		"12:00:03 total: [m= 12.00 KB, 0 bit/s]\n");
}

static void shrinks(int wait)
{
	monitor.counters.bytes = wait == 2 ? 100 : 1124;
}

/* No kernel does this; a copy that was put back might. */
static void a_series_that_shrinks_adds_nothing(void **state)
{
	(void)state;
	world.happens = shrinks;
	assert_string_equal(follow("show-total", PERIOD_TOTAL,
				   &(struct query){ .times = 2 }),
		"12:00:01 total: [m= 10.00 KB, 0 bit/s]\n"
		"12:00:02 total: [m= 11.00 KB, 8.19 kbit/s]\n");
}

static void fails(int wait)
{
	(void)wait;
	open_error = -EIO;
}

static void what_fails_is_told_and_the_rest_goes_on(void **state)
{
	(void)state;
	world.happens = fails;
	assert_string_equal(follow("show-total", PERIOD_TOTAL,
				   &(struct query){ .times = 2 }),
		"12:00:01 total: [m= 10.00 KB, 0 bit/s]\n"
		"12:00:02 total: [m= 10.00 KB, 0 bit/s]\n");
}

static void programs_get_lines_too(void **state)
{
	(void)state;
	world.happens = one_kibibyte;
	assert_string_equal(follow_as(&render_csv, "show-daily", PERIOD_DAY,
		&(struct query){ .times = 1 }),
		"time,period,start,end,monitor,packets,bytes,bits_per_second\n"
		"1614600001,2021-03-01,1614556800,1614643200,m,11,11264,8192\n");
	world.waits = 3;
	assert_string_equal(follow_as(&render_json, "show-total", PERIOD_TOTAL,
		&(struct query){ .times = 1 }),
		"{\"version\":1,\"report\":\"total\",\"timezone\":\"UTC\",\"time\":1614600002,\"period\":\"total\",\"start\":null,\"end\":null,\"monitors\":[{\"name\":\"m\",\"packets\":12,\"bytes\":12288,\"bits_per_second\":8192}]}\n");
}

static void sleeps(int wait)
{
	if (wait == 2) {
		world.monotonic += 10000000;
		world.present += 10;
		count(1, 11264);
	}
}

static void a_long_sleep_is_one_interval(void **state)
{
	(void)state;
	world.happens = sleeps;
	assert_string_equal(follow("show-total", PERIOD_TOTAL,
				   &(struct query){ .times = 2 }),
		"12:00:11 total: [m= 21.00 KB, 8.19 kbit/s]\n"
		"12:00:12 total: [m= 21.00 KB, 0 bit/s]\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(rates_are_those_of_the_interval, start),
		cmocka_unit_test_setup(times_limits_the_rows, start),
		cmocka_unit_test_setup(a_new_period_begins_at_zero, start),
		cmocka_unit_test_setup(a_monitor_may_go_and_come_back, start),
		cmocka_unit_test_setup(a_series_that_shrinks_adds_nothing,
				       start),
		cmocka_unit_test_setup(what_fails_is_told_and_the_rest_goes_on,
				       start),
		cmocka_unit_test_setup(programs_get_lines_too, start),
		cmocka_unit_test_setup(a_long_sleep_is_one_interval, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
