// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/context.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/archive_file.h"
#include "base/file.h"
#include "counting/counting.h"
#include "plan/plan_file.h"
#include "plan/plan_limit.h"
#include "report/render.h"
#include "time/zone.h"

/* The C library would take an unknown zone for UTC and say nothing. */
static void check_zone(struct messages *messages)
{
	const char *zone = getenv("TZ");

	if (!zone || zone_is_valid(zone))
		return;
	message_report(messages,
		       "TZ '%s' is no time zone known here, UTC is used; give a name such as Europe/Paris, and install tzdata",
		       zone);
	zone_use("UTC");
}

static void find_belief(struct context *context)
{
	const enum command_time time = context->command->time;

	if (time == COMMAND_TIME_NONE) {
		context->belief = (struct belief){
			.clock = context->clock, .present = context->clock.now,
		};
		return;
	}
	belief_find(&context->belief, &context->clock, TRAFMETUX_RELEASED,
		    context->options->archive_path,
		    time == COMMAND_TIME_REPORT ? NULL : &context->source,
		    time == COMMAND_TIME_WHOLE);
}

/* That of the newest record. */
static bool find_series(void *context_, const char *monitor, uint64_t *series)
{
	const struct context *context = context_;
	struct messages silent = { .silent = true };
	struct archive_listing listing = { 0 };
	struct archive_tail tail = { 0 };
	const struct archive_file *files;
	struct archive archive;
	size_t count;

	if (archive_open(&archive, context->options->archive_path, &silent))
		return false;
	if (!archive_list(&archive, NULL, &listing)) {
		files = archive_files_of(&listing, monitor, &count);
		archive_tail_read(&archive, files, count, SAMPLE_TIME_MAX, &tail);
	}
	archive_listing_free(&listing);
	archive_close(&archive);
	*series = tail.series;
	return tail.time != 0;
}

/* Of another directory than the kernel's own nothing else is wanted. */
static void find_source(struct context *context)
{
	const char *path = context->options->source_path;

	context->source = source_module(path);
	if (meter_pins_folder(context->meter_folder) ||
	    strcmp(path, TRAFMETUX_SOURCE_PATH) != 0)
		return;
	context->merge = (struct source_merge){
		.member = { context->source, source_bpf(context->meter_folder) },
		.find_series = find_series, .context = context,
	};
	context->source = source_merged(&context->merge);
}

void context_open(struct context *context, const struct command *command,
		  struct options *options, struct messages *messages)
{
	check_zone(messages);
	*context = (struct context){
		.command = command,
		.options = options,
		.clock = clock_read(),
		.calendar = { .first_weekday = options->first_weekday,
			      .first_month_day = options->first_month_day },
		.messages = messages,
		.output = stdout,
		.progress = isatty(STDERR_FILENO) ? stderr : NULL,
	};
	find_source(context);
	find_belief(context);
	context->source.belief = &context->belief;
	context->present = options->has_at ? options->at :
					     context->belief.present;
}

void context_close(struct context *context)
{
	if (context->command->time != COMMAND_TIME_NONE)
		belief_free(&context->belief);
}

bool context_find_names(const struct context *context,
			struct monitor_names *names)
{
	const struct options *options = context->options;
	int error = 0;

	for (size_t at = 0; !error && at < options->operand_count; at++) {
		if (monitor_name_valid(options->operands[at]))
			error = monitor_names_add(names,
						  options->operands[at]);
		else
			monitor_name_report(context->messages,
					    options->operands[at]);
	}
	monitor_names_sort(names);
	if (error)
		message_report(context->messages, "%s",
			       message_reason(-error));
	return !error && (names->count || !options->operand_count);
}

bool context_is_own(const struct context *context)
{
	const char *path = context->options->archive_path;
	struct stat named;
	struct stat own;

	/* By whatever path it is named. */
	return strcmp(path, TRAFMETUX_ARCHIVE_PATH) == 0 ||
	       (!stat(path, &named) && !stat(TRAFMETUX_ARCHIVE_PATH, &own) &&
		named.st_dev == own.st_dev && named.st_ino == own.st_ino);
}

struct plan_request plan_context_request(const struct context *context)
{
	const struct options *options = context->options;

	return (struct plan_request){
		.source = &context->source,
		.archive_path = options->archive_path,
		.present = context->present,
		.is_past = options->has_at,
		.recompute = options->recompute || options->what_if,
		.expects = !options->has_archive,
		.messages = context->messages,
	};
}

/* Whose plans have ledgers, or set limits, had one. */
bool plan_context_is_wanted(const struct context *context)
{
	static const char *const traces[] = { PLAN_FILE_DIRECTORY,
					      LIMIT_MEMORY_NAME };
	bool is_wanted = context->options->has_config;
	char path[PATH_MAX];

	for (size_t at = 0; at < sizeof(traces) / sizeof(*traces); at++) {
		snprintf(path, sizeof(path), "%s/%s",
			 context->options->archive_path, traces[at]);
		is_wanted |= access(path, F_OK) == 0;
	}
	return is_wanted;
}

void plan_context_tell(const struct context *context, const struct plan *plan)
{
	struct monitor_names wanted = { 0 };
	const struct counting_question question = {
		.source = &context->source,
		.archive_path = context->options->archive_path,
		.wanted = plan ? &wanted : NULL,
		.present = context->present,
		.is_past = context->options->has_at,
		.until = INT64_MAX,
	};

	if (!context->options->has_archive &&
	    (!plan || !counting_wanted(plan->columns, plan->column_count,
				       &wanted)))
		counting_tell(&question, !plan, context->messages);
	monitor_names_free(&wanted);
}

/* The plan that is named, if it can be used; else it was reported. */
static const struct config_plan *find_plan(const struct context *context,
					   const struct config *config)
{
	const char *name = context->options->operands[0];
	const struct config_plan *found = config_find(config, name);

	if (found && found->is_right)
		return found;
	/* What is wrong with it was said when the file was read. */
	if (!found)
		message_report(context->messages,
			       "%s: no such plan in %s; see trafmetux.conf(5)",
			       name, context->options->config_path);
	return NULL;
}

int plan_context_run(struct context *context,
		     int (*answer)(struct context *context,
				   const struct plan_request *request,
				   const struct config_plan *found))
{
	const struct plan_request request = plan_context_request(context);
	const struct config_plan *found;
	struct config config;
	int status = STATUS_DONE;

	if (config_read(context->options->config_path, true, &config,
			context->messages))
		return STATUS_DONE;
	if (!context->options->has_at && !belief_is_sure(&context->belief))
		belief_report(&context->belief, context->messages);
	found = find_plan(context, &config);
	if (found) {
		plan_context_tell(context, &found->plan);
		status = answer(context, &request, found);
	}
	config_free(&config);
	return status;
}

/* Bold type is for terminals, and for whom does not object: no-color.org. */
static bool is_styled(void)
{
	const char *objection = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return !(objection && *objection) &&
	       terminal && strcmp(terminal, "dumb") != 0;
}

static struct query make_query(const struct context *context, const char *name)
{
	const struct options *options = context->options;

	return (struct query){
		.archive_path = options->archive_path,
		.name = name,
		.period = context->command->period,
		.words = options->operands,
		.word_count = options->operand_count,
		.times = options->times,
		.top = options->top,
		.unit = options->unit,
		.total = options->total,
		.packets = options->packets,
		.rates = options->rates,
		.interval = options->interval,
	};
}

int show_context_open(struct show_context *show, struct context *context,
		      const char *name)
{
	const bool is_terminal = isatty(STDOUT_FILENO);

	show->query = make_query(context, name);
	show->request = (struct show_request){
		.query = &show->query,
		.source = &context->source,
		.render = context->options->render,
		.calendar = &context->calendar,
		.present = context->present,
		.messages = context->messages,
		.output = context->output,
		.is_terminal = is_terminal,
		.is_styled = is_terminal && is_styled(),
		.progress_output = context->progress,
	};
	if (time_range_resolve(&context->calendar, context->present,
			       &context->options->from, &context->options->to,
			       &show->request.range))
		return STATUS_DONE;
	message_report(context->messages,
		       "--from is not before the end of --to; try 'trafmetux --help'");
	return STATUS_USAGE;
}

void show_context_tell(const struct show_context *show,
		       const struct context *context, size_t count)
{
	const struct options *options = context->options;
	struct monitor_names wanted = { 0 };
	const struct counting_question question = {
		.source = &context->source,
		.archive_path = options->archive_path,
		.wanted = options->operand_count ? &wanted : NULL,
		.present = context->present,
		.is_past = options->has_at,
		.until = show->request.range.end,
	};

	/* An archive that is named may be any machine's. */
	if (!options->has_archive &&
	    !counting_wanted(options->operands, count, &wanted))
		counting_tell(&question, false, context->messages);
	monitor_names_free(&wanted);
}

/* Does the kernel count any of the monitors that are asked for? */
static bool is_counting(const struct context *context, size_t count)
{
	const struct options *options = context->options;
	struct monitor_names names = { 0 };
	bool found = false;

	if (!context->source.operations->list(&context->source, &names)) {
		found = names.count && !options->operand_count;
		for (size_t at = 0; at < count; at++)
			found |= monitor_names_hold(&names,
						    options->operands[at]);
	}
	monitor_names_free(&names);
	return found;
}

void show_context_tell_clock(const struct context *context, size_t count)
{
	const struct belief *belief = &context->belief;

	if (belief_is_sure(belief))
		return;
	/* Of another machine's archive, this one's clock tells nothing. */
	if (!context->options->has_archive || context_is_own(context) ||
	    belief->is_ours || is_counting(context, count))
		belief_report(belief, context->messages);
}
