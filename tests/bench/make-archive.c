// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes what years of households' traffic would have left: an archive as
 * docs/archive-format.md has it, and the kernel's files of the same monitors.
 *
 *	make-archive [--years N | --days N] [--monitors N] [--seed N]
 *	             [--every MINUTES] [--behind MINUTES] [--later MINUTES]
 *	             [--present TIME]
 *	             [--proc DIR] [--hours FILE] [ARCHIVE]
 *
 * The same arguments make the same bytes. Of each household there are four
 * monitors: input, output, inout (the sum of both) and ssh. Nights are quiet,
 * weekends are long, idle minutes have no record, and every three months or so
 * the machine is restarted. Dates are those of TZ, whose offsets from UTC must
 * be whole hours.
 *
 * The archive ends --behind minutes (default 0) before the kernel's history.
 * --later 5 with --proc and without ARCHIVE makes the kernel's files as they
 * are five minutes later. --every 60 has traffic in one minute of an hour only.
 * --present says when the last minute ends, for programs that ask the clock.
 *
 * stdout: "MONITOR packets bytes" of all there was; --hours: lines of
 * "START,MONITOR,packets,bytes" of all hours with traffic.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "household.h"

/* The last minute ends here, unless options say otherwise: 2026-06-30 18:42 UTC. */
#define PRESENT INT64_C(1782844920)
#define PRESENT_MAX INT64_C(4102444800)	/* 2100 */
#define HISTORY 1440
#define LINE_SIZE 96
/* A writer repeats the series where the last so many bytes hold none. */
#define SERIES_REACH 4096
/* Minutes that a restart takes. */
#define DOWN_MINUTES 3

static const char *const kind_names[KINDS] = { "input", "output", "inout", "ssh" };

static struct {
	int64_t begin;		/* the first minute's start */
	int64_t end;		/* the last minute's end */
	int64_t archived;	/* records up to this time are in the archive */
	uint64_t seed;
	int64_t every;
	const char *proc;
	const char *zone;
	int archive;		/* descriptor of the directory, or -1 */
	FILE *hours_file;
	struct hour *hours;	/* from @begin on */
	struct counters *growth;	/* of one monitor, by hour */
} made = { .every = 1, .archive = -1 };

/* A monitor while its minutes go by. */
struct monitor {
	char name[32];
	unsigned int household;
	enum kind kind;
	uint64_t series;
	int64_t created;
	struct counters state;
	struct counters total;
	/* the archive's open day */
	int date;
	char *text;
	size_t length;
	size_t series_at;	/* where its last "@" line is */
	uint64_t series_told;
	/* the kernel's history, a ring */
	char (*samples)[LINE_SIZE];
	uint64_t sample_count;
};

static void fail(const char *what)
{
	fprintf(stderr, "make-archive: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (!memory)
		fail("memory");
	return memory;
}

/* The hour of the minute that ends at @time. */
static const struct hour *hour_of(int64_t time)
{
	return &made.hours[(time - 1 - made.begin) / HOUR];
}

/* printf() would take most of the time. Returns the end of the text. */
static char *put_number(char *text, uint64_t number)
{
	char digits[20];
	int count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count)
		*text++ = digits[--count];
	return text;
}

static char *put_counters(char *text, const struct counters *counters)
{
	text = put_number(text, counters->packets);
	*text++ = ' ';
	return put_number(text, counters->bytes);
}

static void write_day(struct monitor *monitor)
{
	char name[64];
	int file;

	if (!monitor->length)
		return;
	snprintf(name, sizeof(name), "%s-%04d-%02d-%02d", monitor->name,
		 monitor->date / 10000, monitor->date / 100 % 100,
		 monitor->date % 100);
	file = openat(made.archive, name, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (file < 0 || write(file, monitor->text, monitor->length) !=
			(ssize_t)monitor->length || close(file))
		fail(name);
	monitor->length = 0;
}

/* Appends a record to its day's file. */
static void append(struct monitor *monitor, int64_t time, const char *record,
		    size_t length, const struct counters *before)
{
	const int date = hour_of(time)->date;
	char *text;

	if (date != monitor->date)
		write_day(monitor);
	monitor->date = date;
	text = monitor->text + monitor->length;
	if (!monitor->length)
		text += sprintf(text, "# trafmetux archive version 1 monitor %s zone %s\n",
				monitor->name, made.zone);
	if (!monitor->length || monitor->series_told != monitor->series ||
	    monitor->length - monitor->series_at > SERIES_REACH) {
		monitor->series_at = (size_t)(text - monitor->text);
		monitor->series_told = monitor->series;
		text += sprintf(text, "@ %016" PRIx64 " ", monitor->series);
		text = put_counters(text, before);
		*text++ = '\n';
	}
	memcpy(text, record, length);
	monitor->length = (size_t)(text - monitor->text) + length;
}

/* Counts @growth; @since is -1 for the minute that ends at @time. */
static void count(struct monitor *monitor, int64_t time, int64_t since,
		  const struct counters *growth)
{
	struct counters *hour = &made.growth[(time - 1 - made.begin) / HOUR];
	const struct counters before = monitor->state;
	char *sample = monitor->samples[monitor->sample_count++ % HISTORY];
	char *end;

	monitor->state.packets += growth->packets;
	monitor->state.bytes += growth->bytes;
	monitor->total.packets += growth->packets;
	monitor->total.bytes += growth->bytes;
	hour->packets += growth->packets;
	hour->bytes += growth->bytes;
	end = put_number(sample, (uint64_t)time);
	*end++ = ' ';
	end = put_counters(end, &monitor->state);
	if (since >= 0) {
		*end++ = ' ';
		end = put_number(end, (uint64_t)since);
	}
	*end++ = '\n';
	*end = '\0';
	if (made.archive >= 0 && time <= made.archived)
		append(monitor, time, sample, (size_t)(end - sample), &before);
}

static void start_series(struct monitor *monitor, int64_t created)
{
	monitor->series = household_series(made.seed, monitor->household,
					   monitor->kind, created);
	monitor->created = created;
	monitor->state = (struct counters){ 0 };
	monitor->sample_count = 0;
}

static void write_hours(const struct monitor *monitor)
{
	for (int64_t at = 0; at <= (made.end - 1 - made.begin) / HOUR; at++) {
		const struct counters *growth = &made.growth[at];

		if (growth->packets)
			fprintf(made.hours_file,
				"%" PRId64 ",%s,%" PRIu64 ",%" PRIu64 "\n",
				made.begin + at * HOUR, monitor->name,
				growth->packets, growth->bytes);
	}
}

/* As the kernel module shows the monitor. */
static void write_proc(const struct monitor *monitor)
{
	uint64_t kept = monitor->sample_count < HISTORY ?
			monitor->sample_count : HISTORY;
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", made.proc, monitor->name);
	file = fopen(path, "w");
	if (!file)
		fail(path);
	fprintf(file, "version 1\nmonitor %s\nseries %016" PRIx64 "\nreferences 1\n",
		monitor->name, monitor->series);
	fprintf(file, "created %" PRId64 ".000000\ndropped %" PRIu64 "\n",
		monitor->created, monitor->sample_count - kept);
	fprintf(file, "time %" PRId64 ".250000\npackets %" PRIu64 "\nbytes %" PRIu64 "\n",
		made.end, monitor->state.packets, monitor->state.bytes);
	for (uint64_t back = 1; back <= kept; back++)
		fprintf(file, "sample %s",
			monitor->samples[(monitor->sample_count - back) % HISTORY]);
	if (fclose(file))
		fail(path);
}

static void make_monitor(struct monitor *monitor, unsigned int number)
{
	int64_t up = made.begin;
	int64_t restart = 0;

	monitor->household = number / KINDS;
	monitor->kind = number % KINDS;
	monitor->total = (struct counters){ 0 };
	monitor->date = 0;
	snprintf(monitor->name, sizeof(monitor->name), number < KINDS ?
		 "%s" : "%s-%u", kind_names[monitor->kind],
		 monitor->household + 1);
	memset(made.growth, 0, sizeof(*made.growth) *
	       (size_t)((made.end - made.begin) / HOUR + 1));
	start_series(monitor, made.begin);
	for (int64_t time = made.begin + 60; time <= made.end; time += 60) {
		struct counters growth;
		bool down;

		if (time % DAY == 0 || time == made.begin + 60)
			restart = household_restart(made.seed, time);
		down = time == restart;
		if (time <= up || (time / 60 % made.every && !down))
			continue;
		growth = household_traffic(made.seed, monitor->household,
					   monitor->kind, hour_of(time), time);
		/* "update --now" at shutdown: half a minute's reading. */
		if (growth.packets)
			count(monitor, down ? time - 30 : time,
			      down ? time - 60 : -1, &growth);
		if (down) {
			up = time + DOWN_MINUTES * 60;
			start_series(monitor, up);
		}
	}
	if (made.archive >= 0)
		write_day(monitor);
	if (made.hours_file)
		write_hours(monitor);
	if (made.proc)
		write_proc(monitor);
	printf("%s %" PRIu64 " %" PRIu64 "\n", monitor->name,
	       monitor->total.packets, monitor->total.bytes);
}

static void make_hours(void)
{
	const int64_t hours = (made.end - made.begin) / HOUR + 1;

	made.hours = allocate((size_t)hours, sizeof(*made.hours));
	made.growth = allocate((size_t)hours, sizeof(*made.growth));
	for (int64_t at = 0; at < hours; at++) {
		if (household_hour(made.begin + at * HOUR, &made.hours[at]))
			continue;
		errno = EDOM;
		fail("the zone's offset from UTC");
	}
}

static int64_t number_of(const char *word, int64_t least, int64_t most)
{
	char *end;
	long long number = strtoll(word, &end, 10);

	if (end == word || *end || number < least || number > most) {
		fprintf(stderr, "make-archive: '%s' is not %" PRId64 " to %" PRId64 "\n",
			word, least, most);
		exit(2);
	}
	return number;
}

int main(int argument_count, char **arguments)
{
	static const struct option options[] = {
		{ "years", required_argument, NULL, 'y' },
		{ "days", required_argument, NULL, 'd' },
		{ "monitors", required_argument, NULL, 'm' },
		{ "seed", required_argument, NULL, 's' },
		{ "every", required_argument, NULL, 'e' },
		{ "behind", required_argument, NULL, 'b' },
		{ "later", required_argument, NULL, 'l' },
		{ "present", required_argument, NULL, 't' },
		{ "proc", required_argument, NULL, 'p' },
		{ "hours", required_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct monitor monitor = { 0 };
	int64_t days = 3652;
	int64_t monitors = KINDS;
	int64_t behind = 0;
	int64_t later = 0;
	int64_t present = PRESENT;
	int option;

	while ((option = getopt_long(argument_count, arguments, "", options,
				     NULL)) != -1) {
		switch (option) {
		case 'y':
			days = number_of(optarg, 1, 20) * 1461 / 4;
			break;
		case 'd':
			days = number_of(optarg, 1, 7305);
			break;
		case 'm':
			monitors = number_of(optarg, 1, 4000);
			break;
		case 's':
			made.seed = (uint64_t)number_of(optarg, 0,
							INT64_MAX);
			break;
		case 'e':
			made.every = number_of(optarg, 1, 1440);
			break;
		case 'b':
			behind = number_of(optarg, 0, 1440);
			break;
		case 'l':
			later = number_of(optarg, 0, 1440);
			break;
		case 't':
			present = number_of(optarg, PRESENT, PRESENT_MAX);
			break;
		case 'p':
			made.proc = optarg;
			break;
		case 'h':
			made.hours_file = fopen(optarg, "w");
			if (!made.hours_file)
				fail(optarg);
			break;
		default:
			return 2;
		}
	}
	if (optind < argument_count) {
		made.archive = open(arguments[optind], O_RDONLY | O_DIRECTORY);
		if (made.archive < 0)
			fail(arguments[optind]);
	}
	made.zone = getenv("TZ") ? getenv("TZ") : "UTC";
	made.begin = present / HOUR * HOUR - days * DAY;
	made.end = present + later * 60;
	made.archived = present - behind * 60;
	make_hours();
	monitor.text = allocate(HISTORY * 2, LINE_SIZE);
	monitor.samples = allocate(HISTORY, sizeof(*monitor.samples));
	for (unsigned int at = 0; at < monitors; at++)
		make_monitor(&monitor, at);
	if (made.hours_file && fclose(made.hours_file))
		fail("hours");
	return fflush(stdout) ? 1 : 0;
}
