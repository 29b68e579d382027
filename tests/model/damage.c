// SPDX-License-Identifier: GPL-2.0-or-later
/* One damage in one file of an archive: never is more told than there was. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "reader.h"

struct text {
	char *bytes;
	size_t length;
};

struct line {
	size_t from;
	size_t length;		/* with its newline */
};

static struct line draw_line(const struct text *text)
{
	struct line line = { 0, 0 };
	size_t count = 0;
	size_t wanted;
	size_t at = 0;

	for (size_t byte = 0; byte < text->length; byte++)
		count += text->bytes[byte] == '\n';
	wanted = (size_t)draw(count ? count : 1);
	for (;; at++) {
		size_t end = at;

		while (end < text->length && text->bytes[end] != '\n')
			end++;
		line = (struct line){ at, end < text->length ? end + 1 - at :
							       end - at };
		if (!wanted-- || end + 1 >= text->length)
			return line;
		at = end;
	}
}

static void replace(struct text *text, size_t from, size_t length, const char *with,
		    size_t with_length)
{
	char *fresh = malloc(text->length + with_length + 1);

	if (!fresh)
		abort();
	memcpy(fresh, text->bytes, from);
	memcpy(fresh + from, with, with_length);
	memcpy(fresh + from + with_length, text->bytes + from + length,
	       text->length - from - length);
	text->length += with_length - length;
	free(text->bytes);
	text->bytes = fresh;
}

static void change_byte(struct text *text)
{
	static const char likely[] = "0123456789 @#\n";
	const size_t at = (size_t)draw(text->length);

	text->bytes[at] = chance(80) ? likely[draw(sizeof(likely) - 1)] :
				       (char)draw(256);
}

static void lose_digit(struct text *text)
{
	size_t at = (size_t)draw(text->length);

	while (at < text->length &&
	       (text->bytes[at] < '0' || text->bytes[at] > '9'))
		at++;
	if (at < text->length)
		replace(text, at, 1, "", 0);
}

static void twice(struct text *text)
{
	const struct line line = draw_line(text);
	char *copy = strndup(text->bytes + line.from, line.length);

	replace(text, line.from, 0, copy, line.length);
	free(copy);
}

static bool is_swapped_series;

static void swap(struct text *text)
{
	const struct line line = draw_line(text);
	const size_t next = line.from + line.length;
	char *copy = strndup(text->bytes + line.from, line.length);
	size_t end = next;

	while (end < text->length && text->bytes[end] != '\n')
		end++;
	if (end < text->length) {
		is_swapped_series = *copy == '@' || text->bytes[next] == '@';
		replace(text, end + 1, 0, copy, line.length);
		replace(text, line.from, line.length, "", 0);
	}
	free(copy);
}

/* A line that names a series; the first one there is if none is found. */
static struct line draw_series(const struct text *text)
{
	struct line line = draw_line(text);

	for (int tries = 0; tries < 40 && text->bytes[line.from] != '@'; tries++)
		line = draw_line(text);
	return line;
}

static void change_series(struct text *text)
{
	static const char likely[] = "0123456789abcdef x#\n";
	const struct line line = draw_series(text);

	switch (draw(4)) {
	case 0:
		replace(text, line.from, line.length, "", 0);
		break;
	case 1:
		replace(text, line.from, 1 + draw(line.length), "", 0);
		break;
	default:
		text->bytes[line.from + draw(line.length)] =
			likely[draw(sizeof(likely) - 1)];
	}
}

static void to_crlf(struct text *text)
{
	for (size_t at = 0; at < text->length; at++) {
		if (text->bytes[at] == '\n')
			replace(text, at++, 0, "\r", 1);
	}
}

/* What was done, in words. */
static const char *harm(struct text *text)
{
	const struct line line = draw_line(text);
	static const char nuls[64];

	switch (draw(14)) {
	case 0:
	case 1:
		change_byte(text);
		return "a byte changed";
	case 2:
		lose_digit(text);
		return "a digit lost";
	case 3:
		twice(text);
		return "a line twice";
	case 4:
		swap(text);
		return "lines swapped";
	case 5:
		replace(text, line.from, line.length, "", 0);
		return "a line lost";
	case 6:
		replace(text, line.from, line.length / 2, "", 0);
		return "a line cut";
	case 7:
		replace(text, line.from, line.length, nuls,
			line.length < sizeof(nuls) ? line.length : sizeof(nuls));
		return "a line of NULs";
	case 8:
		text->length = (size_t)draw(text->length);
		return "the end lost";
	case 9:
		text->length = 0;
		return "emptied";
	case 10:
	case 11:
	case 12:
		change_series(text);
		return "a line @ changed";
	default:
		to_crlf(text);
		return "CRLF";
	}
}

/* One of the archive's files of the kernel's monitors. */
static bool draw_file(char path[1200])
{
	char names[200][256];
	size_t count = 0;
	const struct dirent *entry;
	DIR *directory;
	bool is_month;

	snprintf(path, 1200, "%s/archive", run_folder());
	directory = opendir(path);
	while (directory && (entry = readdir(directory))) {
		for (size_t at = 0; at <= MONITORS_MAX && count < 200; at++) {
			if (model.monitors[at].name[0] &&
			    reader_is_of(entry->d_name, model.monitors[at].name, &is_month))
				snprintf(names[count++], 256, "%s", entry->d_name);
		}
	}
	if (directory)
		closedir(directory);
	/* The same on each machine. */
	qsort(names, count, sizeof(*names),
	      (int (*)(const void *, const void *))strcmp);
	if (!count)
		return false;
	snprintf(path, 1200, "%s/archive/%s", run_folder(), names[draw(count)]);
	return true;
}

/* Is it the last record of any of the monitor's series? */
static bool is_last(const char *line, const char *name)
{
	struct reached list[READER_SERIES_MAX];
	unsigned long long time, packets, bytes;
	char folder[700];
	bool is_month;

	if (sscanf(line, "%llu %llu %llu", &time, &packets, &bytes) != 3)
		return false;
	snprintf(folder, sizeof(folder), "%s/archive", run_folder());
	for (size_t one = 0; one <= MONITORS_MAX; one++) {
		size_t count;

		if (!model.monitors[one].name[0] ||
		    !reader_is_of(name, model.monitors[one].name, &is_month))
			continue;
		count = reader_read(folder, model.monitors[one].name, list);
		while (count-- > 0) {
			if (list[count].packets == packets && list[count].bytes == bytes)
				return true;
		}
	}
	return false;
}

/* Is one line of the text less there now, and nothing else of it changed? */
static bool is_line_missing(const char *before, const struct text *after, size_t at)
{
	const char *end = strchr(before + at, '\n');

	return end && before[at] == '@' &&
	       strlen(end + 1) == after->length - at &&
	       !memcmp(end + 1, after->bytes + at, after->length - at);
}

/*
 * What nobody can see: the last record of a series is held against nothing, so that a
 * digit of it may become a higher one; and where a line "@" is missing as a whole, or went
 * to another place, what is behind it counts for another series.
 */
static bool can_be_seen(const char *before, const struct text *after, const char *name)
{
	size_t at = 0;

	while (before[at] && at < after->length && before[at] == after->bytes[at])
		at++;
	while (at && before[at - 1] != '\n')
		at--;
	return !is_swapped_series && !is_line_missing(before, after, at) && !is_last(before + at, name);
}

static bool is_unseen;

static bool damage_one(void)
{
	struct text text;
	char path[1200];
	const char *what;
	char *before;
	FILE *file;

	if (!draw_file(path))
		return false;
	text.bytes = reader_text(path, &text.length);
	if (!text.bytes || !text.length) {
		free(text.bytes);
		return false;
	}
	is_swapped_series = false;
	before = strndup(text.bytes, text.length);
	what = harm(&text);
	is_unseen = !can_be_seen(before, &text, strrchr(path, '/') + 1);
	free(before);
	note("%s: %s", strrchr(path, '/') + 1, what);
	file = fopen(path, "w");
	if (!file || fwrite(text.bytes, 1, text.length, file) != text.length)
		abort();
	fclose(file);
	free(text.bytes);
	run_age();
	return true;
}

/* All monitors, by the archive alone, which may not tell more than is true. */
static void told(const char *when, uint64_t total[2])
{
	total[0] = 0;
	total[1] = 0;
	for (size_t at = 0; at <= MONITORS_MAX; at++) {
		const struct monitor *monitor = &model.monitors[at];
		uint64_t low[2], high[2], found[2];

		if (!monitor->name[0] || !report_is_known(monitor))
			continue;
		report_total("none", monitor->name, found);
		report_truth(monitor, false, low, high);
		for (int one = 0; one < 2; one++) {
			total[one] += found[one];
			if (found[one] > high[one] && !is_unseen)
				fail("%s, %s: %" PRIu64 " %s told, %" PRIu64 " are true",
				     when, monitor->name, found[one],
				     one ? "bytes" : "packets", high[one]);
		}
	}
}

/* Likewise with the kernel, which may have gone on. */
static void told_live(const char *when)
{
	kernel_show();
	for (size_t at = 0; at < model.monitor_count; at++) {
		const struct monitor *monitor = &model.monitors[at];
		uint64_t low[2], high[2], found[2];

		report_total("proc", monitor->name, found);
		report_truth(monitor, true, low, high);
		for (int one = 0; one < 2; one++) {
			if (found[one] > high[one] && !is_unseen)
				fail("%s, %s with the kernel: %" PRIu64 " %s told, %" PRIu64 " are true",
				     when, monitor->name, found[one],
				     one ? "bytes" : "packets", high[one]);
		}
	}
}

/*
 * Where less is told than before, nobody may say that nothing is missing. After the clock
 * was set back, or in another zone, a file may have had a series of which no other tells.
 */
static void words_told(const uint64_t before[2], const uint64_t after[2])
{
	char *words[MONITORS_MAX + 5] = { "show-total", "--proc-dir", "none" };
	struct outcome outcome;
	int count = 3;

	for (size_t at = 0; at <= MONITORS_MAX; at++) {
		if (model.monitors[at].name[0] && report_is_known(&model.monitors[at]))
			words[count++] = model.monitors[at].name;
	}
	run(&outcome, NULL, words);
	if ((after[0] < before[0] || after[1] < before[1]) &&
	    strstr(outcome.messages, "nothing is missing"))
		fail("%" PRIu64 " of %" PRIu64 " bytes are told, with the words: %s",
		     after[1], before[1], outcome.messages);
	free(outcome.text);
	free(outcome.messages);
}

/* Few samples are left, all of them later. */
static void drop_samples(void)
{
	model.kernel.history = 2 + draw(3);
	for (int minute = 0; minute < 6; minute++) {
		for (size_t at = 0; at < model.monitor_count; at++)
			kernel_grow(&model.monitors[at]);
		kernel_pass(MINUTE);
	}
	note("samples are dropped");
}

static void command(const char *word, const char *option, const char *kernel)
{
	char *words[] = { (char *)word, (char *)option,
			  kernel ? "--proc-dir" : NULL, (char *)kernel, NULL };
	struct outcome outcome;

	run(&outcome, NULL, words);
	note("    %s answers %d %s", word, outcome.status, outcome.messages);
	free(outcome.text);
	free(outcome.messages);
}

/* The minutes of all monitors, with the kernel or without it, for the caller to free. */
static char *minutes(const char *kernel)
{
	char *words[14] = { "--tz", "UTC", "--csv", "show-minutely" };
	const int own = kernel ? 6 : 4;
	struct outcome outcome;
	int count = own;

	if (kernel) {
		words[4] = "--proc-dir";
		words[5] = (char *)kernel;
	}

	for (size_t at = 0; at <= MONITORS_MAX; at++) {
		if (model.monitors[at].name[0] && report_is_known(&model.monitors[at]))
			words[count++] = model.monitors[at].name;
	}
	if (count == own)
		return strdup("");
	run(&outcome, NULL, words);
	free(outcome.messages);
	return outcome.text;
}

static int is_file(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* All of the archive's files in one text, for the caller to free. */
static char *archive_text(void)
{
	char path[1200];
	struct dirent **list;
	char *all = NULL;
	size_t length = 0;
	FILE *stream = open_memstream(&all, &length);
	int count;

	snprintf(path, sizeof(path), "%s/archive", run_folder());
	count = scandir(path, &list, is_file, alphasort);
	for (int at = 0; stream && at < count; at++) {
		char *text;
		size_t size;

		snprintf(path, sizeof(path), "%s/archive/%s", run_folder(),
			 list[at]->d_name);
		text = reader_text(path, &size);
		fprintf(stream, "== %s\n%s", list[at]->d_name, text ? text : "");
		free(text);
		free(list[at]);
	}
	if (count >= 0)
		free(list);
	if (stream)
		fclose(stream);
	return all;
}

/* What is repaired once is repaired. */
static void repair_again(const char *kernel)
{
	char *before = archive_text();
	char *after;

	command("verify", "--repair", kernel);
	after = archive_text();
	if (strcmp(before, after))
		fail("a second repair finds more to do");
	free(before);
	free(after);
}

static void repair(void)
{
	/* What the kernel has, it writes again at its times. */
	const char *kernel = chance(50) ? "none" : NULL;
	char *before;
	uint64_t unused[2];
	char *after;

	kernel_show();
	before = minutes(kernel);
	command("verify", "--repair", kernel);
	told("repaired", unused);
	after = minutes(kernel);
	if (strcmp(before, after)) {
		note("before:\n%.1500safter:\n%.1500s", before, after);
		fail("repair changed the minutes");
	}
	free(before);
	free(after);
	if (!model.has_failed)
		repair_again(kernel);
}

void damage_run(unsigned int length, struct damage_count *count)
{
	const unsigned int steps = length ? length : 6 + (unsigned int)draw(20);
	uint64_t before[2], after[2];

	steps_begin();
	for (unsigned int at = 0; at < steps && !model.has_failed; at++)
		step_draw();
	if (model.has_failed)
		return;
	is_unseen = false;
	told("before", before);
	if (!damage_one())
		return;
	told("damaged", after);
	told_live("damaged");
	if (!is_unseen && !model.was_set_back)
		words_told(before, after);
	count->kept += after[0] == before[0] && after[1] == before[1];
	count->less += after[0] < before[0] || after[1] < before[1];
	count->unseen += is_unseen && (after[0] > before[0] || after[1] > before[1]);
	if (model.has_failed) {
		count->more++;
		return;
	}
	if (chance(40)) {
		drop_samples();
		told_live("samples dropped");
	}
	if (chance(50))
		repair();
	kernel_show();
	command("update", NULL, NULL);
	for (size_t at = 0; at < model.monitor_count; at++) {
		struct series *series = kernel_live(&model.monitors[at]);

		for (size_t one = 0; series && one < series->count; one++) {
			if (series_in_ring(series, one))
				series->states[one].is_maybe = true;
		}
	}
	for (size_t at = 0; at <= MONITORS_MAX; at++) {
		uint64_t low[2], high[2];

		before[0] = at ? before[0] : 0;
		before[1] = at ? before[1] : 0;
		if (!model.monitors[at].name[0])
			continue;
		report_truth(&model.monitors[at], false, low, high);
		before[0] += high[0];
		before[1] += high[1];
	}
	told("after an update", after);
	count->updated_more += after[0] > before[0] || after[1] > before[1];
	told_live("after an update");
}
