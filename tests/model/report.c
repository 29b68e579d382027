// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What reports tell, held against what must be there: exactly where all was archived or
 * the kernel still shows it, and between what is sure and what may be elsewhere.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model.h"

/* A state that reports know, or may know. */
struct element {
	int64_t instant;		/* where growth up to it belongs */
	uint64_t packets;
	uint64_t bytes;
	bool is_certain;
};

/* Growth up to an element: it belongs to that, or to a later one if it is not sure. */
struct part {
	uint64_t packets;
	uint64_t bytes;
	size_t first;			/* elements, by their place */
	size_t last;
	bool may_be_lost;
};

struct truth {
	struct element *elements;
	struct part *parts;
	size_t count;
	size_t capacity;
	bool is_placed;			/* it is known when it grew */
	uint64_t unplaced[2];
};

static struct truth truths[MONITORS_MAX + 1];
static bool is_live_asked;
static bool is_high_only;

static void add_element(struct truth *truth, const struct element *element)
{
	if (truth->count == truth->capacity) {
		truth->capacity = truth->capacity ? 2 * truth->capacity : 64;
		truth->elements = realloc(truth->elements, truth->capacity *
					  sizeof(*truth->elements));
		truth->parts = realloc(truth->parts, truth->capacity *
				       sizeof(*truth->parts));
		if (!truth->elements || !truth->parts)
			abort();
	}
	truth->elements[truth->count++] = *element;
}

static void add_series(struct truth *truth, const struct series *series)
{
	const bool is_live = series->is_live && is_live_asked;
	const size_t from = truth->count;
	uint64_t packets = 0;
	uint64_t bytes = 0;

	for (size_t at = 0; at < series->count; at++) {
		const struct state *state = &series->states[at];
		const bool is_certain = !is_high_only &&
			(state->is_certain ||
			 (is_live && series_in_ring(series, at)));

		if (!is_certain && !state->is_maybe && !state->is_certain)
			continue;
		add_element(truth, &(struct element){
			.instant = state->time - 1, .packets = state->packets,
			.bytes = state->bytes, .is_certain = is_certain });
	}
	if (is_live)
		add_element(truth, &(struct element){
			.instant = kernel_seconds_up() - 1,
			.packets = series->packets, .bytes = series->bytes,
			.is_certain = true });
	for (size_t at = from; at < truth->count; at++) {
		struct part *part = &truth->parts[at];

		*part = (struct part){
			.packets = truth->elements[at].packets - packets,
			.bytes = truth->elements[at].bytes - bytes,
			.first = at, .last = at };
		packets = truth->elements[at].packets;
		bytes = truth->elements[at].bytes;
		while (part->last < truth->count &&
		       !truth->elements[part->last].is_certain)
			part->last++;
		part->may_be_lost = part->last == truth->count;
		part->last -= part->may_be_lost;
	}
	if (series->is_partial) {
		truth->is_placed = false;
		truth->unplaced[0] += packets;
		truth->unplaced[1] += bytes;
	}
}

static struct truth *find_truth(const struct monitor *monitor, bool is_live)
{
	struct truth *truth = &truths[monitor - model.monitors];

	truth->count = 0;
	truth->is_placed = true;
	truth->unplaced[0] = 0;
	truth->unplaced[1] = 0;
	is_live_asked = is_live;
	for (size_t at = 0; at < monitor->count; at++)
		add_series(truth, &monitor->series[at]);
	return truth;
}

/* What belongs to a period: at least, and at most. */
static void bounds(const struct truth *truth, int64_t start, int64_t end,
		   uint64_t low[2], uint64_t high[2])
{
	memset(low, 0, 2 * sizeof(*low));
	memset(high, 0, 2 * sizeof(*high));
	for (size_t at = 0; at < truth->count; at++) {
		const struct part *part = &truth->parts[at];
		bool all = !part->may_be_lost;
		bool any = false;

		for (size_t one = part->first; one <= part->last; one++) {
			const int64_t instant = truth->elements[one].instant;
			const bool in = instant >= start && instant < end;

			all &= in;
			any |= in;
		}
		low[0] += all ? part->packets : 0;
		low[1] += all ? part->bytes : 0;
		high[0] += any ? part->packets : 0;
		high[1] += any ? part->bytes : 0;
	}
	if (!truth->is_placed) {
		low[0] = 0;
		low[1] = 0;
		high[0] = UINT64_MAX;
		high[1] = UINT64_MAX;
	}
}

void report_truth(const struct monitor *monitor, bool is_live, uint64_t low[2],
		  uint64_t high[2])
{
	struct truth *truth = find_truth(monitor, is_live);

	truth->is_placed = true;
	bounds(truth, INT64_MIN, INT64_MAX, low, high);
}

bool report_is_known(const struct monitor *monitor)
{
	for (size_t at = 0; at < monitor->count; at++) {
		const struct series *series = &monitor->series[at];

		if (series->is_live)
			return true;
		for (size_t state = 0; state < series->count; state++) {
			if (series->states[state].is_certain ||
			    series->states[state].is_maybe)
				return true;
		}
	}
	return false;
}

static void broken_date(int64_t time, struct tm *date)
{
	const time_t instant = (time_t)time;

	localtime_r(&instant, date);
}

/* Is it what the zone says of such a period? */
static bool is_period(const char *kind, int64_t start, int64_t end)
{
	struct tm before, first, last, after;
	bool same;
	bool differs;

	broken_date(start - 1, &before);
	broken_date(start, &first);
	broken_date(end - 1, &last);
	broken_date(end, &after);
	switch (kind[0]) {
	case 'h':
		same = first.tm_hour == last.tm_hour &&
		       first.tm_gmtoff == last.tm_gmtoff && end - start <= 3600;
		differs = (before.tm_hour != first.tm_hour ||
			   before.tm_gmtoff != first.tm_gmtoff) &&
			  (after.tm_hour != last.tm_hour ||
			   after.tm_gmtoff != last.tm_gmtoff);
		return same && differs;
	case 'd':
		return first.tm_yday == last.tm_yday && first.tm_year == last.tm_year &&
		       before.tm_yday != first.tm_yday && after.tm_yday != last.tm_yday;
	default:
		return first.tm_mon == last.tm_mon && first.tm_year == last.tm_year &&
		       before.tm_mon != first.tm_mon && after.tm_mon != last.tm_mon;
	}
}

static struct monitor *find_monitor(const char *name)
{
	for (size_t at = 0; at <= MONITORS_MAX; at++) {
		if (model.monitors[at].name[0] &&
		    strcmp(model.monitors[at].name, name) == 0)
			return &model.monitors[at];
	}
	return NULL;
}

struct row {
	int64_t start, end;
	char monitor[64];
	uint64_t found[2];
};

static bool parse_row(char *line, struct row *row)
{
	char *fields[6];

	for (int at = 0; at < 6; at++) {
		fields[at] = strsep(&line, ",");
		if (!fields[at])
			return false;
	}
	row->start = fields[1][0] ? strtoll(fields[1], NULL, 10) : INT64_MIN;
	row->end = fields[2][0] ? strtoll(fields[2], NULL, 10) : INT64_MAX;
	snprintf(row->monitor, sizeof(row->monitor), "%s", fields[3]);
	row->found[0] = strtoull(fields[4], NULL, 10);
	row->found[1] = strtoull(fields[5], NULL, 10);
	return true;
}

static void check_row(const char *what, const struct row *row,
		      const struct truth *truth)
{
	uint64_t low[2], high[2];

	if (row->start != INT64_MIN &&
	    !is_period(strchr(what, '-') + 1, row->start, row->end))
		fail("%s: %" PRId64 " to %" PRId64 " is no such period", what,
		     row->start, row->end);
	bounds(truth, row->start, row->end, low, high);
	for (int at = 0; at < 2; at++) {
		if (row->found[at] >= low[at] && row->found[at] <= high[at])
			continue;
		fail("%s of %s, %" PRId64 " to %" PRId64 ": %" PRIu64 " %s told, %" PRIu64 " to %" PRIu64 " are true",
		     what, row->monitor, row->start, row->end, row->found[at],
		     at ? "bytes" : "packets", low[at], high[at]);
	}
}

static void check_rows(const char *what, char *text, bool is_live)
{
	uint64_t sums[MONITORS_MAX + 1][2] = { { 0 } };
	char *line;

	line = strsep(&text, "\n");
	while (text && (line = strsep(&text, "\n")) && *line) {
		struct monitor *monitor;
		struct row row;

		if (!parse_row(line, &row)) {
			fail("%s: not a row: %s", what, line);
			return;
		}
		monitor = find_monitor(row.monitor);
		if (!monitor) {
			fail("%s: a row of %s", what, row.monitor);
			return;
		}
		check_row(what, &row, &truths[monitor - model.monitors]);
		sums[monitor - model.monitors][0] += row.found[0];
		sums[monitor - model.monitors][1] += row.found[1];
	}
	for (size_t at = 0; at <= MONITORS_MAX; at++) {
		uint64_t low[2], high[2];

		if (!model.monitors[at].name[0])
			continue;
		report_truth(&model.monitors[at], is_live, low, high);
		for (int one = 0; one < 2; one++) {
			if (sums[at][one] >= low[one] && sums[at][one] <= high[one])
				continue;
			fail("%s of %s: %" PRIu64 " %s in all, %" PRIu64 " to %" PRIu64 " are true",
			     what, model.monitors[at].name, sums[at][one],
			     one ? "bytes" : "packets", low[one], high[one]);
		}
	}
}

static void check(const char *what, const char *zone, bool is_live)
{
	char *words[12] = { "--tz", (char *)zone, "--csv", (char *)what,
			    "--proc-dir", is_live ? "proc" : "none" };
	struct outcome outcome;
	int count = 6;

	for (size_t at = 0; at <= MONITORS_MAX; at++) {
		struct monitor *monitor = &model.monitors[at];

		if (!monitor->name[0] || !report_is_known(monitor))
			continue;
		find_truth(monitor, is_live);
		words[count++] = monitor->name;
	}
	if (count == 6)
		return;
	setenv("TZ", zone, 1);
	tzset();
	note("  check: trafmetux --tz %s --csv %s%s", zone, what,
	     is_live ? "" : ", the archive alone");
	run(&outcome, NULL, words);
	if (outcome.status > 1 || outcome.status < 0)
		fail("%s answers %d: %s", what, outcome.status, outcome.messages);
	if (outcome.status && !model.is_spoiled && !model.steps_far &&
	    !strstr(outcome.messages, "future") &&
	    !strstr(outcome.messages, "no such monitor"))
		fail("%s finds fault with what is whole: %s", what, outcome.messages);
	check_rows(what, outcome.text, is_live);
	if (model.has_failed)
		note("%s", outcome.messages);
	free(outcome.text);
	free(outcome.messages);
}

static const char *const kinds[] = { "show-total", "show-hourly", "show-daily",
				     "show-monthly" };

/* One report, in any zone. What was counted by a wrong clock has no known time. */
void report_check(void)
{
	kernel_show();
	check(kinds[model.steps_far ? 0 : draw(4)], draw_zone(), chance(80));
}

/* All kinds of reports. */
void report_check_all(void)
{
	kernel_show();
	check("show-total", "UTC", true);
	check("show-total", "UTC", false);
	for (size_t kind = 1; !model.steps_far && kind < 4 && !model.has_failed; kind++) {
		check(kinds[kind], model.zone, true);
		check(kinds[kind], draw_zone(), chance(50));
	}
}

void report_check_high(void)
{
	is_high_only = true;
	check(kinds[1 + draw(3)], draw_zone(), false);
	is_high_only = false;
}

void report_total(const char *proc, const char *monitor, uint64_t total[2])
{
	char *words[] = { "--tz", "UTC", "--csv", "show-total", "--proc-dir",
			  (char *)proc, (char *)monitor, NULL };
	struct outcome outcome;
	struct row row = { .found = { 0, 0 } };
	char *text;
	char *line;

	run(&outcome, NULL, words);
	text = outcome.text;
	line = strsep(&text, "\n");
	if (text && (line = strsep(&text, "\n")) && *line)
		parse_row(line, &row);
	total[0] = row.found[0];
	total[1] = row.found[1];
	free(outcome.text);
	free(outcome.messages);
}
