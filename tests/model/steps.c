// SPDX-License-Identifier: GPL-2.0-or-later
/* What happens to a machine: drawn, told to the model, and done. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "model.h"

const char *const zones[] = {
	"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu",
	"Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns",
	"Pacific/Kiritimati",
};
const size_t zone_count = sizeof(zones) / sizeof(*zones);

void (*steps_after_command)(const char *words, bool is_import);

/* Moments worth being at: the clock changes, months and years end. In UTC. */
static const int64_t moments[] = {
	1325239200,	/* Apia leaves out 2011-12-30 */
	1761436800,	/* 2025-10-26 Berlin */
	1762057800,	/* 2025-11-02 New York */
	1774743600,	/* 2026-03-29 Berlin */
	1775304000,	/* 2026-04-04 Lord Howe */
	1772947800,	/* 2026-03-08 New York */
	1735686000,	/* the end of 2024 */
	1709161200,	/* 2024-02-28 */
	1767220200,	/* the end of 2025 */
	1782856800,	/* the end of June 2026 */
};

const char *draw_zone(void)
{
	return zones[draw(zone_count)];
}

static void use_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void draw_error(struct fault *fault)
{
	static const int errors[] = { ENOSPC, EIO, EINTR, EDQUOT, EMFILE, ENOMEM };

	fault->error = errors[draw(sizeof(errors) / sizeof(*errors))];
}

/* None, or one that comes at a call which there may be. */
static struct fault draw_fault(unsigned int percent, unsigned int calls)
{
	struct fault fault = { .kind = FAULT_NONE };

	if (model.is_quiet_of_faults || !chance(percent))
		return fault;
	fault.kind = (enum fault_kind)draw_between(FAULT_KILL_BEFORE, FAULT_CUT_FAIL);
	fault.writes_only = chance(50);
	fault.number = 1 + (unsigned int)draw(fault.writes_only ||
					      fault.kind >= FAULT_CUT_KILL ?
					      1 + calls / 15 : calls);
	/* Mostly early, where the records are written. */
	if (chance(60))
		fault.number = 1 + (fault.number - 1) / 2;
	fault.bytes = (unsigned int)draw(200);
	draw_error(&fault);
	if (fault.kind == FAULT_CUT_FAIL)
		fault.error = ENOSPC;
	return fault;
}

static const char *words_of(const struct fault *fault)
{
	static char text[120];
	static const char *const kinds[] = {
		"", "killed before", "killed after", "failing at", "cut short at and killed",
		"cut short at and full", "stopped before",
	};

	if (fault->kind == FAULT_NONE)
		return "";
	snprintf(text, sizeof(text), ", %s %s %u%s%s", kinds[fault->kind],
		 fault->writes_only || fault->kind == FAULT_CUT_KILL ||
		 fault->kind == FAULT_CUT_FAIL ? "write" : "call", fault->number,
		 fault->kind == FAULT_FAIL ? ": " : "",
		 fault->kind == FAULT_FAIL ? strerror(fault->error) : "");
	if (fault->kind == FAULT_CUT_KILL || fault->kind == FAULT_CUT_FAIL)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 " after %u bytes", fault->bytes);
	return text;
}

static void end_outcome(struct outcome *outcome)
{
	free(outcome->text);
	free(outcome->messages);
}

/* A command that may write. Was it done, with nothing in its way? */
static bool command(char *const words[], const struct fault *fault,
		    struct outcome *outcome)
{
	struct fault recorded = *fault;
	char line[300] = "";

	for (size_t at = 0; words[at]; at++)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), " %s", words[at]);
	note("TZ=%s trafmetux%s%s%s", model.zone, line, words_of(fault),
	     model.room >= 0 ? ", the disk is full" : "");
	recorded.is_recorded = steps_after_command != NULL;
	use_zone(model.zone);
	kernel_show();
	run(outcome, &recorded, words);
	model.is_spoiled |= outcome->is_fired || outcome->is_stopped;
	model.faults += fault->kind != FAULT_NONE;
	model.met += fault->kind != FAULT_NONE && outcome->is_fired;
	if (outcome->is_stopped)
		return false;
	note("    answers %d%s after %u calls %s", outcome->status,
	     outcome->is_fired ? " (it happened)" : "",
	     trap_shared->calls, outcome->messages);
	/* Files of the future are told; an import's month may have its file by now. */
	if (outcome->status && !model.is_spoiled && !model.steps_far &&
	    strcmp(words[0], "import") && !strstr(outcome->messages, "future"))
		fail("it finds fault with what is whole");
	if (steps_after_command)
		steps_after_command(line, strncmp(line, " import", 7) == 0);
	return outcome->status == 0 || (outcome->status == 1 && !outcome->is_fired);
}

/*
 * What an update could archive: maybe, or for sure. What was counted by a wrong clock
 * goes into the next record with a time that is believed.
 */
static void mark(struct monitor *monitor, bool is_certain)
{
	struct series *series = kernel_live(monitor);
	size_t timed = series ? series->count : 0;

	while (timed && !series->states[timed - 1].is_timed)
		timed--;

	for (size_t at = 0; series && at < series->count; at++) {
		struct state *state = &series->states[at];

		if (!series_in_ring(series, at))
			continue;
		state->is_maybe = true;
		state->is_certain |= is_certain && at < timed;
	}
}

/* The reading that update --now archives, if there is any. */
static void add_reading(struct monitor *monitor)
{
	struct series *series = kernel_live(monitor);
	const struct state *last;

	if (!series || !series->packets)
		return;
	last = series->count ? &series->states[series->count - 1] : NULL;
	if (last && last->packets == series->packets &&
	    (!last->is_reading || last->is_certain))
		return;
	series_add_state(series, kernel_seconds_up(), -1);
	series->states[series->count - 1].is_reading = true;
	series->states[series->count - 1].is_maybe = true;
}

/*
 * A reading is sure when its update was done, unless one before it told the same: then
 * that one may have been archived, and this one not.
 */
static void settle_reading(struct monitor *monitor)
{
	struct series *series = kernel_live(monitor);
	struct state *last;

	if (!series || !series->count)
		return;
	last = &series->states[series->count - 1];
	if (!last->is_reading)
		return;
	for (size_t at = series->count - 1; at-- > 0;) {
		if (series->states[at].packets != last->packets)
			break;
		if (series->states[at].is_reading && !series->states[at].is_certain)
			return;
	}
	last->is_certain = true;
}

static bool is_meant(const struct monitor *monitor, const char *only)
{
	return !only || strcmp(monitor->name, only) == 0;
}

static size_t update_words(char *words[], bool is_now, const char *only)
{
	static const char *const syncs[] = { "never", "daily", "always" };
	size_t count = 0;

	words[count++] = "update";
	if (is_now)
		words[count++] = "--now";
	if (chance(50)) {
		words[count++] = "--sync";
		words[count++] = (char *)syncs[draw(3)];
	}
	if (only)
		words[count++] = (char *)only;
	words[count] = NULL;
	return count;
}

static void step_update(bool is_now, unsigned int fault_percent)
{
	const struct monitor *one = &model.monitors[draw(model.monitor_count)];
	const char *only = chance(15) && kernel_live((struct monitor *)one) ?
				   one->name : NULL;
	struct fault fault = draw_fault(fault_percent, 40);
	struct outcome outcome;
	char *words[8];
	bool is_done;

	update_words(words, is_now, only);
	for (size_t at = 0; at < model.monitor_count; at++) {
		struct monitor *monitor = &model.monitors[at];

		if (!is_meant(monitor, only))
			continue;
		mark(monitor, false);
		if (is_now)
			add_reading(monitor);
	}
	is_done = command(words, &fault, &outcome) && kernel_is_believed();
	for (size_t at = 0; is_done && at < model.monitor_count; at++) {
		if (!is_meant(&model.monitors[at], only))
			continue;
		mark(&model.monitors[at], true);
		if (is_now)
			settle_reading(&model.monitors[at]);
	}
	end_outcome(&outcome);
}

static void grow_some(void)
{
	for (size_t at = 0; at < model.monitor_count; at++) {
		if (chance(60))
			kernel_grow(&model.monitors[at]);
	}
}

static void step_pass(int64_t most)
{
	const int64_t duration = 1 + (int64_t)draw((uint64_t)most);
	const unsigned int pieces = 1 + (unsigned int)draw(5);
	int64_t left = duration;

	for (unsigned int at = 0; at < pieces; at++) {
		const int64_t part = at + 1 == pieces ? left :
					     (int64_t)draw((uint64_t)left + 1);

		grow_some();
		kernel_pass(part);
		left -= part;
	}
	note("%" PRId64 " s pass: %" PRId64, duration / SECOND,
	     kernel_clock() / SECOND);
}

/* Back by days, or to where clocks begin that nobody has set. */
static int64_t draw_far(int64_t right)
{
	static const int64_t begins[] = { 30, 946684800, 1420070400 };

	if (chance(40))
		return -(int64_t)draw(40 * DAY);
	return (begins[draw(3)] + (int64_t)draw(1000)) * SECOND - right;
}

static void step_clock(void)
{
	const int64_t right = kernel_clock() - model.error;
	int64_t error = 0;

	switch (draw(5)) {
	case 0:
		break;
	case 1:
		error = draw_between(-90 * SECOND, 90 * SECOND);
		break;
	case 2:
		error = draw_between(-2 * HOUR, 2 * HOUR);
		break;
	default:
		error = draw_between(-ERROR_MOST, ERROR_MOST);
		break;
	}
	if (model.steps_far && chance(50))
		error = draw_far(right);
	model.error = error;
	kernel_set_clock(right + error);
	note("the clock is set to %" PRId64, kernel_clock() / SECOND);
}

static void create_all(void)
{
	for (size_t at = 0; at < model.monitor_count; at++) {
		if (!kernel_live(&model.monitors[at]))
			kernel_create(&model.monitors[at]);
	}
}

static void step_reload(void)
{
	if (chance(50)) {
		for (size_t at = 0; at < model.monitor_count; at++)
			kernel_end(&model.monitors[at]);
		if (chance(50))
			model.kernel.history = 2 + draw(chance(50) ? 6 : 1440);
		note("the module is loaded anew, history=%zu", model.kernel.history);
	} else {
		struct monitor *monitor = &model.monitors[draw(model.monitor_count)];

		kernel_end(monitor);
		note("%s lingered out", monitor->name);
		if (chance(30))
			return;
	}
	create_all();
}

static void step_reboot(void)
{
	const int64_t passed = draw_between(10 * SECOND, 3 * MINUTE);
	const int64_t clock = kernel_clock() + passed;
	const int64_t right = clock - model.error;

	if (chance(50))
		step_update(true, 20);
	for (size_t at = 0; at < model.monitor_count; at++)
		kernel_end(&model.monitors[at]);
	/* Without a battery the clock begins anew, until it is set. */
	if (model.steps_far && chance(50))
		model.error = draw_far(right);
	kernel_boot(right + model.error);
	note("reboot: %" PRId64, kernel_clock() / SECOND);
	create_all();
}

static void step_compact(void)
{
	struct fault fault = draw_fault(25, 60);
	struct outcome outcome;
	char days[16];
	char *words[] = { "compact", "--keep-minutes", days, NULL };

	snprintf(days, sizeof(days), "%" PRIu64, draw(60));
	if (chance(50))
		words[1] = NULL;
	command(words, &fault, &outcome);
	end_outcome(&outcome);
}

static void step_verify(void)
{
	struct fault fault = draw_fault(25, 40);
	struct outcome outcome;
	char *words[] = { "verify", chance(70) ? "--repair" : NULL, NULL };

	command(words, &fault, &outcome);
	end_outcome(&outcome);
}

/*
 * Rows of bytes at times past, of which each import has others; sometimes of a monitor
 * that the kernel has too, from the time before.
 */
static void make_import(const char *path)
{
	struct monitor *monitor =
		&model.monitors[chance(20) ? 0 : MONITORS_MAX];
	const int rows = 1 + (int)draw(12);
	int64_t time = model.imported + (int64_t)draw(100000);
	struct series *series;
	FILE *file = fopen(path, "w");

	if (!file)
		abort();
	series = monitor_add_series(monitor);
	series->is_import = true;
	series->is_partial = true;
	series->zone = model.zone;
	model.importing = monitor;
	model.import_at = monitor->count - 1;
	fprintf(file, "monitor,seconds,packets,bytes\n");
	for (int at = 0; at < rows; at++) {
		const uint64_t packets = 1 + draw(1000);
		const uint64_t bytes = packets * (40 + draw(1000));

		time += 60 * (1 + (int64_t)draw(chance(70) ? 60 : 2000));
		fprintf(file, "%s,%" PRId64 ",%" PRIu64 ",%" PRIu64 "\n",
			monitor->name, time, packets, bytes);
		series->packets += packets;
		series->bytes += bytes;
		series_add_state(series, time, -1)->is_maybe = true;
	}
	/* The next one begins on another day, in all zones. */
	model.imported = time + 3 * 86400;
	fclose(file);
}

static void step_import(void)
{
	struct fault fault = draw_fault(40, 60);
	struct outcome outcome;
	char *words[] = { "import", "csv", "import.csv", NULL };
	const char *zone = model.zone;
	struct series *series;
	bool is_done;
	char path[600];

	snprintf(path, sizeof(path), "%s/import.csv", run_folder());
	/* What was cut off is done again, and sometimes what was not. */
	if (!model.importing ||
	    chance(model.importing->series[model.import_at].is_partial ? 10 : 70))
		make_import(path);
	series = &model.importing->series[model.import_at];
	/* The same import is one in the same zone. */
	model.zone = series->zone;
	is_done = command(words, &fault, &outcome);
	model.zone = zone;
	if (is_done && outcome.status == 0) {
		for (size_t at = 0; at < series->count; at++)
			series->states[at].is_certain = true;
		series->is_partial = false;
	}
	end_outcome(&outcome);
}

static void step_index(void)
{
	char path[600];
	DIR *directory;
	const struct dirent *entry;

	snprintf(path, sizeof(path), "%s/archive/.index", run_folder());
	directory = opendir(path);
	if (!directory)
		return;
	note("part of the index is deleted");
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] != '.' && chance(50))
			unlinkat(dirfd(directory), entry->d_name, 0);
	}
	closedir(directory);
	if (chance(50))
		rmdir(path);
}

/* One is stopped in the middle of its work, while another runs. */
static void step_two(void)
{
	struct fault fault = { .kind = FAULT_STOP, .number = 1 + (unsigned int)draw(40) };
	struct fault none = { .kind = FAULT_NONE };
	struct outcome first, second;
	char *words[8];
	char *others[3] = { NULL, NULL, NULL };
	bool is_update = chance(60);
	bool is_done;

	if (is_update)
		update_words(words, false, NULL);
	else
		words[0] = chance(50) ? "compact" : "verify",
		words[1] = words[0][0] == 'v' ? "--repair" : NULL, words[2] = NULL;
	for (size_t at = 0; at < model.monitor_count; at++)
		mark(&model.monitors[at], false);
	is_done = command(words, &fault, &first);
	if (first.is_stopped) {
		char *again[8];

		note("  meanwhile:");
		second = (struct outcome){ 0 };
		if (chance(25)) {
			report_check();
		} else if (chance(60)) {
			update_words(again, false, NULL);
			command(again, &none, &second);
		} else {
			others[0] = chance(50) ? "compact" : "verify";
			others[1] = others[0][0] == 'v' ? "--repair" : NULL;
			command(others, &none, &second);
		}
		end_outcome(&second);
		run_continue(&first);
		note("    the first one answers %d %s", first.status, first.messages);
		is_done = first.status == 0;
	}
	for (size_t at = 0; is_update && is_done && at < model.monitor_count; at++)
		mark(&model.monitors[at], true);
	end_outcome(&first);
}

static void step_disk(void)
{
	if (model.room >= 0) {
		model.room = -1;
		note("the disk has room again");
	} else {
		model.room = (int64_t)draw(400);
		note("the disk has %" PRId64 " bytes left", model.room);
	}
}

static void step_history(void)
{
	const int64_t duration = draw_between(1, 20) * MINUTE;

	kernel_sleep(duration);
	note("the machine sleeps for %" PRId64 " s", duration / SECOND);
}

void step_draw(void)
{
	const unsigned int what = (unsigned int)draw(100);

	if (what < 26) {
		if (chance(70))
			step_pass(chance(70) ? 3 * MINUTE : 9 * HOUR);
		step_update(chance(10), 45);
	} else if (what < 36)
		step_pass(5 * MINUTE);
	else if (what < 42)
		step_pass(6 * HOUR);
	else if (what < 47)
		step_pass(3 * DAY);
	else if (what < 50)
		step_pass(50 * DAY);
	else if (what < 57)
		step_clock();
	else if (what < 59)
		step_history();
	else if (what < 64) {
		model.zone = draw_zone();
		note("the zone is %s", model.zone);
	} else if (what < 68 && !model.is_quiet_of_faults)
		step_disk();
	else if (what < 72)
		step_reload();
	else if (what < 76)
		step_reboot();
	else if (what < 82)
		step_compact();
	else if (what < 86)
		step_verify();
	else if (what < 90)
		step_import();
	else if (what < 92)
		step_index();
	else if (what < 95 && !model.is_quiet_of_faults && !steps_after_command)
		step_two();
	else
		report_check();
}

/* The clock is right again, and an update archives what waited for that. */
void steps_end_far(void)
{
	struct fault none = { .kind = FAULT_NONE };
	struct outcome outcome;
	char *words[] = { "update", NULL };

	kernel_set_clock(kernel_clock() - model.error);
	model.error = 0;
	model.room = -1;
	note("the clock is right: %" PRId64, kernel_clock() / SECOND);
	/* It goes into the first record whose time can be believed. */
	for (size_t at = 0; at < model.monitor_count; at++)
		kernel_grow(&model.monitors[at]);
	kernel_pass(3 * MINUTE);
	for (size_t at = 0; at < model.monitor_count; at++)
		mark(&model.monitors[at], true);
	command(words, &none, &outcome);
	end_outcome(&outcome);
}

void steps_begin(void)
{
	static const char *const names[] = { "input", "out-2026-03-29", "a" };
	int64_t moment;

	do
		moment = moments[draw(sizeof(moments) / sizeof(*moments))];
	while (model.steps_far && moment < 1500000000);
	model.monitor_count = 1 + draw(chance(60) ? 1 : MONITORS_MAX);
	for (size_t at = 0; at < model.monitor_count; at++)
		snprintf(model.monitors[at].name, sizeof(model.monitors[at].name),
			 "%s", names[at]);
	snprintf(model.monitors[MONITORS_MAX].name, 32, "imported");
	model.zone = draw_zone();
	model.room = -1;
	model.error = 0;
	model.kernel.history = chance(30) ? 2 + draw(8) : 1440;
	kernel_boot((moment + draw_between(-40000, 40000)) * SECOND);
	model.imported = moment - 90 * 86400;
	note("it is %" PRId64 ", TZ=%s, history=%zu", kernel_clock() / SECOND,
	     model.zone, model.kernel.history);
	create_all();
}
