// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/summary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "plan/plan_words.h"
#include "time/period.h"

/* Today and this month. */
enum { SPANS = 2 };

struct monitor {
	const char *name;
	struct counters sums[SPANS];
	bool is_about[SPANS];
};

/* While the monitors are read, one after the other. */
struct reading {
	const struct context *context;
	struct period spans[SPANS];
	struct monitor *monitor;
};

static int add_growth(void *context, const struct growth *growth)
{
	struct reading *reading = context;
	const struct context *about = reading->context;
	const int64_t instant = growth->time - 1;

	if (about->is_past && growth->time > about->present)
		return 0;
	for (int at = 0; at < SPANS; at++) {
		const struct period *span = &reading->spans[at];

		if (instant < span->start || instant >= span->end)
			continue;
		counters_add(&reading->monitor->sums[at], &growth->counters);
		reading->monitor->is_about[at] |= growth->is_about;
	}
	return 0;
}

/* A day is in one month; and the present may cut a day that is past. */
static bool are_together(void *context, int64_t first, int64_t last)
{
	const struct reading *reading = context;
	const struct context *about = reading->context;

	if (about->is_past && (first < about->present) != (last < about->present))
		return false;
	return calendar_day(about->calendar, first) ==
	       calendar_day(about->calendar, last);
}

/* The largest of the month first, then of the day, then by name. */
static int compare(const void *left, const void *right)
{
	const struct monitor *first = left;
	const struct monitor *second = right;

	for (int at = SPANS - 1; at >= 0; at--) {
		if (first->sums[at].bytes != second->sums[at].bytes)
			return first->sums[at].bytes < second->sums[at].bytes ?
				1 : -1;
	}
	return strcmp(first->name, second->name);
}

static void write_rows(const struct monitor *monitors, size_t count,
		       const struct unit *unit, FILE *output)
{
	int width = (int)strlen("monitor");

	for (size_t at = 0; at < count; at++) {
		if ((int)strlen(monitors[at].name) > width)
			width = (int)strlen(monitors[at].name);
	}
	fprintf(output, "%-*s  %12s  %12s\n", width, "monitor",
		"today", "this month");
	for (size_t at = 0; at < count; at++) {
		char figures[SPANS][UNIT_TEXT_SIZE + 1];

		for (int span = 0; span < SPANS; span++) {
			const bool is_about = monitors[at].is_about[span];

			strcpy(figures[span], is_about ? "~" : "");
			unit_format(unit, monitors[at].sums[span].bytes,
				    figures[span] + is_about);
		}
		fprintf(output, "%-*s  %12s  %12s\n", width,
			monitors[at].name, figures[0], figures[1]);
	}
}

static int read_monitors(const struct selection *selection,
			 const struct monitor_names *names,
			 struct monitor *monitors)
{
	static const enum period_kind kinds[SPANS] = { PERIOD_DAY, PERIOD_MONTH };
	const struct context *context = selection->context;
	struct reading reading = { .context = context };
	struct time_range range = { .end = TIME_RANGE_END };
	struct history_window window;
	int error = 0;

	for (int at = 0; at < SPANS; at++)
		period_describe(context->calendar, kinds[at],
				period_key(context->calendar, kinds[at],
					   context->present), &reading.spans[at]);
	range.start = reading.spans[1].start;
	window = history_window(context->calendar, &range);
	for (size_t at = 0; !error && at < names->count; at++) {
		struct history history;

		reading.monitor = &monitors[at];
		reading.monitor->name = names->list[at];
		selection_history(selection, names->list[at], &history);
		error = history_read(&history, &window, are_together,
				     add_growth, &reading);
		history_close(&history);
	}
	return error;
}

/* The largest @most monitors today and in this month. */
static void summary_monitors(const struct context *context, size_t most,
			     const struct unit *unit)
{
	struct selection selection = selection_start(context);
	struct monitor_names names = { .count = 0 };
	struct monitor *monitors = NULL;
	int error = selection_list_all(&selection, &names);

	if (!error && names.count) {
		monitors = calloc(names.count, sizeof(*monitors));
		error = monitors ? 0 : -ENOMEM;
	}
	if (!error && monitors)
		error = read_monitors(&selection, &names, monitors);
	if (error) {
		message_report(context->messages, "%s", message_reason(-error));
	} else if (!monitors) {
		fputs("There are no monitors yet: lay a rule with '-j TRAFMETUX --monitor NAME'.\n"
		      "Those of another network namespace can be seen from there only.\n",
		      context->output);
	} else {
		qsort(monitors, names.count, sizeof(*monitors), compare);
		write_rows(monitors, names.count < most ? names.count : most,
			   unit, context->output);
	}
	free(monitors);
	monitor_names_free(&names);
	selection_close(&selection);
}

static void write_plan(const struct context *context, const struct plan *plan,
		       const struct unit *unit)
{
	struct plan_view view;

	if (!plan_view_open(&view, context, plan, false) &&
	    plan_words_write(&view, unit, context->output))
		message_report(context->messages,
			       "%s: out of memory; free some memory and run it again",
			       plan->name);
	plan_view_close(&view);
}

void summary_run(const struct context *context, const struct config *config,
		 const char *config_path, const struct unit *unit)
{
	for (size_t at = 0; at < config->count; at++) {
		if (!config->plans[at].is_right)
			continue;
		write_plan(context, &config->plans[at].plan, unit);
		fputc('\n', context->output);
	}
	summary_monitors(context, config->count ? SUMMARY_LARGEST : SIZE_MAX, unit);
	if (!config->count)
		fprintf(context->output,
			"\nTo know what is left of an ISP's plan, describe it in %s: see trafmetux.conf(5).\n"
			"For other reports see 'trafmetux --help'.\n",
			config_path);
}
