// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "array.h"
#include "plan_keys.h"
#include "quantity.h"

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

static int fail(struct plan_fault *fault, const struct plan_setting *setting,
		const char *words)
{
	fault->line = setting->line;
	fault->key = setting->key;
	snprintf(fault->words, sizeof(fault->words), "%s", words);
	return -EINVAL;
}

static const struct plan_key *find_key(const char *name)
{
	for (size_t at = 0; at < plan_key_count; at++) {
		if (strcmp(plan_keys[at].name, name) == 0)
			return &plan_keys[at];
	}
	return NULL;
}

/* Are all keys known, and none given twice that must not be? */
static int check_keys(const struct plan_settings *settings,
		      struct plan_fault *fault)
{
	for (size_t at = 0; at < settings->count; at++) {
		const struct plan_setting *setting = &settings->list[at];
		const struct plan_key *key = find_key(setting->key);

		if (!key)
			return fail(fault, setting,
				    "unknown key; see trafmetux.conf(5)");
		for (size_t before = 0; !key->may_repeat && before < at;
		     before++) {
			if (strcmp(settings->list[before].key, key->name) == 0)
				return fail(fault, setting,
					    "given twice; keep one of the two");
		}
	}
	return 0;
}

static int take_key(const struct plan_key *key,
		    const struct plan_settings *settings, struct plan *plan,
		    struct plan_fault *fault)
{
	bool is_given = false;
	int error = 0;

	for (size_t at = 0; !error && at < settings->count; at++) {
		const struct plan_setting *setting = &settings->list[at];

		if (strcmp(setting->key, key->name) != 0)
			continue;
		is_given = true;
		error = key->take(plan, setting->value, fault->words);
		if (error == -EINVAL) {
			fault->line = setting->line;
			fault->key = setting->key;
		}
	}
	if (!error && key->is_needed && !is_given) {
		snprintf(fault->words, sizeof(fault->words),
			 "the plan has no '%s'; add it, see trafmetux.conf(5)",
			 key->name);
		error = -EINVAL;
	}
	return error;
}

/* What the keys say of each other. */
static int check_plan(const struct plan *plan, struct plan_fault *fault)
{
	if (plan->hook && plan->warning_count == 0) {
		strcpy(fault->words,
		       "the plan has a hook that nothing runs; add 'warn', such as 'warn = 80%'");
		return -EINVAL;
	}
	if (plan->rollover_cap && plan->schedule.kind == SCHEDULE_PREPAID) {
		strcpy(fault->words,
		       "a prepaid plan has one period, so nothing rolls over; take 'rollover' away");
		return -EINVAL;
	}
	return 0;
}

int plan_make(const char *name, const struct plan_settings *settings,
	      struct plan *plan, struct plan_fault *fault)
{
	int error = 0;

	*plan = (struct plan){ .calibration = PLAN_CALIBRATION_ONE };
	*fault = (struct plan_fault){ .line = 0 };
	if (!monitor_name_valid(name)) {
		snprintf(fault->words, sizeof(fault->words),
			 "'%.100s' can't be a plan's name; give 1 to 31 of A-Z a-z 0-9 _ . : + @ - that begin with neither . nor -",
			 name);
		return -EINVAL;
	}
	strcpy(plan->name, name);
	error = check_keys(settings, fault);
	for (size_t at = 0; !error && at < plan_key_count; at++)
		error = take_key(&plan_keys[at], settings, plan, fault);
	if (!error)
		error = check_plan(plan, fault);
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
