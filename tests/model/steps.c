// SPDX-License-Identifier: GPL-2.0-or-later
/* What happens to a machine: drawn, told to the model, and done. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "model.h"
#include "step.h"

const char *const zones[] = {
	"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu",
	"Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns",
	"Pacific/Kiritimati",
};
const size_t zone_count = sizeof(zones) / sizeof(*zones);

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

	/* What is much later than anything known is believed only then. */
	model.is_synchronised |= most >= 3 * DAY;

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
		model.was_set_back = true;
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
		step_mark(&model.monitors[at], true);
	step_command(words, &none, &outcome);
	step_end(&outcome);
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
