// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <errno.h>
#include <sys/stat.h>

#include "source/source.h"

#define HEAD "version 1\nseries 9f2c1e0b7a664d31\n" \
	     "time 1225147561.204981\npackets 9\nbytes 900\n"

static char directory[] = "/tmp/trafmetux-test-XXXXXX";
static struct source_reading reading;
static struct source source;

static int make_directory(void **state)
{
	(void)state;
	source = source_module(mkdtemp(directory));
	return !source.path;
}

static int remove_directory(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/m", directory);
	unlink(path);
	return rmdir(directory);
}

/* Opens a monitor with this text; the samples' number, or what went wrong. */
static int read_text(const char *text, size_t length)
{
	struct samples samples = { 0 };
	char path[64];
	FILE *file;
	int error;

	snprintf(path, sizeof(path), "%s/m", directory);
	file = fopen(path, "w");
	assert_non_null(file);
	fwrite(text, 1, length, file);
	fclose(file);
	error = source.operations->open(&source, "m", &reading);
	if (error)
		return error;
	error = source_collect(&reading, NULL, &samples, NULL);
	source.operations->close(&reading);
	if (!error)
		error = (int)samples.count;
	samples_free(&samples);
	return error;
}

static int read_string(const char *text)
{
	return read_text(text, strlen(text));
}

static void monitors_are_read(void **state)
{
	(void)state;
	assert_int_equal(read_string(HEAD), 0);
	assert_true(reading.live.series == UINT64_C(0x9f2c1e0b7a664d31));
	assert_int_equal(reading.live.time, 1225147561);
	assert_int_equal(reading.live.time_rounded_up, 1225147562);
	assert_int_equal(reading.live.counters.bytes, 900);
	assert_int_equal(reading.live.references, LIVE_UNKNOWN);
	assert_int_equal(reading.live.created, LIVE_UNKNOWN);
	assert_int_equal(reading.live.dropped, LIVE_UNKNOWN);
	assert_int_equal(read_string(HEAD "references 3\ncreated 12.5\ndropped 7\n"
				     "later words\nodd\n"
				     "sample 120 8 800\nsample 60 7 100 30\n"), 2);
	assert_int_equal(reading.live.references, 3);
	assert_int_equal(reading.live.created, 12);
	assert_int_equal(reading.live.dropped, 7);
}

static void whole_seconds_stay(void **state)
{
	(void)state;
	assert_int_equal(read_string("version 1\nseries 0000000000000001\ntime 60.000000\npackets 0\nbytes 0\n"), 0);
	assert_int_equal(reading.live.time_rounded_up, 60);
}

static void reading_stops_at_what_is_known(void **state)
{
	const struct counters known = { 7, 100 };
	struct samples samples = { 0 };
	bool reached;

	(void)state;
	/* What comes after the known sample is not even looked at. */
	read_string(HEAD "sample 180 9 900\nsample 120 8 800\nsample 60 7 100\ngarbage\nsample x\n");
	assert_int_equal(source.operations->open(&source, "m", &reading), 0);
	assert_int_equal(source_collect(&reading, &known, &samples, &reached), 0);
	assert_true(reached);
	assert_int_equal(samples.count, 2);
	assert_int_equal(samples.list[0].time, 120);
	assert_int_equal(samples.list[1].time, 180);
	source.operations->close(&reading);
	samples_free(&samples);
}

static void newer_modules_are_named(void **state)
{
	(void)state;
	assert_int_equal(read_string("version 2\nwhatever\n"), -EBADMSG);
	assert_string_equal(reading.fault, "written by a newer kernel module; upgrade trafmetux");
}

static void malformed_files_are_refused(void **state)
{
	static const char *const texts[] = {
		"", "version", "version x\n", "version 0\n", "version 1\n",
		"series 9f2c1e0b7a664d31\nversion 1\n",
		HEAD "packets 9\n",
		"version 1\nseries 9f2c1e0b7a664d3\ntime 1.0\npackets 9\nbytes 900\n",
		"version 1\nseries 9F2C1E0B7A664D31\ntime 1.0\npackets 9\nbytes 900\n",
		"version 1\nseries 9f2c1e0b7a664d311\ntime 1.0\npackets 9\nbytes 900\n",
		"version 1\nseries 9f2c1e0b7a664d31\ntime 1.\npackets 9\nbytes 900\n",
		"version 1\nseries 9f2c1e0b7a664d31\ntime 0\npackets 9\nbytes 900\n",
		"version 1\nseries 9f2c1e0b7a664d31\ntime 253402300800\npackets 9\nbytes 900\n",
		"version 1\nseries 9f2c1e0b7a664d31\ntime 1\npackets -9\nbytes 900\n",
		"version 1\nseries 9f2c1e0b7a664d31\ntime 1\npackets 9\nbytes 18446744073709551616\n",
		"version 1\nseries 9f2c1e0b7a664d31\ntime 1\npackets 9\nbytes 900 \n",
		"version 1\nseries 9f2c1e0b7a664d31\ntime 1\npackets 9\nbytes 900",
		HEAD "sample 60 7\n", HEAD "sample 0 7 7\n", HEAD "sample 60 7 100 61\n",
		HEAD "sample 60 7 100 30 1\n", HEAD "sample 60 7 100\nsample 60 8 100\n",
		HEAD "sample 60 7 100\nsample 60 6 101\n",
		HEAD "sample 60 7 100\nsample 60 7 100\n",
		HEAD "sample 120 8 800\nsample 60 7 1",
	};
	char *huge = malloc(100000);

	(void)state;
	for (size_t at = 0; at < sizeof(texts) / sizeof(*texts); at++) {
		if (read_string(texts[at]) != -EBADMSG)
			fail_msg("taken: %s", texts[at]);
	}
	assert_int_equal(read_text("version 1\nseries 9f2c\0" "0b7a664d31\n", 33), -EBADMSG);
	memset(huge, '1', 100000);
	memcpy(huge, "version ", 8);
	assert_int_equal(read_text(huge, 100000), -EBADMSG);
	free(huge);
}

static void pipes_are_not_opened_for_long(void **state)
{
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/m", directory);
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(source.operations->open(&source, "m", &reading), -ELOOP);
	unlink(path);
	assert_int_equal(source.operations->open(&source, "m", &reading), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(monitors_are_read),
		cmocka_unit_test(whole_seconds_stay),
		cmocka_unit_test(reading_stops_at_what_is_known),
		cmocka_unit_test(newer_modules_are_named),
		cmocka_unit_test(malformed_files_are_refused),
		cmocka_unit_test(pipes_are_not_opened_for_long),
	};

	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
