// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "time/calendar.h"
#include "report/expression.h"
#include "plan/hook.h"
#include "base/number.h"
#include "base/quantity.h"

#define OVERHEAD_MAX 100

/* A factor beyond these is a slip of the pen: a tenth, and ten. */
#define CALIBRATION_LEAST (PLAN_CALIBRATION_ONE / 10)
#define CALIBRATION_MOST (PLAN_CALIBRATION_ONE * 10)

static int refuse(char *words, const char *value, const char *wanted)
{
	snprintf(words, PLAN_FAULT_SIZE, "'%.100s' is not right; give %s",
		 value, wanted);
	return -EINVAL;
}

static int copy(char **field, const char *value)
{
	*field = strdup(value);
	return *field ? 0 : -ENOMEM;
}

/* @forms: what is wanted besides a unit */
static int refuse_amount(char *words, const char *value, bool is_si,
			 const char *forms)
{
	const char *fault = quantity_fault(value, is_si);

	if (!fault)
		return refuse(words, value, forms);
	snprintf(words, PLAN_FAULT_SIZE, "'%.100s' %s", value, fault);
	return -EINVAL;
}

static int take_steps(struct plan *plan, const char *value, char *words)
{
	plan->is_si = strcmp(value, "1000") == 0;
	if (plan->is_si || strcmp(value, "1024") == 0)
		return 0;
	return refuse(words, value, "1000 or 1024");
}

/* Which monitors there are is not known yet: all that could be is taken. */
static bool knows_any(const void *context, const char *monitor)
{
	(void)context;
	return monitor_name_valid(monitor);
}

static int take_column(struct plan *plan, const char *start, size_t length,
		       char *words)
{
	char *text = strndup(start, length);
	struct expression expression;
	int error;

	if (!text)
		return -ENOMEM;
	error = expression_parse(text, knows_any, NULL, &expression);
	if (!error)
		expression_free(&expression);
	/* -ENOENT: no part of it could be a monitor, whichever there are. */
	if (error == -EINVAL || error == -ENOENT) {
		refuse(words, text,
		       "a monitor, a sum such as 'input + output', or 'larger of input and output'");
		free(text);
		return -EINVAL;
	}
	if (error == -ENOMEM) {
		free(text);
		return error;
	}
	plan->columns[plan->column_count++] = text;
	return 0;
}

/* Where @word stands in @text, between blanks; or NULL. */
static const char *find_word(const char *text, const char *word)
{
	const size_t length = strlen(word);

	for (const char *at = text; (at = strcasestr(at, word)); at++) {
		if (at > text && strchr(" \t", at[-1]) &&
		    at[length] && strchr(" \t", at[length]))
			return at;
	}
	return NULL;
}

/* "larger of A and B", or "max(A, B)"; else one column. */
static int take_monitors(struct plan *plan, const char *value, char *words)
{
	static const char larger[] = "larger of ";
	static const char max[] = "max(";
	const size_t length = strlen(value);
	const char *second = NULL;
	const char *end = value + length;
	const char *first = value;
	const char *middle = NULL;
	int error;

	if (strncasecmp(value, larger, sizeof(larger) - 1) == 0) {
		first = value + sizeof(larger) - 1;
		middle = find_word(first, "and");
		second = middle ? middle + strlen("and") : NULL;
	} else if (strncasecmp(value, max, sizeof(max) - 1) == 0 &&
		   value[length - 1] == ')') {
		first = value + sizeof(max) - 1;
		end--;
		middle = strchr(first, ',');
		second = middle ? middle + 1 : NULL;
	} else {
		return take_column(plan, value, length, words);
	}
	if (!middle)
		return refuse(words, value, "two columns, as in 'larger of input and output'");
	first += strspn(first, " \t");
	second += strspn(second, " \t");
	while (middle > first && strchr(" \t", middle[-1]))
		middle--;
	error = take_column(plan, first, (size_t)(middle - first), words);
	return error ? error : take_column(plan, second,
					   (size_t)(end - second), words);
}

static int take_amount(struct plan *plan, const char *value, char *words)
{
	return quantity_parse(value, plan->is_si, &plan->amount) ? 0 :
		refuse_amount(words, value, plan->is_si, QUANTITY_FORMS);
}

static int take_period(struct plan *plan, const char *value, char *words)
{
	return schedule_parse(value, &plan->schedule) ? 0 :
		refuse(words, value, SCHEDULE_FORMS);
}

static int take_since(struct plan *plan, const char *value, char *words)
{
	plan->schedule.has_since = true;
	return strlen(value) == 10 &&
	       calendar_parse_day(value, &plan->schedule.since) ? 0 :
		refuse(words, value, "a date such as 2026-10-25");
}

static int take_zone(struct plan *plan, const char *value, char *words)
{
	if (!*value || !zone_is_valid(value))
		return refuse(words, value,
			      "a time zone such as Europe/Paris, and install tzdata");
	return copy(&plan->zone, value);
}

/* Kept in ascending order, each once. */
static bool add_warning(struct plan *plan, uint32_t warning)
{
	size_t at = plan->warning_count;

	for (size_t known = 0; known < plan->warning_count; known++) {
		if (plan->warnings[known] == warning)
			return true;
	}
	if (at == PLAN_WARNINGS_MAX || warning == 0)
		return false;
	for (; at > 0 && plan->warnings[at - 1] > warning; at--)
		plan->warnings[at] = plan->warnings[at - 1];
	plan->warnings[at] = warning;
	plan->warning_count++;
	return true;
}

static int take_warn(struct plan *plan, const char *value, char *words)
{
	static const char forms[] =
		"up to 16 percentages above 0, such as '80%, 95%, 100%'";
	char *list = strdup(value);
	bool is_right = list != NULL;
	char *rest = list;
	uint32_t warning;
	char *part;

	if (!list)
		return -ENOMEM;
	while (is_right && (part = strsep(&rest, ",")))
		is_right = quantity_parse_percent(part, &warning) &&
			   add_warning(plan, warning);
	free(list);
	return is_right ? 0 : refuse(words, value, forms);
}

static int take_free(struct plan *plan, const char *value, char *words)
{
	return free_week_add(&plan->free, value) ? 0 :
		refuse(words, value, FREE_WEEK_FORMS);
}

static int take_rollover(struct plan *plan, const char *value, char *words)
{
	plan->rollover_cap = PLAN_ROLLOVER_ALL;
	if (strcasecmp(value, "all") == 0)
		return 0;
	return quantity_parse(value, plan->is_si, &plan->rollover_cap) ? 0 :
		refuse_amount(words, value, plan->is_si,
			      "'all', or the most that is carried over, such as '1 GB'");
}

static int take_top_up(struct plan *plan, const char *value, char *words)
{
	static const char forms[] =
		"a date and an amount, such as '2026-10-25 1 GB'";
	struct plan_top_up top_up;
	size_t at = plan->top_up_count;
	char date[11] = "";

	snprintf(date, sizeof(date), "%s", value);
	if (strlen(value) < 12 || !strchr(" \t", value[10]) ||
	    !calendar_parse_day(date, &top_up.day))
		return refuse(words, value, forms);
	if (!quantity_parse(value + 10, plan->is_si, &top_up.bytes))
		return refuse_amount(words, value + 11, plan->is_si, forms);
	if (array_reserve((void **)&plan->top_ups, &plan->top_up_capacity,
			  at + 1, sizeof(*plan->top_ups)))
		return -ENOMEM;
	for (; at > 0 && plan->top_ups[at - 1].day > top_up.day; at--)
		plan->top_ups[at] = plan->top_ups[at - 1];
	plan->top_ups[at] = top_up;
	plan->top_up_count++;
	return 0;
}

static int take_calibration(struct plan *plan, const char *value, char *words)
{
	const char *cursor = value;
	uint64_t whole;
	uint64_t rest;

	if (quantity_parse_decimal(&cursor, 6, &whole, &rest) && !*cursor &&
	    whole <= CALIBRATION_MOST / PLAN_CALIBRATION_ONE) {
		plan->calibration = whole * PLAN_CALIBRATION_ONE + rest;
		if (plan->calibration >= CALIBRATION_LEAST &&
		    plan->calibration <= CALIBRATION_MOST)
			return 0;
	}
	return refuse(words, value,
		      "a factor from 0.1 to 10 with up to six decimals, such as 1.024");
}

static int take_overhead(struct plan *plan, const char *value, char *words)
{
	return number_parse_word(value, &plan->overhead) &&
	       plan->overhead <= OVERHEAD_MAX ? 0 :
		refuse(words, value, "bytes for each packet, 0 to 100");
}

static int take_hook(struct plan *plan, const char *value, char *words)
{
	char *copied[HOOK_WORDS_MAX + 1];
	char *text = hook_split(value, copied);
	const bool is_right = text && copied[0] && *copied[0] == '/';

	free(text);
	if (!is_right)
		return refuse(words, value,
			      "the full path of a program, and perhaps words for it; quote those with blanks");
	return copy(&plan->hook, value);
}

static int take_stop(struct plan *plan, const char *value, char *words)
{
	plan->stop = strcasecmp(value, "yes") == 0;
	if (!plan->stop && strcasecmp(value, "no") != 0)
		return refuse(words, value, "yes or no");
	/*
	 * A limit is of one monitor. The monitors come before in the table; if they
	 * are wrong, that was said.
	 */
	if (plan->stop && plan->column_count &&
	    !(plan->column_count == 1 &&
	      monitor_name_valid(plan->columns[0])))
		return refuse(words, value,
			      "it only where 'monitors' is one monitor; have all rules count in one more");
	return 0;
}

const struct plan_key plan_keys[] = {
	{ "steps", false, false, take_steps },
	{ "monitors", true, false, take_monitors },
	{ "amount", true, false, take_amount },
	{ "period", true, false, take_period },
	{ "since", false, false, take_since },
	{ "zone", false, false, take_zone },
	{ "warn", false, false, take_warn },
	{ "free", false, true, take_free },
	{ "rollover", false, false, take_rollover },
	{ "top-up", false, true, take_top_up },
	{ "calibration", false, false, take_calibration },
	{ "overhead", false, false, take_overhead },
	{ "hook", false, false, take_hook },
	{ "stop", false, false, take_stop },
};

const size_t plan_key_count = sizeof(plan_keys) / sizeof(*plan_keys);
