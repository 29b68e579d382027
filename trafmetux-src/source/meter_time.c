// SPDX-License-Identifier: GPL-2.0-or-later
#include "source/meter_time.h"

#include <string.h>
#include <time.h>

#include "source/bpf.h"

#define SECOND UINT64_C(1000000000)
#define MINUTE (60 * SECOND)

/*
 * So far clocks may run apart and still have gone alike: half a second, and a part. Where
 * ticks come from what keeps the time, they don't.
 */
#define APART (SECOND / 2)
#define APART_PART 2000

/* Minutes' ends that are so far from the clock's are its all the same. */
#define ROUGH (2 * SECOND)

/* The coarse clock goes on by a jiffy at a time, and says how long that is. */
uint32_t meter_time_ticks(void)
{
	struct timespec tick;

	if (clock_getres(CLOCK_MONOTONIC_COARSE, &tick) || tick.tv_sec || !tick.tv_nsec)
		return 0;
	return (uint32_t)((SECOND + (uint64_t)tick.tv_nsec / 2) /
			  (uint64_t)tick.tv_nsec);
}

int meter_time_read(struct meter_moment *moment)
{
	struct timespec now;
	int error = bpf_jiffies(&moment->jiffies);

	clock_gettime(CLOCK_REALTIME, &now);
	moment->real = (uint64_t)now.tv_sec * SECOND + (uint64_t)now.tv_nsec;
	return error;
}

static uint64_t to_ns(const struct meter_info *info, uint64_t jiffies)
{
	/* A jiffy in ns fits; so do 500 years of them. */
	return jiffies * (MINUTE / info->minute);
}

/* Of ns that are less than a minute. */
static uint64_t to_jiffies(const struct meter_info *info, uint64_t ns)
{
	return ns * info->minute / MINUTE;
}

static bool goes_on(const struct meter_info *info, const struct meter_stretch *stretch,
		    const struct meter_moment *moment)
{
	const uint64_t expected = to_ns(info, moment->jiffies - stretch->jiffies[1]);
	const uint64_t passed = moment->real - stretch->real[1];
	const uint64_t apart = passed > expected ? passed - expected :
						   expected - passed;

	return moment->jiffies >= stretch->jiffies[1] &&
	       moment->real >= stretch->real[1] &&
	       apart <= APART + expected / APART_PART;
}

static void begin(struct meter_info *info, const struct meter_moment *moment)
{
	if (info->stretches >= METER_STRETCHES) {
		memmove(info->stretch, info->stretch + 1,
			(METER_STRETCHES - 1) * sizeof(*info->stretch));
		info->stretches = METER_STRETCHES - 1;
	}
	info->stretch[info->stretches++] = (struct meter_stretch){
		.jiffies = { moment->jiffies, moment->jiffies },
		.real = { moment->real, moment->real },
	};
}

/* Small differences are those of reading two clocks: a fiftieth of a second. */
static void align(struct meter_info *info, const struct meter_moment *moment)
{
	const uint64_t base = moment->jiffies -
		to_jiffies(info, moment->real % MINUTE);
	const uint64_t apart = (base - info->base) % info->minute;
	const uint64_t small = info->minute / 3000 + 1;

	if (!info->base || base < info->base ||
	    (apart > small && apart < info->minute - small))
		info->base = base;
}

void meter_time_note(struct meter_info *info, const struct meter_moment *moment)
{
	struct meter_stretch *last;

	last = info->stretches ? &info->stretch[info->stretches - 1] : NULL;
	if (last && goes_on(info, last, moment)) {
		last->jiffies[1] = moment->jiffies;
		last->real[1] = moment->real;
	} else {
		begin(info, moment);
	}
	align(info, moment);
}

static uint64_t real_of(const struct meter_stretch *stretch, uint64_t jiffies)
{
	const uint64_t length = stretch->jiffies[1] - stretch->jiffies[0];
	const double part = length ? ((double)jiffies - (double)stretch->jiffies[0]) /
					     (double)length : 0;

	return stretch->real[0] +
	       (uint64_t)(part * (double)(stretch->real[1] - stretch->real[0]));
}

bool meter_time_place(const struct meter_info *info, uint64_t jiffies, int64_t *end)
{
	for (uint32_t at = info->stretches; at-- > 0;) {
		const struct meter_stretch *stretch = &info->stretch[at];
		uint64_t real;
		uint64_t over;

		if (jiffies < stretch->jiffies[0] || jiffies > stretch->jiffies[1])
			continue;
		real = real_of(stretch, jiffies);
		over = real % MINUTE;
		if (over > ROUGH && over < MINUTE - ROUGH)
			return false;
		*end = (int64_t)((real + ROUGH) / MINUTE * 60);
		/* By the clock it has not come yet. */
		return (uint64_t)*end <= info->stretch[info->stretches - 1].real[1] /
						 SECOND + 1;
	}
	return false;
}
