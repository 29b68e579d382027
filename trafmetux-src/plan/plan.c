// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/quantity.h"

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
