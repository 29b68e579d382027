// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_warn.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/number.h"
#include "base/quantity.h"
#include "base/child.h"
#include "plan/plan_file.h"
#include "plan/plan_words.h"

static struct plan_file file_of(const struct hook_log *log)
{
	return (struct plan_file){ log->archive, log->plan, "hooks" };
}

static int add(struct hook_log *log, int64_t start, uint32_t threshold)
{
	if (array_reserve((void **)&log->list, &log->capacity, log->count + 1,
			  sizeof(*log->list)))
		return -ENOMEM;
	log->list[log->count++] = (struct hook_given){ start, threshold };
	return 0;
}

/* "begin TIME" or "given START THRESHOLD TIME" */
static int take_line(void *context, const char *line, bool is_whole)
{
	static const char begin[] = "begin ";
	static const char given[] = "given ";
	const char *const end = line + strlen(line);
	struct hook_log *log = context;
	uint64_t threshold;
	int64_t start;
	int64_t time;

	if (!is_whole)
		return -EBADMSG;
	if (*line == '#')
		return 0;
	if (strncmp(line, begin, sizeof(begin) - 1) == 0) {
		line += sizeof(begin) - 1;
		if (!number_parse_time(&line, end, &time) || line != end)
			return -EBADMSG;
		log->has_begin = true;
		log->begin = time;
		return 0;
	}
	if (strncmp(line, given, sizeof(given) - 1) != 0)
		return -EBADMSG;
	line += sizeof(given) - 1;
	if (!number_parse_time(&line, end, &start) || *line++ != ' ' ||
	    !number_parse(&line, end, &threshold) || *line++ != ' ' ||
	    !number_parse_time(&line, end, &time) || line != end ||
	    threshold > UINT32_MAX)
		return -EBADMSG;
	return add(log, start, (uint32_t)threshold);
}

int hook_log_check(void *context, const char *line, bool is_whole)
{
	struct hook_log log = { .count = 0 };
	const int error = take_line(&log, line, is_whole);

	(void)context;
	hook_log_free(&log);
	return error;
}

int hook_log_read(struct hook_log *log, const struct archive *archive,
		  const char *plan, int64_t present)
{
	struct plan_file_found found;
	struct plan_file file;
	char line[64];
	int error;

	*log = (struct hook_log){ .archive = archive, .plan = plan };
	file = file_of(log);
	error = plan_file_read(&file, take_line, log, &found);
	plan_file_tell(&file, &found, "a warning may be given once more; ",
		       PLAN_FILE_MINOR);
	if (!error && !log->has_begin) {
		snprintf(line, sizeof(line), "begin %" PRId64 "\n", present);
		error = plan_file_append(&file, line);
		log->begin = present;
	}
	if (error)
		hook_log_free(log);
	return error;
}

bool hook_log_holds(const struct hook_log *log, int64_t start,
		    uint32_t threshold)
{
	for (size_t at = 0; at < log->count; at++) {
		if (log->list[at].start == start &&
		    log->list[at].threshold == threshold)
			return true;
	}
	return false;
}

int hook_log_add(struct hook_log *log, int64_t start, uint32_t threshold,
		 int64_t present)
{
	const struct plan_file file = file_of(log);
	char line[96];
	int error = add(log, start, threshold);

	if (error)
		return error;
	snprintf(line, sizeof(line),
		 "given %" PRId64 " %" PRIu32 " %" PRId64 "\n", start,
		 threshold, present);
	return plan_file_append(&file, line);
}

void hook_log_free(struct hook_log *log)
{
	array_free((void **)&log->list, &log->capacity);
	log->count = 0;
}

enum { OWN_VARIABLES = 11, VARIABLE_SIZE = PLAN_WORDS_SIZE + 32 };

/* The machine's variables, and the hook's own. */
struct environment {
	char own[OWN_VARIABLES][VARIABLE_SIZE];
	size_t count;		/* of own */
	char **list;		/* ends in NULL */
};

static void __attribute__((format(printf, 2, 3)))
add_variable(struct environment *environment, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(environment->own[environment->count++], VARIABLE_SIZE, format,
		  arguments);
	va_end(arguments);
}

/* A percentage with the decimals it has: "80", "80.50". */
static void format_percent(uint32_t hundredths, char text[24])
{
	if (hundredths % 100)
		snprintf(text, 24, "%" PRIu32 ".%02" PRIu32, hundredths / 100,
			 hundredths % 100);
	else
		snprintf(text, 24, "%" PRIu32, hundredths / 100);
}

static void add_variables(struct environment *environment,
			  const struct plan *plan, const struct ledger_row *row,
			  uint32_t threshold)
{
	const struct unit unit =
		plan_words_unit(plan, &(struct unit){ .label = NULL });
	const struct amount left = ledger_left(row);
	char label[SCHEDULE_LABEL_SIZE];
	char words[PLAN_WORDS_SIZE];
	char percent[24];
	char limit[24];

	schedule_label(&row->period, label);
	plan_words_short(row, &unit, words);
	format_percent(quantity_percent(row->used, ledger_available(row)),
		       percent);
	format_percent(threshold, limit);
	add_variable(environment, "TRAFMETUX_PLAN=%s", plan->name);
	add_variable(environment, "TRAFMETUX_THRESHOLD=%s", limit);
	add_variable(environment, "TRAFMETUX_PERCENT=%s", percent);
	add_variable(environment, "TRAFMETUX_USED=%" PRIu64, row->used);
	add_variable(environment, "TRAFMETUX_AVAILABLE=%" PRIu64,
		     ledger_available(row));
	add_variable(environment, "TRAFMETUX_LEFT=%s%" PRIu64,
		     left.is_negative ? "-" : "", left.size);
	add_variable(environment, "TRAFMETUX_PERIOD=%s", label);
	add_variable(environment, "TRAFMETUX_PERIOD_START=%" PRId64,
		     row->period.start);
	if (row->period.end == SCHEDULE_OPEN_END)
		add_variable(environment, "TRAFMETUX_PERIOD_END=");
	else
		add_variable(environment, "TRAFMETUX_PERIOD_END=%" PRId64,
			     row->period.end);
	add_variable(environment, "TRAFMETUX_WORDS=%s", words);
	/* For the dates that a hook writes. */
	if (plan->zone)
		add_variable(environment, "TZ=%s", plan->zone);
}

/* Is a variable of the machine's one that is ours to set? */
static bool is_own(const struct environment *environment, const char *variable)
{
	static const char prefix[] = "TRAFMETUX_";

	if (strncmp(variable, prefix, sizeof(prefix) - 1) == 0)
		return true;
	for (size_t at = 0; at < environment->count; at++) {
		const char *own = environment->own[at];

		if (strncmp(variable, own, strcspn(own, "=") + 1) == 0)
			return true;
	}
	return false;
}

/* Puts the machine's variables, but none that could be ours, before the own. */
static int make_list(struct environment *environment)
{
	size_t count = 0;
	char **next;

	while (environ[count])
		count++;
	next = calloc(count + OWN_VARIABLES + 1, sizeof(*next));
	environment->list = next;
	if (!next)
		return -ENOMEM;
	for (size_t at = 0; at < count; at++) {
		if (!is_own(environment, environ[at]))
			*next++ = environ[at];
	}
	for (size_t at = 0; at < environment->count; at++)
		*next++ = environment->own[at];
	return 0;
}

static int run(const struct plan *plan, const struct ledger_row *row,
	       uint32_t threshold)
{
	struct environment *environment = calloc(1, sizeof(*environment));
	char *words[CHILD_WORDS_MAX + 1];
	char *text = child_split(plan->hook, words);
	int status = -ENOMEM;

	if (environment && text) {
		add_variables(environment, plan, row, threshold);
		status = make_list(environment);
		if (!status)
			status = child_run(words, environment->list,
					   HOOK_SECONDS);
		free(environment->list);
	}
	free(environment);
	free(text);
	return status;
}

static void report(const struct plan_view *view, uint32_t threshold, int status)
{
	struct messages *messages = view->selection.context->messages;
	const char *plan = view->plan->name;
	char limit[24];

	format_percent(threshold, limit);
	if (status == -ETIME)
		message_report(messages,
			       "%s: the hook for %s %% took longer than %d seconds and was ended; the next update tries again",
			       plan, limit, HOOK_SECONDS);
	else if (status < 0)
		message_report(messages,
			       "%s: the hook for %s %% could not be run: %s; the next update tries again",
			       plan, limit, message_reason(-status));
	else
		message_report(messages,
			       "%s: the hook for %s %% ended with status %d; the next update tries again",
			       plan, limit, status);
}

/* Gives one period's warnings; false when one of them failed. */
static bool warn_of(const struct plan_view *view, const struct ledger_row *row,
		    struct hook_log *log)
{
	const struct plan *plan = view->plan;
	const uint32_t percent = quantity_percent(row->used,
						  ledger_available(row));

	for (size_t at = 0; at < plan->warning_count; at++) {
		const uint32_t threshold = plan->warnings[at];
		int status;

		if (percent < threshold)
			break;
		if (hook_log_holds(log, row->period.start, threshold))
			continue;
		status = run(plan, row, threshold);
		if (status) {
			report(view, threshold, status);
			return false;
		}
		if (hook_log_add(log, row->period.start, threshold,
				 view->selection.context->present))
			return false;
	}
	return true;
}

void plan_warn(struct plan_view *view)
{
	const struct ledger *ledger = &view->ledger;
	const int64_t present = view->selection.context->present;
	struct hook_log log;

	if (!view->plan->hook || !ledger->count ||
	    hook_log_read(&log, &view->selection.archive, view->plan->name,
			  present))
		return;
	for (size_t at = ledger->count > 2 ? ledger->count - 2 : 0;
	     at < ledger->count; at++) {
		if (ledger->rows[at].period.end > log.begin &&
		    !warn_of(view, &ledger->rows[at], &log))
			break;
	}
	hook_log_free(&log);
}
