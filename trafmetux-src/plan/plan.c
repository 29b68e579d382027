// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/number.h"
#include "base/quantity.h"
#include "base/child.h"
#include "report/selection.h"
#include "time/calendar.h"

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
	char *copied[CHILD_WORDS_MAX + 1];
	char *text = child_split(value, copied);
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

int plan_settings_add(struct plan_settings *settings, const char *key,
		      const char *value, uint64_t line)
{
	struct plan_setting setting = { .line = line };

	if (array_reserve((void **)&settings->list, &settings->capacity,
			  settings->count + 1, sizeof(*settings->list)))
		return -ENOMEM;
	setting.key = strdup(key);
	setting.value = strdup(value);
	if (!setting.key || !setting.value) {
		free(setting.key);
		free(setting.value);
		return -ENOMEM;
	}
	settings->list[settings->count++] = setting;
	return 0;
}

/* Takes away all settings of a key. */
static void remove_key(struct plan_settings *settings, const char *key)
{
	size_t kept = 0;

	for (size_t at = 0; at < settings->count; at++) {
		struct plan_setting *setting = &settings->list[at];

		if (strcmp(setting->key, key) == 0) {
			free(setting->key);
			free(setting->value);
		} else {
			settings->list[kept++] = *setting;
		}
	}
	settings->count = kept;
}

int plan_settings_change(struct plan_settings *settings, const char *change,
			 bool is_first)
{
	const char *sign = strchr(change, '=');
	char *key;
	int error = 0;

	if (!sign || sign == change)
		return -EINVAL;
	key = strndup(change, (size_t)(sign - change));
	if (!key)
		return -ENOMEM;
	if (is_first)
		remove_key(settings, key);
	if (sign[1])
		error = plan_settings_add(settings, key, sign + 1, 0);
	free(key);
	return error;
}

void plan_settings_free(struct plan_settings *settings)
{
	for (size_t at = 0; at < settings->count; at++) {
		free(settings->list[at].key);
		free(settings->list[at].value);
	}
	array_free((void **)&settings->list, &settings->capacity);
	settings->count = 0;
}

/* Where faults go while a plan is made. */
struct maker {
	const struct plan_settings *settings;
	struct plan *plan;
	plan_fault_sink *report;
	void *context;
	bool has_fault;
	bool has_unknown;	/* key, which may be meant for one that lacks */
};

/* @setting: NULL for a fault of none */
static void fail(struct maker *maker, const struct plan_setting *setting,
		 const char *words)
{
	struct plan_fault fault = { .line = setting ? setting->line : 0,
				    .key = setting ? setting->key : NULL };

	snprintf(fault.words, sizeof(fault.words), "%s", words);
	maker->report(maker->context, &fault);
	maker->has_fault = true;
}

static const struct plan_key *find_key(const char *name)
{
	for (size_t at = 0; at < plan_key_count; at++) {
		if (strcmp(plan_keys[at].name, name) == 0)
			return &plan_keys[at];
	}
	return NULL;
}

/* The first setting of a key, or NULL. */
static const struct plan_setting *
find_setting(const struct plan_settings *settings, const char *key)
{
	for (size_t at = 0; at < settings->count; at++) {
		if (strcmp(settings->list[at].key, key) == 0)
			return &settings->list[at];
	}
	return NULL;
}

/* Are all keys known, and none given twice that must not be? */
static void check_keys(struct maker *maker)
{
	for (size_t at = 0; at < maker->settings->count; at++) {
		const struct plan_setting *setting =
			&maker->settings->list[at];
		const struct plan_key *key = find_key(setting->key);

		maker->has_unknown |= !key;
		if (!key)
			fail(maker, setting,
			     "unknown key; see trafmetux.conf(5)");
		else if (!key->may_repeat &&
			 find_setting(maker->settings, key->name) != setting)
			fail(maker, setting,
			     "given twice; keep one of the two");
	}
}

static int take_key(struct maker *maker, const struct plan_key *key)
{
	const struct plan_settings *settings = maker->settings;
	const struct plan_setting *first = find_setting(settings, key->name);
	char words[PLAN_FAULT_SIZE];

	if (!first && key->is_needed && !maker->has_unknown) {
		snprintf(words, sizeof(words),
			 "the plan has no '%s'; add it, see trafmetux.conf(5)",
			 key->name);
		fail(maker, NULL, words);
	}
	for (size_t at = 0; first && at < settings->count; at++) {
		const struct plan_setting *setting = &settings->list[at];
		int error;

		if (strcmp(setting->key, key->name) != 0 ||
		    (setting != first && !key->may_repeat))
			continue;
		error = key->take(maker->plan, setting->value, words);
		if (error == -ENOMEM)
			return error;
		if (error)
			fail(maker, setting, words);
	}
	return 0;
}

/* What the keys say of each other. */
static void check_plan(struct maker *maker)
{
	const struct plan *plan = maker->plan;

	if (plan->hook && !find_setting(maker->settings, "warn") &&
	    !maker->has_unknown)
		fail(maker, NULL,
		     "the plan has a hook that nothing runs; add 'warn', such as 'warn = 80%'");
	if (plan->rollover_cap && plan->schedule.kind == SCHEDULE_PREPAID)
		fail(maker, NULL,
		     "a prepaid plan has one period, so nothing rolls over; take 'rollover' away");
}

int plan_make(const char *name, const struct plan_settings *settings,
	      struct plan *plan, plan_fault_sink *report, void *context)
{
	struct maker maker = { .settings = settings, .plan = plan,
				.report = report, .context = context };
	int error = 0;

	*plan = (struct plan){ .calibration = PLAN_CALIBRATION_ONE };
	strcpy(plan->name, name);
	check_keys(&maker);
	for (size_t at = 0; !error && at < plan_key_count; at++)
		error = take_key(&maker, &plan_keys[at]);
	if (!error)
		check_plan(&maker);
	if (!error && maker.has_fault)
		error = -EINVAL;
	if (error)
		plan_free(plan);
	return error;
}

void plan_free(struct plan *plan)
{
	for (size_t at = 0; at < plan->column_count; at++)
		free(plan->columns[at]);
	free(plan->zone);
	free(plan->hook);
	free(plan->top_ups);
	*plan = (struct plan){ .amount = 0 };
}

uint64_t plan_billed(const struct plan *plan, uint64_t packets, uint64_t bytes)
{
	const uint64_t headers = quantity_scale(packets, plan->overhead, 1);

	bytes = headers > UINT64_MAX - bytes ? UINT64_MAX : bytes + headers;
	return quantity_scale(bytes, plan->calibration, PLAN_CALIBRATION_ONE);
}
