// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How far off the projections of plans are: a year of made-up households, the
 * first day of whose archive is the year's. At noon of each day, the total of the
 * present period is foretold, by the program's own pace.c and by vnStat's estimate,
 * and held against what the period came to.
 *
 *	projection [--households N] [--seed N]
 *
 * vnStat's estimate, by getestimates() in src/misc.c of github.com/vergoh/vnstat,
 * commit 17f2048: what the period has brought so far, for each direction, in whole bytes a second,
 * times the period's seconds; both less the time before its database began. As
 * it does that for calendar months and days only, weeks take the same formula.
 *
 * Two kinds of years: "steady", as household.c makes them; and "moving", in which
 * each week has a level of its own, of 0.5 to 2 times the week's before.
 *
 * stdout: docs/PROJECTION.md's table. The status is 1 if vnStat's mean error is the
 * smaller one in any kind of year and period.
 */
#include <getopt.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "time/calendar.h"
#include "plan/pace.h"
#include "time/schedule.h"

/* household.h has counters of its own. */
#define counters household_counters
#include "household.h"
#undef counters

/* 2025-01-01 and 2026-01-01, UTC. */
#define BEGIN INT64_C(1735689600)
#define END INT64_C(1767225600)
#define YEAR_HOURS ((END - BEGIN) / HOUR)

/* Where in the period a forecast is made, in percent of it. */
static const int bounds[] = { 10, 33, 66, 100 };
#define PARTS (sizeof(bounds) / sizeof(*bounds))

enum method { OURS, VNSTAT, METHODS };

/* Relative errors of one method in one part of the periods. */
struct errors {
	double sum;
	double worst;
	unsigned int count;
	unsigned int quiet;
};

static struct year {
	double in[YEAR_HOURS];
	double out[YEAR_HOURS];
} year;

/* splitmix64 */
static uint64_t mix(uint64_t number)
{
	number += UINT64_C(0x9e3779b97f4a7c15);
	number = (number ^ number >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	number = (number ^ number >> 27) * UINT64_C(0x94d049bb133111eb);
	return number ^ number >> 31;
}

static void make_year(uint64_t seed, unsigned int household, bool is_moving)
{
	double level = 1;

	for (int64_t at = 0; at < YEAR_HOURS; at++) {
		const int64_t start = BEGIN + at * HOUR;
		struct hour hour;

		if (is_moving && at % 168 == 0) {
			const uint64_t chance = mix(mix(seed + household) +
						    (uint64_t)at);

			level *= exp2((double)(chance >> 11) * 0x1p-53 * 2 - 1);
			level = fmin(fmax(level, 0.125), 8);
		}
		household_hour(start, &hour);
		year.in[at] = 0;
		year.out[at] = 0;
		for (int64_t time = start + 60; time <= start + HOUR; time += 60) {
			year.in[at] += (double)household_traffic(seed, household,
				INPUT, &hour, time).bytes * level;
			year.out[at] += (double)household_traffic(seed, household,
				OUTPUT, &hour, time).bytes * level;
		}
	}
}

static double sum_of(const double *hours, int64_t from, int64_t to)
{
	double sum = 0;

	for (int64_t at = (from - BEGIN) / HOUR; at < (to - BEGIN) / HOUR; at++)
		sum += hours[at];
	return sum;
}

static double both(int64_t from, int64_t to)
{
	return sum_of(year.in, from, to) + sum_of(year.out, from, to);
}

/* What the program would foretell; below zero when it is quiet. */
static double ours(struct calendar *calendar,
		   const struct schedule_period *period, int64_t present)
{
	static struct pace_log log;
	struct pace_past past = {
		.first = BEGIN, .start = period->start, .end = period->end,
		.present = present,
		.used = (uint64_t)both(period->start, present),
	};
	struct pace pace;

	if (pace_log_begin(&log, calendar, BEGIN, present))
		past.log = &log;
	for (int64_t at = 0; at < log.count; at++) {
		const int64_t start = log.start + at * HOUR;

		log.bytes[at] = both(start, start + HOUR);
	}
	pace_find(&pace, calendar, &past);
	if (pace.basis == PACE_NONE)
		return -1;
	return (double)past.used + pace_expect(&pace, calendar, present,
					       period->end);
}

static double vnstat(const struct schedule_period *period, int64_t present)
{
	const double elapsed = (double)(present - period->start);
	const double all = (double)(period->end - period->start);

	return floor(sum_of(year.in, period->start, present) / elapsed) * all +
	       floor(sum_of(year.out, period->start, present) / elapsed) * all;
}

static void note(struct errors *errors, double guess, double truth)
{
	const double error = fabs(guess - truth) / truth;

	if (guess < 0) {
		errors->quiet++;
		return;
	}
	errors->sum += error;
	errors->count++;
	errors->worst = fmax(errors->worst, error);
}

static void try_year(const struct schedule *schedule,
		     struct errors errors[METHODS][PARTS])
{
	struct calendar calendar = { .first_weekday = 0 };

	for (int64_t present = BEGIN + DAY / 2; present < END; present += DAY) {
		struct schedule_period period;
		size_t part = 0;
		double guess;
		double truth;

		if (!schedule_find(schedule, &calendar, present, &period) ||
		    period.start < BEGIN || period.end > END)
			continue;
		while ((present - period.start) * 100 >
		       bounds[part] * (period.end - period.start))
			part++;
		truth = both(period.start, period.end);
		guess = ours(&calendar, &period, present);
		note(&errors[OURS][part], guess, truth);
		/* Both are asked only when both answer. */
		if (guess >= 0)
			note(&errors[VNSTAT][part],
			     vnstat(&period, present), truth);
	}
}

/* Returns whether ours is the smaller error. */
static bool report(const char *year_kind, const char *period,
		   struct errors errors[METHODS][PARTS])
{
	double sum[METHODS] = { 0 };
	unsigned int count = 0;

	for (size_t part = 0; part < PARTS; part++) {
		const struct errors *own = &errors[OURS][part];
		const struct errors *other = &errors[VNSTAT][part];

		printf("| %s | %s | %d to %d %% | %u | %.1f %% | %.1f %% | %.1f %% | %.1f %% |\n",
		       year_kind, period, part ? bounds[part - 1] : 0,
		       bounds[part], own->count,
		       100 * own->sum / own->count,
		       100 * other->sum / other->count,
		       100 * own->worst, 100 * other->worst);
		for (int method = 0; method < METHODS; method++)
			sum[method] += errors[method][part].sum;
		count += own->count;
	}
	printf("| %s | %s | all | %u | **%.1f %%** | **%.1f %%** | | |\n",
	       year_kind, period, count, 100 * sum[OURS] / count,
	       100 * sum[VNSTAT] / count);
	return sum[OURS] < sum[VNSTAT];
}

int main(int argument_count, char **arguments)
{
	static const struct option options[] = {
		{ "households", required_argument, NULL, 'h' },
		{ "seed", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	static const char *const periods[] = { "month", "week" };
	unsigned int households = 20;
	uint64_t seed = 1;
	bool is_better = true;
	int option;

	while ((option = getopt_long(argument_count, arguments, "", options,
				     NULL)) != -1) {
		if (option == 'h')
			households = (unsigned int)atoi(optarg);
		else if (option == 's')
			seed = strtoull(optarg, NULL, 10);
		else
			return 2;
	}
	setenv("TZ", "UTC", 1);
	tzset();
	printf("| year | period | of it gone | forecasts | error, mean | vnStat's | error, worst | vnStat's |\n"
	       "|---|---|---|--:|--:|--:|--:|--:|\n");
	for (int moving = 0; moving < 2; moving++) {
		struct errors errors[2][METHODS][PARTS] = { { { { 0 } } } };

		for (unsigned int household = 0; household < households;
		     household++) {
			make_year(seed, household, moving);
			for (int at = 0; at < 2; at++) {
				struct schedule schedule = { .kind = 0 };

				if (schedule_parse(periods[at], &schedule))
					try_year(&schedule, errors[at]);
			}
		}
		for (int at = 0; at < 2; at++)
			is_better &= report(moving ? "moving" : "steady",
					    periods[at], errors[at]);
	}
	return is_better ? 0 : 1;
}
