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
};

/* While the monitors are read, one after the other. */
struct reading {
	const struct summary_request *request;
	struct period spans[SPANS];
	struct monitor *monitor;
};

static int add_growth(void *context, const struct growth *growth)
{
	struct reading *reading = context;
	const struct plan_request *request = reading->request->request;
	const int64_t instant = growth->time - 1;

	if (request->is_past && growth->time > request->present)
		return 0;
	for (int at = 0; at < SPANS; at++) {
		const struct period *span = &reading->spans[at];

		if (instant >= span->start && instant < span->end)
			counters_add(&reading->monitor->sums[at],
				     &growth->counters);
	}
	return 0;
}

/* A day is in one month; and the present may cut a day that is past. */
static bool are_together(void *context, int64_t first, int64_t last)
{
	struct reading *reading = context;
	const struct plan_request *request = reading->request->request;
	struct calendar *calendar = reading->request->calendar;

	if (request->is_past && (first < request->present) !=
				(last < request->present))
		return false;
	return calendar_day(calendar, first) == calendar_day(calendar, last);
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

static void write_rows(const struct summary_request *request,
		       const struct monitor *monitors, size_t count)
{
	int width = (int)strlen("monitor");

	for (size_t at = 0; at < count; at++) {
		if ((int)strlen(monitors[at].name) > width)
			width = (int)strlen(monitors[at].name);
	}
	fprintf(request->output, "%-*s  %12s  %12s\n", width, "monitor",
		"today", "this month");
	for (size_t at = 0; at < count; at++) {
		char figures[SPANS][UNIT_TEXT_SIZE];

		for (int span = 0; span < SPANS; span++)
			unit_format(&request->unit,
				    monitors[at].sums[span].bytes,
				    figures[span]);
		fprintf(request->output, "%-*s  %12s  %12s\n", width,
			monitors[at].name, figures[0], figures[1]);
	}
}

static int read_monitors(const struct summary_request *request,
			 struct selection *selection,
			 const struct monitor_names *names,
			 struct monitor *monitors)
{
	static const enum period_kind kinds[SPANS] = { PERIOD_DAY, PERIOD_MONTH };
	struct reading reading = { .request = request };
	const int64_t present = request->request->present;
	struct time_range range = { .end = TIME_RANGE_END };
	struct history_window window;
	int error = 0;

	for (int at = 0; at < SPANS; at++)
		period_describe(request->calendar, kinds[at],
				period_key(request->calendar, kinds[at],
					   present), &reading.spans[at]);
	range.start = reading.spans[1].start;
	window = history_window(request->calendar, &range);
	for (size_t at = 0; !error && at < names->count; at++) {
		struct history history;

		reading.monitor = &monitors[at];
		reading.monitor->name = names->list[at];
		history_open(&history, names->list[at], selection->source,
			     &selection->archive, &selection->listing);
		error = history_read(&history, &window, are_together,
				     add_growth, &reading);
		history_close(&history);
	}
	return error;
}

/* The largest @most monitors today and in this month. */
static void summary_monitors(const struct summary_request *request, size_t most)
{
	struct selection selection = {
		.source = request->request->source,
		.archive_path = request->request->archive_path,
		.messages = request->request->messages,
		.archive = { .directory = -1 },
	};
	struct monitor_names names = { .count = 0 };
	struct monitor *monitors = NULL;
	int error = selection_list_all(&selection, &names);

	if (!error && names.count) {
		monitors = calloc(names.count, sizeof(*monitors));
		error = monitors ? 0 : -ENOMEM;
	}
	if (!error && monitors)
		error = read_monitors(request, &selection, &names, monitors);
	if (error) {
		message_report(request->request->messages, "%s",
			       message_reason(-error));
	} else if (!monitors) {
		fputs("There are no monitors yet: lay a rule with '-j TRAFMETUX --monitor NAME'.\n"
		      "Those of another network namespace can be seen from there only.\n",
		      request->output);
	} else {
		qsort(monitors, names.count, sizeof(*monitors), compare);
		write_rows(request, monitors, names.count < most ?
			   names.count : most);
	}
	free(monitors);
	monitor_names_free(&names);
	selection_close(&selection);
}

static void write_plan(const struct summary_request *request,
		       const struct plan *plan)
{
	struct plan_view view;

	if (!plan_view_open(&view, request->request, plan) &&
	    plan_words_write(&view, &request->unit, request->output))
		message_report(request->request->messages,
			       "%s: out of memory; free some memory and run it again",
			       plan->name);
	plan_view_close(&view);
}

void summary_run(const struct summary_request *request)
{
	const struct config *config = request->config;

	for (size_t at = 0; at < config->count; at++) {
		if (!config->plans[at].is_right)
			continue;
		write_plan(request, &config->plans[at].plan);
		fputc('\n', request->output);
	}
	summary_monitors(request, config->count ? SUMMARY_LARGEST : SIZE_MAX);
	if (!config->count)
		fprintf(request->output,
			"\nTo know what is left of an ISP's plan, describe it in %s: see trafmetux.conf(5).\n"
			"For other reports see 'trafmetux --help'.\n",
			request->config_path);
}
