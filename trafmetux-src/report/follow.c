// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/follow.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>

#include "base/machine.h"
#include "base/writer.h"
#include "report/show.h"

static bool is_written_over(const struct query *query)
{
	return query->is_terminal && !query->render->is_for_programs;
}

static void write_lines(const struct query *query, const struct report *report,
			const struct live_row *row, FILE *output)
{
	struct writer writer;

	writer_start(&writer, output);
	query->render->live_row(report, row, &writer);
	writer_end(&writer);
}

/* Writes the line over the one before; what is too long is cut off. */
static void write_over(const struct query *query, const struct report *report,
		       const struct live_row *row)
{
	struct winsize size = { 0 };
	char *line = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&line, &length);

	if (!memory)
		return;
	write_lines(query, report, row, memory);
	if (fclose(memory) == 0) {
		length = strcspn(line, "\n");
		if (ioctl(fileno(report->output), TIOCGWINSZ, &size) == 0 &&
		    size.ws_col && length >= size.ws_col)
			length = (size_t)size.ws_col - 1;
		fprintf(report->output, "\r%.*s\033[K", (int)length, line);
	}
	free(line);
}

static int64_t present(void *context)
{
	(void)context;
	return clock_present();
}

static uint64_t monotonic(void *context)
{
	(void)context;
	return (uint64_t)clock_monotonic() / 1000;
}

static void fill_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
}

/* Blocked signals wait until they are asked for: none comes unseen. */
static bool wait_until(void *context, uint64_t until)
{
	sigset_t signals;
	uint64_t now = monotonic(NULL);

	(void)context;
	fill_signals(&signals);
	do {
		const uint64_t rest = until > now ? until - now : 0;
		const struct timespec timeout = {
			.tv_sec = (time_t)(rest / 1000000),
			.tv_nsec = (long)(rest % 1000000 * 1000),
		};

		if (sigtimedwait(&signals, NULL, &timeout) >= 0)
			return false;
		now = monotonic(NULL);
	} while (now < until);
	return true;
}

struct follow_clock follow_clock_start(void)
{
	sigset_t signals;

	fill_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return (struct follow_clock){
		.present = present,
		.monotonic = monotonic,
		.wait = wait_until,
	};
}

/* One monitor. */
struct followed {
	bool is_known;			/* these two are: */
	uint64_t series;
	struct counters counters;	/* when it was read last */
	bool is_reported;		/* that it can't be read */
	struct counters sum;		/* in the present period */
	struct counters growth;		/* since the row before */
};

struct follow {
	struct context context;		/* at the present of the clock */
	const struct query *query;
	const struct follow_clock *clock;
	struct selection selection;
	struct followed *monitors;	/* one for each of its histories */
	struct counters *counters;	/* as many, while a row is made */
	struct figure *figures;		/* one for each column */
	int64_t key;			/* of the present period */
	uint64_t read_at;		/* monotonic */
};

/* What the present period holds so far: archived and live. */
static int read_start(struct follow *follow)
{
	struct context *context = &follow->context;
	const enum period_kind kind = follow->query->period;
	struct query query = *follow->query;
	struct report_table filled = { 0 };
	const struct counters *row;
	int error;

	query.times = kind == PERIOD_TOTAL ? 0 : 1;
	context->present = follow->clock->present(follow->clock->context);
	follow->key = period_key(context->calendar, kind, context->present);
	error = report_table_fill(&filled, &query, &follow->selection);
	if (!error) {
		row = table_row(&filled.table, follow->key);
		for (size_t at = 0; at < follow->selection.history_count; at++)
			follow->monitors[at].sum = row[at];
	}
	report_table_free(&filled);
	return error;
}

static void start_monitors(struct follow *follow)
{
	for (size_t at = 0; at < follow->selection.history_count; at++) {
		struct history *history = &follow->selection.histories[at];

		/* What is to come will be. */
		history->is_about |= history_is_about(history);
		follow->monitors[at].is_known = history->is_live;
		follow->monitors[at].series = history->live.series;
		follow->monitors[at].counters = history->live.counters;
	}
	selection_mark(&follow->selection);
}

/* Reads a monitor again. One that went away may come back as a new series. */
static void read_again(const struct follow *follow, const char *name,
		       struct followed *monitor)
{
	const struct source *source = follow->context.source;
	struct source_reading reading;
	struct live *live = &reading.live;
	int error = source->operations->open(source, name, &reading);

	monitor->growth = (struct counters){ 0 };
	if (error) {
		if (error != -ENOENT && !monitor->is_reported)
			source_report(follow->context.messages, &reading, error);
		monitor->is_reported = true;
		return;
	}
	source->operations->close(&reading);
	monitor->is_reported = false;
	if (!monitor->is_known || monitor->series != live->series)
		monitor->growth = live->counters;
	else if (counters_may_follow(&live->counters, &monitor->counters))
		monitor->growth = counters_difference(&live->counters,
						      &monitor->counters);
	monitor->is_known = true;
	monitor->series = live->series;
	monitor->counters = live->counters;
}

/* Reads all. What grew belongs to the period that holds the last instant. */
static void read_all(struct follow *follow)
{
	const int64_t key = period_key(follow->context.calendar,
				       follow->query->period,
				       follow->context.present - 1);

	for (size_t at = 0; at < follow->selection.history_count; at++) {
		struct followed *monitor = &follow->monitors[at];

		read_again(follow, follow->selection.histories[at].monitor,
			   monitor);
		if (key != follow->key)
			monitor->sum = (struct counters){ 0 };
		counters_add(&monitor->sum, &monitor->growth);
	}
	follow->key = key;
}

/* The bits of a second; microseconds are exact enough in floating point. */
static struct amount find_rate(struct amount bytes, uint64_t microseconds)
{
	const double bits = (double)bytes.size * 8e6 / (double)microseconds;

	bytes.size = bits < (double)UINT64_MAX ? (uint64_t)(bits + 0.5) :
						 UINT64_MAX;
	bytes.is_negative = bytes.is_negative && bytes.size;
	return bytes;
}

static void make_figures(struct follow *follow, uint64_t microseconds)
{
	const struct selection *selection = &follow->selection;
	const size_t count = selection->history_count;

	for (size_t at = 0; at < count; at++)
		follow->counters[at] = follow->monitors[at].sum;
	for (size_t at = 0; at < selection->column_count; at++)
		follow->figures[at] = rows_figure(&selection->columns[at],
						  follow->counters);
	for (size_t at = 0; at < count; at++)
		follow->counters[at] = follow->monitors[at].growth;
	for (size_t at = 0; at < selection->column_count; at++) {
		const struct figure growth =
			rows_figure(&selection->columns[at], follow->counters);

		follow->figures[at].has_average = true;
		follow->figures[at].average = find_rate(growth.bytes,
							microseconds);
	}
}

static void show_row(struct follow *follow)
{
	const struct context *context = &follow->context;
	const struct query *query = follow->query;
	char zone[CALENDAR_ZONE_SIZE];
	struct period period;
	const struct report report = {
		.name = query->name,
		.kind = query->period,
		.calendar = context->calendar,
		.columns = follow->selection.columns,
		.column_count = follow->selection.column_count,
		.unit = query->unit,
		.zone = zone,
		.has_packets = query->packets,
		.output = context->output,
	};
	const struct live_row row = {
		.period = &period,
		.figures = follow->figures,
		.present = context->present,
	};

	calendar_zone(context->calendar, context->present, zone);
	period_describe(context->calendar, query->period, follow->key, &period);
	if (is_written_over(query))
		write_over(query, &report, &row);
	else
		write_lines(query, &report, &row, context->output);
	/* It arrives at once. */
	fflush(context->output);
	/* A message takes the place of the row, which then comes again. */
	if (query->is_terminal && context->progress_output)
		context->messages->progress_shown = true;
}

static void follow_rows(struct follow *follow)
{
	const struct query *query = follow->query;
	const struct follow_clock *clock = follow->clock;
	const uint64_t interval = 1000 * (query->interval ?
		query->interval : FOLLOW_INTERVAL);
	FILE *output = follow->context.output;
	uint64_t due = follow->read_at;
	uint64_t count = 0;

	if (query->render->live_start)
		query->render->live_start(output);
	fflush(output);
	while (!ferror(output) &&
	       (!query->times || count++ < query->times)) {
		uint64_t now;

		due += interval;
		if (!clock->wait(clock->context, due))
			break;
		now = clock->monotonic(clock->context);
		follow->context.present = clock->present(clock->context);
		read_all(follow);
		make_figures(follow, now - follow->read_at);
		follow->read_at = now;
		show_row(follow);
		/* After a long sleep there is nothing to catch up with. */
		if (now > due + interval)
			due = now;
	}
	follow->context.messages->progress_shown = false;
	if (is_written_over(query))
		fputc('\n', output);
}

void follow_run(const struct context *context, const struct query *query,
		const struct follow_clock *clock)
{
	struct follow follow = {
		.context = *context, .query = query, .clock = clock,
		.selection = selection_start(&follow.context),
	};
	struct selection *selection = &follow.selection;
	int error = selection_open(selection, query->words, query->word_count);

	follow.read_at = clock->monotonic(clock->context);
	follow.monitors = calloc(selection->history_count + 1,
				 sizeof(*follow.monitors));
	follow.counters = calloc(selection->history_count + 1,
				 sizeof(*follow.counters));
	follow.figures = calloc(selection->column_count + 1,
				sizeof(*follow.figures));
	if (!follow.monitors || !follow.counters || !follow.figures)
		error = -ENOMEM;
	if (!error) {
		show_report_future(selection);
		start_monitors(&follow);
		error = read_start(&follow);
	}
	if (error)
		message_report(context->messages, "%s", message_reason(-error));
	else if (selection->column_count)
		follow_rows(&follow);
	free(follow.figures);
	free(follow.counters);
	free(follow.monitors);
	selection_close(selection);
}
