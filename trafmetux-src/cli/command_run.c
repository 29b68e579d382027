// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/command_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "index/belief.h"
#include "time/calendar.h"
#include "base/clock.h"
#include "cli/clock_command.h"
#include "upkeep/compact.h"
#include "counting/counting.h"
#include "counting/counting_update.h"
#include "upkeep/doctor.h"
#include "explain/explain.h"
#include "exchange/export.h"
#include "report/follow.h"
#include "exchange/import.h"
#include "base/paths.h"
#include "cli/plan_command.h"
#include "report/render.h"
#include "counting/retire.h"
#include "report/show.h"
#include "source/source.h"
#include "upkeep/update.h"
#include "upkeep/verify.h"

static const struct render_operations *choose_render(enum output_format format)
{
	switch (format) {
	case OUTPUT_JSON:
		return &render_json;
	case OUTPUT_CSV:
		return &render_csv;
	case OUTPUT_TABLE:
		return &render_table;
	case OUTPUT_TEXT:
		break;
	}
	return &render_text;
}

static struct source find_source(const struct options *options,
				 const struct belief *belief)
{
	struct source source = source_module(options->source_path);

	source.belief = belief;
	return source;
}

/* The monitors that are named, sorted; false when none of them could be one. */
static bool find_names(const struct options *options,
		       struct messages *messages, struct monitor_names *names)
{
	int error = 0;

	for (size_t at = 0; !error && at < options->operand_count; at++) {
		if (monitor_name_valid(options->operands[at]))
			error = monitor_names_add(names,
						  options->operands[at]);
		else
			monitor_name_report(messages, options->operands[at]);
	}
	monitor_names_sort(names);
	if (error)
		message_report(messages, "%s", message_reason(-error));
	return !error && (names->count || !options->operand_count);
}

/* The commands about plans; an update's part comes after the archive's. */
static int run_plans(const struct options *options, struct calendar *calendar,
		     struct belief *belief, struct messages *messages)
{
	const struct source source = find_source(options, belief);
	const struct plan_command command = {
		.options = options,
		.source = &source,
		.calendar = calendar,
		.belief = belief,
		.messages = messages,
		.output = stdout,
	};

	if (options->command != COMMAND_UPDATE)
		return plan_command_run(&command);
	plan_command_update(&command);
	return STATUS_DONE;
}

/* What is written there, this machine counts. */
static bool is_own_archive(const struct options *options)
{
	return strcmp(options->archive_path, TRAFMETUX_ARCHIVE_PATH) == 0;
}

static void run_update(const struct options *options,
		       struct calendar *calendar, struct belief *belief,
		       struct messages *messages)
{
	const struct source source = find_source(options, belief);
	struct monitor_names names = { 0 };
	struct counting_seen seen = { .list_error = 0 };
	bool is_right;
	struct update_request request = {
		.source = &source,
		.archive_path = options->archive_path,
		.names = &names,
		.now = options->now,
		.sync = options->sync,
		.belief = belief,
		.calendar = calendar,
		.messages = messages,
		.seen = &seen,
	};
	const struct counting_update counting = {
		.source = &source,
		.archive_path = options->archive_path,
		.seen = &seen,
		.expects = is_own_archive(options),
		.is_terminal = isatty(STDERR_FILENO),
		.place = place_find(),
		.present = belief->present,
		.is_timed = belief_is_sure(belief),
		.messages = messages,
	};

	belief_settle(belief, options->archive_path, messages);
	is_right = find_names(options, messages, &names);
	if (is_right)
		update_run(&request);
	run_plans(options, calendar, belief, messages);
	/* Last, as it may take seconds, and limits must not wait for it. */
	if (is_right)
		counting_update_run(&counting);
	counting_seen_free(&seen);
	monitor_names_free(&names);
}

static void run_verify(const struct options *options,
		       struct calendar *calendar, const struct belief *belief,
		       struct messages *messages)
{
	const struct source source = find_source(options, belief);
	struct monitor_names names = { 0 };
	struct verify_request request = {
		.source = &source,
		.archive_path = options->archive_path,
		.names = &names,
		.repair = options->repair,
		.calendar = calendar,
		.messages = messages,
		.output = stdout,
	};

	if (find_names(options, messages, &names))
		verify_run(&request);
	monitor_names_free(&names);
}

static void run_compact(const struct options *options,
			struct calendar *calendar, const struct belief *belief,
			struct messages *messages)
{
	struct monitor_names names = { 0 };
	const struct compact_request request = {
		.archive_path = options->archive_path,
		.names = &names,
		.present = options->has_at ? options->at : belief->present,
		.has_keep_minutes = options->has_keep_minutes,
		.keep_minutes = (int64_t)options->keep_minutes,
		.calendar = calendar,
		.messages = messages,
		.progress_output = isatty(STDERR_FILENO) ? stderr : NULL,
		.output = stdout,
	};

	/* Which months are old, nobody knows. */
	if (!options->has_at && !belief_is_sure(belief))
		belief_report(belief, messages);
	else if (find_names(options, messages, &names))
		compact_run(&request);
	monitor_names_free(&names);
}

static void run_doctor(const struct options *options,
		       const struct belief *belief, struct messages *messages)
{
	const struct source source = find_source(options, belief);
	const struct doctor_request request = {
		.source = &source,
		.archive_path = options->archive_path,
		.cron_root = options->cron_root,
		.expects = !options->has_archive,
		.present = belief->present,
		.messages = messages,
		.output = stdout,
	};

	doctor_run(&request);
}

static void run_retire(const struct options *options,
		       const struct belief *belief,
		       struct messages *messages)
{
	const struct source source = source_module(options->source_path);
	struct monitor_names names = { 0 };
	const struct retire_request request = {
		.source = &source,
		.archive_path = options->archive_path,
		.names = &names,
		.undo = options->undo,
		.present = belief->present,
		.messages = messages,
		.output = stdout,
	};

	if (find_names(options, messages, &names))
		retire_run(&request);
	monitor_names_free(&names);
}

static void run_import(const struct options *options,
		       struct calendar *calendar, int64_t machine_time,
		       struct messages *messages)
{
	const struct import_request request = {
		.format = options->operands[0],
		.path = options->operands[1],
		.archive_path = options->archive_path,
		.monitor = options->monitor,
		.interface = options->interface,
		.rx = options->rx,
		.tx = options->tx,
		.month_start = options->first_month_day,
		.machine_time = machine_time,
		.calendar = calendar,
		.messages = messages,
		.progress_output = isatty(STDERR_FILENO) ? stderr : NULL,
		.output = stdout,
	};

	if (is_own_archive(options))
		counting_begin(options->archive_path, machine_time);
	import_run(&request);
}

/* Bold type is for terminals, and for whom does not object: no-color.org. */
static bool is_styled(void)
{
	const char *objection = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return !(objection && *objection) &&
	       terminal && strcmp(terminal, "dumb") != 0;
}

static void run_follow(const struct show_request *request)
{
	const struct follow_clock clock = follow_clock_start();

	follow_run(request, &clock);
}

/* Before a report: which of its monitors should count now, and do not. */
static void tell_counting(const struct options *options,
			  const struct show_request *request)
{
	struct monitor_names wanted = { 0 };
	const struct counting_question question = {
		.source = request->source,
		.archive_path = options->archive_path,
		.wanted = options->operand_count ? &wanted : NULL,
		.present = request->present,
		.is_past = options->has_at,
		.until = request->range.end,
	};
	const bool has_period = options->command == COMMAND_EXPLAIN &&
				options->operand_count == 2;

	/* Else it is said with the figures. */
	if (!options->has_archive && !options->has_at &&
	    (options->command == COMMAND_LIST ||
	     options->command == COMMAND_EXPLAIN) &&
	    !belief_is_sure(request->source->belief))
		belief_report(request->source->belief, request->messages);
	/* An archive that is named may be any machine's. */
	if (!options->has_archive &&
	    !counting_wanted(options->operands,
			     options->operand_count - has_period, &wanted))
		counting_tell(&question, false, request->messages);
	monitor_names_free(&wanted);
}

/* Of "show-hourly", "hourly". */
static const char *report_name(const struct options *options)
{
	const char *dash = strchr(options->command_word, '-');

	return dash ? dash + 1 : options->command_word;
}

static int run_show(const struct options *options, struct calendar *calendar,
		    const struct belief *belief, struct messages *messages)
{
	const struct source source = find_source(options, belief);
	const struct query query = {
		.archive_path = options->archive_path,
		.name = report_name(options),
		.period = options->period,
		.words = options->operands,
		.word_count = options->operand_count,
		.times = options->times,
		.top = options->top,
		.unit = options->unit,
		.total = options->total,
		.packets = options->packets,
		.rates = options->rates,
		.format = options->format,
		.interval = options->interval,
	};
	struct show_request request = {
		.query = &query,
		.source = &source,
		.render = choose_render(options->format),
		.calendar = calendar,
		.present = options->has_at ? options->at : belief->present,
		.messages = messages,
		.output = stdout,
		.is_terminal = isatty(STDOUT_FILENO),
		.is_styled = isatty(STDOUT_FILENO) && is_styled(),
		.progress_output = isatty(STDERR_FILENO) ? stderr : NULL,
	};

	if (!time_range_resolve(calendar, request.present, &options->from,
				&options->to, &request.range)) {
		message_report(messages,
			       "--from is not before the end of --to; try 'trafmetux --help'");
		return STATUS_USAGE;
	}
	tell_counting(options, &request);
	if (options->command == COMMAND_LIST)
		show_list(&request);
	else if (options->command == COMMAND_EXPLAIN)
		explain_run(&request);
	else if (options->command == COMMAND_EXPORT)
		export_run(&request);
	else if (options->follow)
		run_follow(&request);
	else
		show_run(&request);
	return STATUS_DONE;
}

/* The C library would take an unknown zone for UTC and say nothing. */
static void check_zone(struct messages *messages)
{
	const char *zone = getenv("TZ");

	if (!zone || calendar_zone_valid(zone))
		return;
	message_report(messages,
		       "TZ '%s' is no time zone known here, UTC is used; give a name such as Europe/Paris, and install tzdata",
		       zone);
	zone_use("UTC");
}

/* Reports of one monitor need not read them all: they decide nothing. */
static bool is_report(enum command command)
{
	return command == COMMAND_SHOW || command == COMMAND_LIST ||
	       command == COMMAND_EXPLAIN || command == COMMAND_EXPORT;
}

/* What has to do with the present time. */
static int run_timed(const struct options *options, struct calendar *calendar,
		     struct belief *belief, struct messages *messages)
{
	switch (options->command) {
	case COMMAND_UPDATE:
		run_update(options, calendar, belief, messages);
		return STATUS_DONE;
	case COMMAND_SUMMARY:
	case COMMAND_PLAN:
	case COMMAND_LEDGER:
	case COMMAND_CHECK:
	case COMMAND_CALIBRATE:
		return run_plans(options, calendar, belief, messages);
	case COMMAND_VERIFY:
		run_verify(options, calendar, belief, messages);
		return STATUS_DONE;
	case COMMAND_COMPACT:
		run_compact(options, calendar, belief, messages);
		return STATUS_DONE;
	case COMMAND_DOCTOR:
		run_doctor(options, belief, messages);
		return STATUS_DONE;
	case COMMAND_RETIRE:
		run_retire(options, belief, messages);
		return STATUS_DONE;
	case COMMAND_CLOCK:
		clock_command_run(belief, options->archive_path,
				  options->accept, messages, stdout);
		return STATUS_DONE;
	default:
		return run_show(options, calendar, belief, messages);
	}
}

static int run_present(const struct options *options, struct calendar *calendar,
		       const struct clock_reading *clock,
		       struct messages *messages)
{
	const struct source source = source_module(options->source_path);
	struct belief belief;
	int status;

	belief_find(&belief, clock, TRAFMETUX_RELEASED, options->archive_path,
		    is_report(options->command) ? NULL : &source,
		    options->command == COMMAND_CLOCK);
	status = run_timed(options, calendar, &belief, messages);
	belief_free(&belief);
	return status;
}

int command_run(const struct options *options, struct messages *messages)
{
	const struct clock_reading clock = clock_read();
	struct calendar calendar = {
		.first_weekday = options->first_weekday,
		.first_month_day = options->first_month_day,
	};

	switch (options->command) {
	case COMMAND_HELP:
		options_write_usage(stdout);
		return STATUS_DONE;
	case COMMAND_VERSION:
		puts("trafmetux " TRAFMETUX_VERSION);
		return STATUS_DONE;
	default:
		check_zone(messages);
	}
	if (options->command == COMMAND_IMPORT)
		run_import(options, &calendar, clock.now, messages);
	else
		return run_present(options, &calendar, &clock, messages);
	return STATUS_DONE;
}
