// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/plan_context.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "counting/counting.h"
#include "plan/limit_memory.h"
#include "plan/plan_file.h"

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
