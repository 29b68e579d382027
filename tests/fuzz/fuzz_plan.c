// SPDX-License-Identifier: GPL-2.0-or-later
#include "fuzz_plan.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "report/selection.h"
#include "fuzz.h"
#include "base/child.h"
#include "time/schedule.h"
#include "base/quantity.h"

#define DAY 86400
#define PRESENT INT64_C(1614556800)	/* 2021-03-01 */

/* Periods and spans that are followed, one after the other. */
enum { FOLLOWED = 30 };

static bool knows(const void *context, const char *monitor)
{
	(void)context;
	return monitor_name_valid(monitor);
}

static void check_columns(const struct plan *plan)
{
	struct expression expression;

	fuzz_must(plan->column_count >= 1);
	fuzz_must(plan->column_count <= PLAN_COLUMNS_MAX);
	for (size_t at = 0; at < plan->column_count; at++) {
		int error = expression_parse(plan->columns[at], knows, NULL,
					     &expression);

		/* "a-b-c" is read when it is known which monitors there are. */
		fuzz_must(!error || error == -ENOTUNIQ);
		if (!error)
			expression_free(&expression);
	}
	fuzz_must(!plan->stop || (plan->column_count == 1 &&
				  monitor_name_valid(plan->columns[0])));
}

static void check_hook(const struct plan *plan)
{
	char *words[CHILD_WORDS_MAX + 1];
	char *copy;

	if (!plan->hook)
		return;
	copy = child_split(plan->hook, words);
	fuzz_must(copy && words[0] && *words[0] == '/');
	fuzz_must(plan->warning_count);
	free(copy);
}

static void check_figures(const struct plan *plan)
{
	const struct free_week none = { .any = false };

	fuzz_must(plan->warning_count <= PLAN_WARNINGS_MAX);
	for (size_t at = 0; at < plan->warning_count; at++) {
		fuzz_must(plan->warnings[at] > (at ? plan->warnings[at - 1] : 0));
		fuzz_must(plan->warnings[at] <= QUANTITY_PERCENT_MAX);
	}
	for (size_t at = 1; at < plan->top_up_count; at++)
		fuzz_must(plan->top_ups[at - 1].day <= plan->top_ups[at].day);
	fuzz_must(plan->free.any == (memcmp(plan->free.bits, none.bits,
					    sizeof(none.bits)) != 0));
	fuzz_must(plan->overhead <= 100);
	fuzz_must(plan->calibration >= PLAN_CALIBRATION_ONE / 10 &&
		  plan->calibration <= PLAN_CALIBRATION_ONE * 10);
	fuzz_must(plan_billed(plan, UINT64_MAX, UINT64_MAX) >=
		  plan_billed(plan, 1000, 1000000));
}

/* Of a plan that was right before. */
static void take_fault(void *context, const struct plan_fault *fault)
{
	(void)context;
	fuzz_must(!fault);
}

/* The order of the keys means nothing. */
static void check_order(const struct config_plan *plan)
{
	struct plan_settings turned = { .list = NULL };
	const struct plan *first = &plan->plan;
	struct plan second;

	for (size_t at = plan->settings.count; at; at--) {
		const struct plan_setting *setting =
			&plan->settings.list[at - 1];

		fuzz_must(plan_settings_add(&turned, setting->key,
					    setting->value, 0) == 0);
	}
	fuzz_must(plan_make(plan->name, &turned, &second, take_fault,
			    NULL) == 0);
	fuzz_must(first->amount == second.amount);
	fuzz_must(first->rollover_cap == second.rollover_cap);
	fuzz_must(first->top_up_count == second.top_up_count);
	fuzz_must(memcmp(&first->schedule, &second.schedule,
			 sizeof(second.schedule)) == 0);
	fuzz_must(memcmp(first->free.bits, second.free.bits,
			 sizeof(second.free.bits)) == 0);
	plan_free(&second);
	plan_settings_free(&turned);
}

/* Each period begins where the one before it ended. */
static void follow_periods(const struct schedule *schedule, int64_t instant)
{
	struct calendar calendar = { .first_weekday = 0 };
	struct schedule_period period;
	struct schedule_period next;

	if (!schedule_find(schedule, &calendar, instant, &period))
		return;
	for (int count = 0; count < FOLLOWED; count++) {
		fuzz_must(period.first_day < period.end_day);
		fuzz_must(period.start <= instant && instant < period.end);
		instant = period.end;
		if (instant == SCHEDULE_OPEN_END)
			break;
		fuzz_must(schedule_find(schedule, &calendar, instant - 1,
					&next));
		fuzz_must(memcmp(&next, &period, sizeof(next)) == 0);
		if (!schedule_find(schedule, &calendar, instant, &next)) {
			fuzz_must(schedule->kind == SCHEDULE_PREPAID);
			break;
		}
		fuzz_must(next.start == period.end);
		fuzz_must(next.first_day == period.end_day);
		period = next;
	}
}

/* So do the spans that are free, and those that are not. */
static void follow_spans(const struct free_week *week, int64_t instant)
{
	struct calendar calendar = { .first_weekday = 0 };

	for (int count = 0; count < FOLLOWED; count++) {
		struct plan_span span = { .start = 0 };

		plan_span_find(week, &calendar, instant, &span);
		fuzz_must(span.start <= instant && instant < span.end);
		fuzz_must(count == 0 || span.start == instant);
		instant = span.end;
		if (instant == INT64_MAX)
			break;
	}
}

/*
 * Rules can be made up of clocks that no people ever had, which step twice a day
 * or by more than one: then periods need only be found.
 */
static bool is_peoples_zone(const char *zone)
{
	char path[256];

	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zone);
	return access(path, R_OK) == 0;
}

static void check_times(const struct plan *plan)
{
	const int64_t instants[] = {
		PRESENT, (int64_t)plan->schedule.first_day * DAY,
		(int64_t)plan->schedule.since * DAY,
		INT64_C(1792800000),	/* 2026-10-24: clocks change */
	};
	struct calendar calendar = { .first_weekday = 0 };
	struct schedule_period period;

	for (size_t at = 0; at < sizeof(instants) / sizeof(*instants); at++) {
		if (plan->zone && !is_peoples_zone(plan->zone)) {
			schedule_find(&plan->schedule, &calendar, instants[at],
				      &period);
			continue;
		}
		follow_periods(&plan->schedule, instants[at] + DAY);
		follow_spans(&plan->free, instants[at]);
	}
}

void fuzz_plan_check(const struct config_plan *plan)
{
	fuzz_must(monitor_name_valid(plan->name));
	check_columns(&plan->plan);
	check_hook(&plan->plan);
	check_figures(&plan->plan);
	check_order(plan);
	/* Of the machine's zone, the next input would be read differently. */
	fuzz_must(zone_use(plan->plan.zone ? plan->plan.zone :
					     "Europe/Paris") == 0);
	check_times(&plan->plan);
}
