// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/plan_command.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "plan/calibrate.h"
#include "plan/check.h"
#include "plan/config.h"
#include "counting/counting.h"
#include "plan/ledger_render.h"
#include "plan/plan_file.h"
#include "plan/plan_update.h"
#include "plan/plan_what_if.h"
#include "plan/plan_words.h"
#include "plan/summary.h"

enum { STATUS_USAGE = 2 };

static struct plan_request make_request(const struct plan_command *command)
{
	const struct options *options = command->options;

	return (struct plan_request){
		.source = command->source,
		.archive_path = options->archive_path,
		.present = options->has_at ? options->at :
					     command->belief->present,
		.is_past = options->has_at,
		.recompute = options->recompute || options->what_if,
		.expects = !options->has_archive,
		.messages = command->messages,
	};
}

/* The plan that is named, if it can be used; else it was reported. */
static const struct config_plan *find_plan(const struct plan_command *command,
					   const struct config *config)
{
	const struct options *options = command->options;
	const char *name = options->operands[0];
	const struct config_plan *found = config_find(config, name);

	if (found && found->is_right)
		return found;
	/* What is wrong with it was said when the file was read. */
	if (!found)
		message_report(command->messages,
			       "%s: no such plan in %s; see trafmetux.conf(5)",
			       name, options->config_path);
	return NULL;
}

/* The last rows, as -t asks for. */
static void write_ledger(const struct plan_command *command,
			 const struct plan_request *request,
			 const struct plan *plan)
{
	const struct options *options = command->options;
	char zone[CALENDAR_ZONE_SIZE];
	struct plan_view view;
	struct ledger_view written;
	size_t skipped = 0;

	if (!plan_view_open(&view, request, plan)) {
		if (options->times && options->times < view.ledger.count)
			skipped = view.ledger.count - (size_t)options->times;
		calendar_zone(&view.calendar, request->present, zone);
		written = (struct ledger_view){
			.plan = plan->name, .zone = zone,
			.rows = view.ledger.rows + skipped,
			.count = view.ledger.count - skipped,
			.present = request->present,
			.unit = plan_words_unit(plan, &options->unit),
		};
		if (options->format == OUTPUT_JSON)
			ledger_write_json(&written, command->output);
		else if (options->format == OUTPUT_CSV)
			ledger_write_csv(&written, command->output);
		else
			ledger_write_table(&written, command->output);
	}
	plan_view_close(&view);
}

static void write_words(const struct plan_command *command,
			const struct plan_request *request,
			const struct plan *plan)
{
	struct plan_view view;

	if (!plan_view_open(&view, request, plan) &&
	    plan_words_write(&view, &command->options->unit, command->output))
		message_report(command->messages, "%s: %s", plan->name,
			       message_reason(ENOMEM));
	plan_view_close(&view);
}

/* plan and ledger, of the plan as it is or as it might be. */
static int write_plan(const struct plan_command *command,
		      const struct plan_request *request,
		      const struct config_plan *found)
{
	const struct options *options = command->options;
	struct plan other;
	int error;

	if (options->what_if) {
		error = plan_what_if_make(found, options->operands + 1,
					  options->operand_count - 1,
					  command->messages, &other);
		if (error)
			return error == -EINVAL ? STATUS_USAGE : 0;
	}
	if (options->command == COMMAND_LEDGER)
		write_ledger(command, request,
			     options->what_if ? &other : &found->plan);
	else if (options->what_if)
		plan_what_if_write(request, &found->plan, &other,
				   &options->unit, command->output);
	else
		write_words(command, request, &found->plan);
	if (options->what_if)
		plan_free(&other);
	return 0;
}

/* Why a plan of the configuration can't be used. */
static void explain_fault(const struct plan_command *command,
			  const struct config *config, bool is_found,
			  char *reason, size_t size)
{
	const struct options *options = command->options;
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

/* Nothing may be said on standard error: the line says it all. */
static int run_check(const struct plan_command *command)
{
	const struct options *options = command->options;
	char reason[CHECK_REASON_SIZE] = "";
	struct messages messages = { .silent = true, .first = reason,
				     .first_size = sizeof(reason) };
	const struct plan_request request = make_request(command);
	const struct config_plan *found;
	struct config config;
	int status;
	int error;

	check_limit_time(options->times && options->times < UINT_MAX ?
			 (unsigned int)options->times : CHECK_TIMEOUT_SECONDS);
	error = config_read(options->config_path, true, &config, &messages);
	found = config_find(&config, options->operands[0]);
	if (found && found->is_right && !options->has_at &&
	    !belief_is_sure(command->belief)) {
		*reason = '\0';
		belief_report(command->belief, &messages);
		status = (int)check_unknown(command->output, reason);
	} else if (found && found->is_right) {
		const struct check_request wanted = {
			.request = &request, .plan = &found->plan,
			.warning = options->warning,
			.critical = options->critical,
			.stale = options->has_stale ? options->stale :
						      CHECK_STALE_SECONDS,
			.output = command->output,
		};

		status = (int)check_run(&wanted);
	} else {
		/* What is wrong with other plans is no reason. */
		if (!error)
			explain_fault(command, &config, found, reason,
				      sizeof(reason));
		status = (int)check_unknown(command->output, reason);
	}
	config_free(&config);
	return status;
}

static int run_calibrate(const struct plan_command *command,
			 const struct plan_request *request,
			 const struct config_plan *found)
{
	const struct options *options = command->options;
	const struct calibrate_request wanted = {
		.request = request, .plan = &found->plan,
		.text = options->operands[1], .is_now = options->now,
		.is_forced = options->force, .output = command->output,
	};
	int error = calibrate_run(&wanted);

	if (error == -ENOMEM)
		message_report(command->messages, "%s", message_reason(ENOMEM));
	return error == -EINVAL ? STATUS_USAGE : 0;
}

static void run_summary(const struct plan_command *command,
			const struct plan_request *request,
			const struct config *config)
{
	const struct summary_request summary = {
		.request = request, .config = config,
		.config_path = command->options->config_path,
		.calendar = command->calendar,
		.unit = command->options->unit,
		.output = command->output,
	};

	summary_run(&summary);
}

/* Nobody needs a file; but whose plans have ledgers had one. */
static bool is_config_wanted(const struct options *options)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" PLAN_FILE_DIRECTORY,
		 options->archive_path);
	return options->has_config || access(path, F_OK) == 0;
}

/* What is said before anything else; of one plan, or of all there is. */
static void tell_counting(const struct plan_request *request,
			  const struct plan *plan)
{
	struct monitor_names wanted = { 0 };
	const struct counting_question question = {
		.source = request->source,
		.archive_path = request->archive_path,
		.wanted = plan ? &wanted : NULL,
		.present = request->present,
		.is_past = request->is_past,
		.until = INT64_MAX,
	};

	if (request->expects &&
	    (!plan || !counting_wanted(plan->columns, plan->column_count,
				       &wanted)))
		counting_tell(&question, !plan, request->messages);
	monitor_names_free(&wanted);
}

int plan_command_run(const struct plan_command *command)
{
	const struct options *options = command->options;
	const struct plan_request request = make_request(command);
	const bool is_summary = options->command == COMMAND_SUMMARY;
	const struct config_plan *found;
	struct config config;
	int status = 0;

	if (options->command == COMMAND_CHECK)
		return run_check(command);
	if (config_read(options->config_path,
			!is_summary || is_config_wanted(options), &config,
			command->messages) && !is_summary)
		return 0;
	if (!options->has_at && !belief_is_sure(command->belief))
		belief_report(command->belief, command->messages);
	if (is_summary) {
		tell_counting(&request, NULL);
		run_summary(command, &request, &config);
	} else {
		found = find_plan(command, &config);
		if (found)
			tell_counting(&request, &found->plan);
		if (found && options->command == COMMAND_CALIBRATE)
			status = run_calibrate(command, &request, found);
		else if (found)
			status = write_plan(command, &request, found);
	}
	config_free(&config);
	return status;
}

void plan_command_update(const struct plan_command *command)
{
	const struct options *options = command->options;
	const struct plan_request request = make_request(command);
	struct config config;

	config_read(options->config_path, is_config_wanted(options), &config,
		    command->messages);
	plan_update_run(&request, &config, command->belief);
	config_free(&config);
}
