// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "cli/invocation.h"
#include "plan/check.h"

/* Why a plan of the configuration can't be used. */
static void explain_fault(const struct options *options,
			  const struct config *config, bool is_found,
			  char *reason, size_t size)
{
	const struct config_fault *fault =
		config_find_fault(config, is_found ? options->operands[0] : "");
	int length = 0;

	*reason = '\0';
	if (!is_found)
		length = snprintf(reason, size,
				  "%.31s: no such plan in %s; see trafmetux.conf(5)",
				  options->operands[0], options->config_path);
	if (fault && (size_t)length < size)
		snprintf(reason + length, size - (size_t)length,
			 "%s%s: line %" PRIu64 ": %s%s%s", length ? "; " : "",
			 options->config_path, fault->line,
			 fault->key ? fault->key : "", fault->key ? ": " : "",
			 fault->words);
}

static int answer(struct invocation *invocation, const struct config_plan *found)
{
	const struct options *options = invocation->options;
	const struct check_options wanted = {
		.warning = options->warning, .critical = options->critical,
		.stale = options->has_stale ? options->stale :
					      CHECK_STALE_SECONDS,
	};

	return (int)check_run(&invocation->context, &found->plan, &wanted);
}

/* Nothing may be said on standard error: the line says it all. */
int command_check(struct invocation *invocation)
{
	const struct options *options = invocation->options;
	char reason[CHECK_REASON_SIZE] = "";
	struct messages messages = { .silent = true, .first = reason,
				     .first_size = sizeof(reason) };
	const struct config_plan *found;
	struct config config;
	int status;
	int error;

	check_limit_time(options->times && options->times < UINT_MAX ?
			 (unsigned int)options->times : CHECK_TIMEOUT_SECONDS);
	error = config_read(options->config_path, true, &config, &messages);
	found = config_find(&config, options->operands[0]);
	if (found && found->is_right) {
		status = answer(invocation, found);
	} else {
		/* What is wrong with other plans is no reason. */
		if (!error)
			explain_fault(options, &config, found, reason,
				      sizeof(reason));
		status = (int)check_unknown(invocation->context.output, reason);
	}
	config_free(&config);
	return status;
}
