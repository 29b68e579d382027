// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/invocation.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "counting/counting.h"
#include "index/archive_origin.h"
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

static void find_belief(struct invocation *invocation)
{
	const enum command_time time = invocation->command->time;

	if (time == COMMAND_TIME_NONE) {
		invocation->belief = (struct belief){
			.clock = invocation->clock, .present = invocation->clock.now,
		};
		return;
	}
	belief_find(&invocation->belief, &invocation->clock, TRAFMETUX_RELEASED,
		    invocation->options->archive_path,
		    time == COMMAND_TIME_REPORT ? NULL : &invocation->source,
		    time == COMMAND_TIME_WHOLE);
}

/* The archive, for sources that have no memory. What is wrong with it, others say. */
static bool find_archived(void *context, const char *monitor, uint64_t counter,
			  struct source_archived *archived)
{
	const struct invocation *invocation = context;
	struct messages silent = { .silent = true };
	struct archive archive;
	int error = archive_open(&archive, invocation->options->archive_path, &silent);

	if (error)
		return error == -ENOENT;
	error = archive_origin_find(&archive, monitor, counter, archived);
	archive_close(&archive);
	return !error;
}

/* What the configuration chooses; what is wrong there is told where it is asked for plans. */
static void find_choice(struct invocation *invocation)
{
	struct messages silent = { .silent = true };
	struct config config;

	if (config_read(invocation->options->config_path, false, &config, &silent))
		return;
	invocation->choice = config.sources;
	config.sources = (struct source_choice){ .device_count = 0 };
	config_free(&config);
}

/* Of another directory than the kernel's own nothing else is wanted. */
static void find_source(struct invocation *invocation)
{
	struct source_merge *merge = &invocation->merge;
	const char *path = invocation->options->source_path;

	invocation->source = source_module(path);
	if (meter_pins_folder(invocation->meter_folder) ||
	    strcmp(path, TRAFMETUX_SOURCE_PATH) != 0)
		return;
	find_choice(invocation);
	*merge = (struct source_merge){
		.member = { invocation->source, source_bpf(invocation->meter_folder) },
		.count = 2,
		.memory = { .find = find_archived, .context = invocation },
	};
	if (invocation->choice.device_count)
		merge->member[merge->count++] = source_interface(&invocation->choice,
								 &merge->memory);
	if (invocation->choice.counter_count)
		merge->member[merge->count++] = source_nft(&invocation->choice,
							   &merge->memory);
	invocation->source = source_merged(merge);
}

void invocation_open(struct invocation *invocation, const struct command *command,
		     struct options *options, struct messages *messages)
{
	check_zone(messages);
	*invocation = (struct invocation){
		.command = command,
		.options = options,
		.clock = clock_read(),
		.calendar = { .first_weekday = options->first_weekday,
			      .first_month_day = options->first_month_day },
	};
	find_source(invocation);
	find_belief(invocation);
	invocation->source.belief = &invocation->belief;
	invocation->context = (struct context){
		.source = &invocation->source,
		.archive_path = options->archive_path,
		.expects = !options->has_archive,
		.calendar = &invocation->calendar,
		.present = options->has_at ? options->at : invocation->belief.present,
		.is_past = options->has_at,
		.messages = messages,
		.output = stdout,
		.progress_output = isatty(STDERR_FILENO) ? stderr : NULL,
	};
}

void invocation_close(struct invocation *invocation)
{
	if (invocation->command->time != COMMAND_TIME_NONE)
		belief_free(&invocation->belief);
	source_choice_free(&invocation->choice);
}

bool invocation_find_names(const struct invocation *invocation,
			   struct monitor_names *names)
{
	const struct options *options = invocation->options;
	int error = 0;

	for (size_t at = 0; !error && at < options->operand_count; at++) {
		if (monitor_name_valid(options->operands[at]))
			error = monitor_names_add(names,
						  options->operands[at]);
		else
			monitor_name_report(invocation->context.messages,
					    options->operands[at]);
	}
	monitor_names_sort(names);
	if (error)
		message_report(invocation->context.messages, "%s",
			       message_reason(-error));
	return !error && (names->count || !options->operand_count);
}

bool invocation_is_own(const struct invocation *invocation)
{
	const char *path = invocation->options->archive_path;
	struct stat named;
	struct stat own;

	/* By whatever path it is named. */
	return strcmp(path, TRAFMETUX_ARCHIVE_PATH) == 0 ||
	       (!stat(path, &named) && !stat(TRAFMETUX_ARCHIVE_PATH, &own) &&
		named.st_dev == own.st_dev && named.st_ino == own.st_ino);
}

/* Whose plans have ledgers, or set limits, had one. */
bool invocation_wants_plans(const struct invocation *invocation)
{
	static const char *const traces[] = { PLAN_FILE_DIRECTORY,
					      LIMIT_MEMORY_NAME };
	bool is_wanted = invocation->options->has_config;
	char path[PATH_MAX];

	for (size_t at = 0; at < sizeof(traces) / sizeof(*traces); at++) {
		snprintf(path, sizeof(path), "%s/%s",
			 invocation->options->archive_path, traces[at]);
		is_wanted |= access(path, F_OK) == 0;
	}
	return is_wanted;
}

void invocation_tell_plan(const struct invocation *invocation, const struct plan *plan)
{
	const struct context *context = &invocation->context;
	struct monitor_names wanted = { 0 };

	if (context->expects &&
	    (!plan || !counting_wanted(plan->columns, plan->column_count, &wanted)))
		counting_tell(context, plan ? &wanted : NULL, INT64_MAX, !plan);
	monitor_names_free(&wanted);
}

/* The plan that is named, if it can be used; else it was reported. */
static const struct config_plan *find_plan(const struct invocation *invocation,
					   const struct config *config)
{
	const char *name = invocation->options->operands[0];
	const struct config_plan *found = config_find(config, name);

	if (found && found->is_right)
		return found;
	/* What is wrong with it was said when the file was read. */
	if (!found)
		message_report(invocation->context.messages,
			       "%s: no such plan in %s; see trafmetux.conf(5)",
			       name, invocation->options->config_path);
	return NULL;
}

int invocation_run_plan(struct invocation *invocation,
			int (*answer)(struct invocation *invocation,
				      const struct config_plan *found))
{
	const struct context *context = &invocation->context;
	const struct config_plan *found;
	struct config config;
	int status = STATUS_DONE;

	if (config_read(invocation->options->config_path, true, &config,
			context->messages))
		return STATUS_DONE;
	if (!context->is_past && !belief_is_sure(&invocation->belief))
		belief_report(&invocation->belief, context->messages);
	found = find_plan(invocation, &config);
	if (found) {
		invocation_tell_plan(invocation, &found->plan);
		status = answer(invocation, found);
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

int invocation_query(const struct invocation *invocation, const char *name,
		     struct query *query)
{
	const struct options *options = invocation->options;
	const struct context *context = &invocation->context;
	const bool is_terminal = isatty(STDOUT_FILENO);

	*query = (struct query){
		.name = name,
		.period = invocation->command->period,
		.words = options->operands,
		.word_count = options->operand_count,
		.times = options->times,
		.top = options->top,
		.unit = options->unit,
		.total = options->total,
		.packets = options->packets,
		.rates = options->rates,
		.interval = options->interval,
		.render = options->render,
		.is_terminal = is_terminal,
		.is_styled = is_terminal && is_styled(),
	};
	if (time_range_resolve(context->calendar, context->present, &options->from,
			       &options->to, &query->range))
		return STATUS_DONE;
	message_report(context->messages,
		       "--from is not before the end of --to; try 'trafmetux --help'");
	return STATUS_USAGE;
}

void invocation_tell(const struct invocation *invocation, const struct query *query,
		     size_t count)
{
	const struct options *options = invocation->options;
	const struct context *context = &invocation->context;
	struct monitor_names wanted = { 0 };

	/* An archive that is named may be any machine's. */
	if (context->expects && !counting_wanted(options->operands, count, &wanted))
		counting_tell(context, options->operand_count ? &wanted : NULL,
			      query->range.end, false);
	monitor_names_free(&wanted);
}

/* Does the kernel count any of the monitors that are asked for? */
static bool is_counting(const struct invocation *invocation, size_t count)
{
	const struct options *options = invocation->options;
	struct monitor_names names = { 0 };
	bool found = false;

	if (!invocation->source.operations->list(&invocation->source, &names)) {
		found = names.count && !options->operand_count;
		for (size_t at = 0; at < count; at++)
			found |= monitor_names_hold(&names,
						    options->operands[at]);
	}
	monitor_names_free(&names);
	return found;
}

void invocation_tell_clock(const struct invocation *invocation, size_t count)
{
	const struct belief *belief = &invocation->belief;

	if (belief_is_sure(belief))
		return;
	/* Of another machine's archive, this one's clock tells nothing. */
	if (!invocation->options->has_archive || invocation_is_own(invocation) ||
	    belief->is_ours || is_counting(invocation, count))
		belief_report(belief, invocation->context.messages);
}
