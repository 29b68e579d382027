// SPDX-License-Identifier: GPL-2.0-or-later
/* Updates, and what the archive has for sure when they are done. */
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "step.h"

/*
 * What an update could archive: maybe, or for sure. What was counted by a wrong clock
 * goes into the next record with a time that is believed.
 */
void step_mark(struct monitor *monitor, bool is_certain)
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

void step_update(bool is_now, unsigned int fault_percent)
{
	const struct monitor *one = &model.monitors[draw(model.monitor_count)];
	const char *only = chance(15) && kernel_live((struct monitor *)one) ?
				   one->name : NULL;
	struct fault fault = step_fault(fault_percent, 40);
	struct outcome outcome;
	char *words[8];
	bool is_done;

	update_words(words, is_now, only);
	for (size_t at = 0; at < model.monitor_count; at++) {
		struct monitor *monitor = &model.monitors[at];

		if (!is_meant(monitor, only))
			continue;
		step_mark(monitor, false);
		if (is_now)
			add_reading(monitor);
	}
	is_done = step_command(words, &fault, &outcome) && kernel_is_believed();
	for (size_t at = 0; is_done && at < model.monitor_count; at++) {
		if (!is_meant(&model.monitors[at], only))
			continue;
		step_mark(&model.monitors[at], true);
		if (is_now)
			settle_reading(&model.monitors[at]);
	}
	step_end(&outcome);
}

/* One is stopped in the middle of its work, while another runs. */
void step_two(void)
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
		step_mark(&model.monitors[at], false);
	is_done = step_command(words, &fault, &first) && kernel_is_believed();
	if (first.is_stopped) {
		char *again[8];

		note("  meanwhile:");
		second = (struct outcome){ 0 };
		if (chance(25)) {
			report_check();
		} else if (chance(60)) {
			update_words(again, false, NULL);
			step_command(again, &none, &second);
		} else {
			others[0] = chance(50) ? "compact" : "verify";
			others[1] = others[0][0] == 'v' ? "--repair" : NULL;
			step_command(others, &none, &second);
		}
		step_end(&second);
		run_continue(&first);
		note("    the first one answers %d %s", first.status, first.messages);
		is_done = first.status == 0 && kernel_is_believed();
	}
	for (size_t at = 0; is_update && is_done && at < model.monitor_count; at++)
		step_mark(&model.monitors[at], true);
	step_end(&first);
}
