// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Power cuts: while commands run, what they write is recorded; then the archive is made
 * as a disk may hold it that lost its power at one of these writes, and held against
 * what had been waited for.
 */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "model.h"
#include "reader.h"

/* The kernel writes what nobody waits for after so long. */
#define DELAY (35 * SECOND)

/* Of a command, so many places of its writes, and states of each. */
#define PLACES 8
#define STATES 2

static unsigned long states;
static int64_t last;
static bool was_cut;		/* there has been a power cut, in this interleaving */
static bool is_suffered;	/* the last command was */
static bool is_plain;		/* all that is pending is of updates with one --sync */
static const char *sync_of_all;
static char home[512];

static void path_of(char path[700], const char *name)
{
	snprintf(path, 700, "%s/%s", home, name);
}

/* What came before the first "@" of a series that is there is not told by anything. */
static void sum(const char *folder, const char *monitor, uint64_t total[2])
{
	struct reached list[READER_SERIES_MAX];
	const size_t count = reader_read(folder, monitor, list);

	total[0] = 0;
	total[1] = 0;
	for (size_t at = 0; at < count; at++) {
		if (list[at].packets < list[at].first_packets)
			continue;
		total[0] += list[at].packets - list[at].first_packets;
		total[1] += list[at].bytes - list[at].first_bytes;
	}
}

/* A machine that started anew: each monitor has counted a little. */
static void show_next(uint64_t grown[][2])
{
	const int64_t now = kernel_clock() / SECOND;
	char path[1200];

	for (size_t at = 0; at < model.monitor_count; at++) {
		const uint64_t packets = 1 + draw(1000);
		FILE *file;

		grown[at][0] = packets;
		grown[at][1] = packets * 100;
		snprintf(path, sizeof(path), "%s/proc/%s", run_folder(),
			 model.monitors[at].name);
		file = fopen(path, "w");
		if (!file)
			abort();
		fprintf(file, "version 1\nmonitor %s\nseries %016" PRIx64 "\n"
			"references 1\ncreated %" PRId64 ".0\ndropped 0\n"
			"time %" PRId64 ".5\npackets %" PRIu64 "\nbytes %" PRIu64
			"\nlimit none\nsample %" PRId64 " %" PRIu64 " %" PRIu64 "\n",
			model.monitors[at].name, draw(0), now - 200, now, packets,
			packets * 100, now - now % 60, packets, packets * 100);
		fclose(file);
	}
}

static void equal(const char *when, const struct monitor *monitor, const char *proc,
		  const uint64_t wanted[2])
{
	uint64_t found[2];

	report_total(proc, monitor->name, found);
	if (found[0] != wanted[0] || found[1] != wanted[1])
		fail("%s, %s: %" PRIu64 " packets, %" PRIu64 " bytes told, %" PRIu64 " and %" PRIu64 " are right",
		     monitor->name, when, found[0], found[1], wanted[0], wanted[1]);
}

static void command(const char *word, const char *option, const char *value)
{
	char *words[] = { (char *)word, (char *)option, (char *)value, NULL };
	struct outcome outcome;

	setenv("TZ", model.zone, 1);
	run(&outcome, NULL, words);
	note("    %s %s answers %d %s", word, option ? option : "", outcome.status,
	     outcome.messages);
	free(outcome.text);
	free(outcome.messages);
}

/* What was told of a monitor must be between what is sure and what is true. */
static void check_told(const struct monitor *monitor, const char *least,
		       uint64_t told[2])
{
	uint64_t low[2], high[2], unused[2];

	sum(least, monitor->name, low);
	report_truth(monitor, true, unused, high);
	report_total("none", monitor->name, told);
	for (int at = 0; at < 2; at++) {
		if (told[at] < low[at] || told[at] > high[at])
			fail("%s after the power cut: %" PRIu64 " %s told, %" PRIu64 " were on the disk, %" PRIu64 " are true",
			     monitor->name, told[at], at ? "bytes" : "packets",
			     low[at], high[at]);
	}
}

static void copy_import(void)
{
	char path[1200];
	size_t length;
	char *text;
	FILE *file;

	path_of(path, "import.csv");
	text = reader_text(path, &length);
	if (!text)
		return;
	snprintf(path, sizeof(path), "%s/import.csv", run_folder());
	file = fopen(path, "w");
	if (!file || fwrite(text, 1, length, file) != length)
		abort();
	fclose(file);
	free(text);
}

/* What was cut off is there in whole when it is done again: of a first import. */
static void import_again(void)
{
	const struct monitor *monitor = model.importing;
	const struct series *series = &monitor->series[0];
	const uint64_t right[2] = { series->packets, series->bytes };
	const char *zone = model.zone;

	if (monitor->count > 1 ||
	    series->states[series->count - 1].time > kernel_clock() / SECOND)
		return;
	copy_import();
	model.zone = series->zone;
	command("import", "csv", "import.csv");
	model.zone = zone;
	equal("imported again", monitor, "none", right);
}

/* The machine comes up again with what the disk has. */
static void live_on(bool is_import)
{
	static const char *const syncs[] = { "never", "daily", "always" };
	uint64_t told[MONITORS_MAX + 1][2];
	uint64_t grown[MONITORS_MAX][2];
	char path[700];

	path_of(path, "least");
	for (size_t at = 0; at < model.monitor_count; at++)
		check_told(&model.monitors[at], path, told[at]);
	if (report_is_known(&model.monitors[MONITORS_MAX]))
		check_told(&model.monitors[MONITORS_MAX], path, told[MONITORS_MAX]);
	if (!model.has_failed && is_plain && !was_cut && strcmp(sync_of_all, "never"))
		report_check_high();
	show_next(grown);
	for (size_t at = 0; at < model.monitor_count; at++) {
		told[at][0] += grown[at][0];
		told[at][1] += grown[at][1];
		if (!model.has_failed)
			equal("with the kernel's", &model.monitors[at], "proc", told[at]);
	}
	if (!model.has_failed)
		command("update", "--sync", syncs[draw(3)]);
	for (size_t at = 0; !model.has_failed && at < model.monitor_count; at++)
		equal("after an update", &model.monitors[at],
		      chance(50) ? "proc" : "none", told[at]);
	if (!model.has_failed && chance(40)) {
		command("verify", "--repair", NULL);
		for (size_t at = 0; !model.has_failed && at < model.monitor_count; at++)
			equal("after a repair", &model.monitors[at], "none", told[at]);
	}
	if (!model.has_failed && chance(30)) {
		command("compact", NULL, NULL);
		for (size_t at = 0; !model.has_failed && at < model.monitor_count; at++)
			equal("after a compact", &model.monitors[at], "none", told[at]);
	}
	if (is_import && !model.has_failed)
		import_again();
}

static void test_state(size_t place, bool is_import)
{
	const struct kernel kept = model.kernel;
	const size_t length = model.log_length;
	const bool was_spoiled = model.is_spoiled;
	char path[700];

	states++;
	note("  the power goes after write %zu of %zu", place, disk_pending());
	path_of(path, "least");
	disk_build(path, place, true);
	path_of(path, "cut/archive");
	disk_build(path, place, false);
	path_of(path, "cut");
	run_use(path);
	model.kernel.offset += 3 * MINUTE;
	model.is_spoiled = true;
	run_age();
	live_on(is_import);
	model.is_spoiled = was_spoiled;
	model.kernel = kept;
	run_use(home);
	/* Of states that were right nothing needs be told. */
	if (!model.has_failed)
		model.log_length = length;
}

/* Not all that was archived is there any more: what is not waited for may be gone. */
static void forget(const char *least, struct monitor *monitor)
{
	struct reached list[READER_SERIES_MAX];
	const size_t count = reader_read(least, monitor->name, list);

	for (size_t at = 0; at < monitor->count; at++) {
		struct series *series = &monitor->series[at];
		uint64_t packets = 0;

		for (size_t one = 0; one < count; one++) {
			if (list[one].id == series->id)
				packets = list[one].packets;
		}
		for (size_t one = 0; one < series->count; one++) {
			series->states[one].is_maybe |= series->states[one].is_certain;
			series->states[one].is_certain &=
				series->states[one].packets <= packets;
		}
		/* Of what the next file tells, the minutes are guessed. */
		series->is_partial = true;
	}
}

/* One of the power cuts is what happens, and the machine starts anew. */
static void suffer(void)
{
	const size_t place = (size_t)draw(disk_pending() + 1);
	char path[700];

	note("the power goes after write %zu of %zu", place, disk_pending());
	path_of(path, "least");
	disk_build(path, place, true);
	for (size_t at = 0; at <= MONITORS_MAX; at++) {
		if (model.monitors[at].name[0])
			forget(path, &model.monitors[at]);
	}
	path_of(path, "archive");
	disk_build(path, place, false);
	model.is_spoiled = true;
	was_cut = true;
	for (size_t at = 0; at < model.monitor_count; at++) {
		kernel_end(&model.monitors[at]);
		kernel_create(&model.monitors[at]);
	}
	kernel_boot(kernel_clock() + 2 * MINUTE);
	run_age();
	disk_begin();
	last = 0;
}

/* With --sync always nothing may be lost, with daily the end of one file. */
static void check_promise(void)
{
	char path[700], other[1200];
	DIR *directory;
	const struct dirent *entry;
	unsigned int lost[MONITORS_MAX] = { 0 };

	path_of(path, "least");
	disk_build(path, disk_pending(), true);
	path_of(path, "archive");
	directory = opendir(path);
	while (directory && (entry = readdir(directory))) {
		size_t length, other_length;
		char *text, *there;

		snprintf(other, sizeof(other), "%s/archive/%s", home, entry->d_name);
		text = reader_text(other, &length);
		snprintf(other, sizeof(other), "%s/least/%s", home, entry->d_name);
		there = reader_text(other, &other_length);
		for (size_t at = 0; text && at < model.monitor_count; at++) {
			bool is_month;

			if (reader_is_of(entry->d_name, model.monitors[at].name, &is_month) &&
			    (!there || length != other_length ||
			     memcmp(text, there, length)))
				lost[at]++;
		}
		free(text);
		free(there);
	}
	if (directory)
		closedir(directory);
	for (size_t at = 0; at < model.monitor_count; at++) {
		if (lost[at] > (strcmp(sync_of_all, "daily") ? 0U : 1U))
			fail("--sync %s: a power cut after it may change %u files of %s",
			     sync_of_all, lost[at], model.monitors[at].name);
	}
}

static const char *sync_in(const char *words)
{
	if (strncmp(words, " update", 7))
		return NULL;
	return strstr(words, "never") ? "never" :
	       strstr(words, "always") ? "always" : "daily";
}

static void after(const char *words, bool is_import)
{
	const char *sync = sync_in(words);
	size_t before;
	size_t written;

	if (model.kernel.boot < last || model.kernel.boot - last > DELAY)
		disk_settle();
	last = model.kernel.boot;
	before = disk_pending();
	if (!before) {
		is_plain = sync != NULL;
		sync_of_all = sync;
	}
	is_plain &= sync && sync_of_all && strcmp(sync, sync_of_all) == 0;
	disk_take();
	written = disk_pending() - before;
	if (is_plain && written && strcmp(sync, "never") && !model.is_spoiled)
		check_promise();
	for (size_t at = 0; written && at < PLACES && !model.has_failed; at++) {
		const size_t place = at ? before + 1 + (size_t)draw(written) :
					  disk_pending();

		if (at >= written)
			break;
		for (size_t one = 0; one < STATES && !model.has_failed; one++)
			test_state(place, is_import);
	}
	is_suffered = !model.has_failed && written && chance(5);
}

void crash_run(unsigned int length, unsigned long *all)
{
	const unsigned int steps = length ? length : 6 + (unsigned int)draw(20);
	char path[700];

	states = 0;
	was_cut = false;
	is_suffered = false;
	last = 0;
	snprintf(home, sizeof(home), "%s", run_folder());
	path_of(path, "cut");
	mkdir(path, 0755);
	path_of(path, "cut/proc");
	mkdir(path, 0755);
	run_clear(path);
	path_of(path, "cut/none");
	mkdir(path, 0755);
	steps_after_command = after;
	steps_begin();
	disk_begin();
	model.is_quiet_of_faults = chance(70);
	for (unsigned int at = 0; at < steps && !model.has_failed; at++) {
		step_draw();
		if (is_suffered && !model.has_failed)
			suffer();
		is_suffered = false;
	}
	if (!model.has_failed)
		report_check_all();
	disk_end();
	steps_after_command = NULL;
	*all += states;
}
