// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/context.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/paths.h"
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

void context_open(struct context *context, const struct command *command,
		  struct options *options, struct messages *messages)
{
	check_zone(messages);
	*context = (struct context){
		.command = command,
		.options = options,
		.clock = clock_read(),
		.source = source_module(options->source_path),
		.calendar = { .first_weekday = options->first_weekday,
			      .first_month_day = options->first_month_day },
		.messages = messages,
		.output = stdout,
		.progress = isatty(STDERR_FILENO) ? stderr : NULL,
	};
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
	return strcmp(context->options->archive_path,
		      TRAFMETUX_ARCHIVE_PATH) == 0;
}
