// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What kernel-module/sampler.c does: samples at the minutes of the clock
 * on the wall, a little over a minute after the last ones where that was set back, and
 * a ring of them. docs/proc-format.md says how they are shown.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model.h"

#define LATE SECOND
#define OVERDUE MINUTE
#define LONG_MINUTE (61 * SECOND)

static int64_t down(int64_t value, int64_t unit)
{
	return value - value % unit;
}

int64_t kernel_clock(void)
{
	return model.kernel.boot + model.kernel.offset;
}

/* Updates wait until the clock can be believed. */
bool kernel_is_believed(void)
{
	return model.error >= -ERROR_MOST && model.error <= ERROR_MOST;
}

int64_t kernel_seconds_up(void)
{
	return (kernel_clock() + SECOND - 1) / SECOND;
}

static void *more(void *list, size_t *capacity, size_t count, size_t size)
{
	if (count < *capacity)
		return list;
	*capacity = *capacity ? 2 * *capacity : 16;
	list = realloc(list, *capacity * size);
	if (!list)
		abort();
	return list;
}

struct series *monitor_add_series(struct monitor *monitor)
{
	monitor->series = more(monitor->series, &monitor->capacity,
			       monitor->count, sizeof(struct series));
	monitor->series[monitor->count] = (struct series){ .id = draw(0) };
	return &monitor->series[monitor->count++];
}

struct state *series_add_state(struct series *series, int64_t time, int64_t since)
{
	series->states = more(series->states, &series->capacity, series->count,
			      sizeof(struct state));
	series->states[series->count] = (struct state){
		.time = time, .since = since,
		.packets = series->packets, .bytes = series->bytes,
		.is_timed = kernel_is_believed(),
	};
	return &series->states[series->count++];
}

void monitors_free(void)
{
	for (size_t at = 0; at <= MONITORS_MAX; at++) {
		struct monitor *monitor = &model.monitors[at];

		for (size_t one = 0; one < monitor->count; one++)
			free(monitor->series[one].states);
		free(monitor->series);
		*monitor = (struct monitor){ 0 };
	}
}

struct series *kernel_live(struct monitor *monitor)
{
	for (size_t at = monitor->count; at-- > 0;) {
		if (monitor->series[at].is_live)
			return &monitor->series[at];
	}
	return NULL;
}

bool series_in_ring(const struct series *series, size_t at)
{
	size_t later = 0;

	if (!series->is_live || series->states[at].is_reading)
		return false;
	for (size_t other = series->count; other-- > at + 1;)
		later += !series->states[other].is_reading;
	return later < model.kernel.history;
}

static const struct state *last_sample(const struct series *series)
{
	for (size_t at = series->count; at-- > 0;) {
		if (!series->states[at].is_reading)
			return &series->states[at];
	}
	return NULL;
}

static void sample(struct series *series, int64_t time)
{
	const struct state *last = last_sample(series);
	const int64_t elapsed = model.kernel.boot - series->sampled;
	int64_t since = -1;

	if (series->packets != (last ? last->packets : 0) ||
	    series->bytes != (last ? last->bytes : 0)) {
		if (elapsed > LONG_MINUTE) {
			since = (kernel_clock() - elapsed) / SECOND;
			if (since < 1)
				since = 1;
		}
		/* No memory: the next one will account for both. */
		if (draw(400) == 0)
			return;
		series_add_state(series, time, since);
		series->taken++;
	}
	series->sampled = model.kernel.boot;
}

/* trafmetux_sampler_run() */
static void look(void)
{
	struct kernel *kernel = &model.kernel;
	const int64_t clock = kernel_clock();
	const int64_t elapsed = kernel->boot - kernel->looked;
	int64_t time = down(clock, MINUTE);

	if (clock - time < LATE) {
		if (elapsed < LATE)
			return;
	} else {
		if (elapsed < OVERDUE)
			return;
		time = down(clock, SECOND) + SECOND;
	}
	for (size_t at = 0; at < model.monitor_count; at++) {
		struct series *series = kernel_live(&model.monitors[at]);

		if (series)
			sample(series, time / SECOND);
	}
	kernel->looked = kernel->boot;
}

static void arm(void)
{
	struct kernel *kernel = &model.kernel;

	kernel->timer = down(kernel_clock(), MINUTE) + MINUTE;
	kernel->work = kernel->boot + OVERDUE + SECOND;
}

void kernel_boot(int64_t clock)
{
	struct kernel *kernel = &model.kernel;

	kernel->boot = 20 * SECOND + (int64_t)draw(SECOND);
	kernel->offset = clock - kernel->boot;
	kernel->looked = kernel->boot;
	arm();
}

/* The next time by which the sampler comes, as boot time. */
static int64_t next_look(void)
{
	const struct kernel *kernel = &model.kernel;
	const int64_t timer = kernel->timer - kernel->offset;

	return timer < kernel->work ? timer : kernel->work;
}

static bool has_grown(void)
{
	for (size_t at = 0; at < model.monitor_count; at++) {
		const struct series *series = kernel_live(&model.monitors[at]);
		const struct state *last = series ? last_sample(series) : NULL;

		if (series && series->packets != (last ? last->packets : 0))
			return true;
	}
	return false;
}

/* Looks of which nothing is seen: all that is left of them is when they were. */
static void skip_idle(int64_t until)
{
	struct kernel *kernel = &model.kernel;
	int64_t spare;

	if (has_grown())
		return;
	spare = down(until - kernel->boot - 5 * MINUTE, MINUTE);
	if (spare <= 0 || kernel->timer - kernel_clock() > MINUTE)
		return;
	kernel->boot += spare;
	kernel->looked += spare;
	kernel->timer += spare;
	kernel->work += spare;
	for (size_t at = 0; at < model.monitor_count; at++) {
		struct series *series = kernel_live(&model.monitors[at]);

		if (series)
			series->sampled += spare;
	}
}

void kernel_pass(int64_t duration)
{
	struct kernel *kernel = &model.kernel;
	const int64_t until = kernel->boot + duration;

	for (;;) {
		int64_t next;

		skip_idle(until);
		next = next_look();
		if (next > until)
			break;
		if (next > kernel->boot)
			kernel->boot = next;
		/* It may start a little late, sometimes later than that. */
		if (chance(10)) {
			int64_t late = (int64_t)draw(chance(90) ? SECOND / 2 :
							       3 * SECOND);

			if (kernel->boot + late <= until)
				kernel->boot += late;
		}
		look();
		arm();
	}
	kernel->boot = until;
}

/* The machine sleeps; the sampler comes when it wakes up. */
void kernel_sleep(int64_t duration)
{
	model.kernel.boot += duration;
	if (next_look() <= model.kernel.boot) {
		look();
		arm();
	}
}

void kernel_set_clock(int64_t clock)
{
	struct kernel *kernel = &model.kernel;

	model.was_set_back |= clock < kernel_clock();
	kernel->offset = clock - kernel->boot;
	if (kernel->timer <= clock) {
		look();
		arm();
	}
}

void kernel_create(struct monitor *monitor)
{
	struct series *series = monitor_add_series(monitor);

	series->is_live = true;
	series->created = kernel_clock();
	series->sampled = model.kernel.boot;
}

void kernel_end(struct monitor *monitor)
{
	struct series *series = kernel_live(monitor);

	if (series)
		series->is_live = false;
}

void kernel_grow(struct monitor *monitor)
{
	struct series *series = kernel_live(monitor);
	uint64_t packets = 1 + draw(chance(80) ? 20 : 3000000);

	if (!series)
		return;
	series->packets += packets;
	series->bytes += packets * (40 + draw(1460));
}

static void show(const struct monitor *monitor, const struct series *series)
{
	const size_t kept = series->taken < model.kernel.history ?
				    series->taken : model.kernel.history;
	size_t shown = 0;
	char path[600];
	FILE *file;

	snprintf(path, sizeof(path), "%s/proc/%s", run_folder(), monitor->name);
	/* Who has it open reads on in the old one. */
	unlink(path);
	file = fopen(path, "w");
	if (!file)
		abort();
	fprintf(file, "version 1\nmonitor %s\nseries %016" PRIx64 "\nreferences 1\n"
		"created %" PRId64 ".%06" PRId64 "\ndropped %zu\n"
		"time %" PRId64 ".%06" PRId64 "\npackets %" PRIu64 "\nbytes %" PRIu64
		"\nlimit none\n", monitor->name, series->id,
		series->created / SECOND, series->created % SECOND,
		series->taken - kept, kernel_clock() / SECOND,
		kernel_clock() % SECOND, series->packets, series->bytes);
	for (size_t at = series->count; at-- > 0 && shown < kept;) {
		const struct state *state = &series->states[at];

		if (state->is_reading)
			continue;
		shown++;
		fprintf(file, "sample %" PRId64 " %" PRIu64 " %" PRIu64,
			state->time, state->packets, state->bytes);
		if (state->since >= 0)
			fprintf(file, " %" PRId64, state->since);
		fputc('\n', file);
	}
	fclose(file);
}

/* The files of /proc as they are now. */
void kernel_show(void)
{
	char path[600];

	for (size_t at = 0; at < model.monitor_count; at++) {
		struct monitor *monitor = &model.monitors[at];
		const struct series *series = kernel_live(monitor);

		snprintf(path, sizeof(path), "%s/proc/%s", run_folder(),
			 monitor->name);
		if (series)
			show(monitor, series);
		else
			unlink(path);
	}
}
