// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes a sample of each host that has moved, at each full hour of the clock on the
 * wall, and takes hosts away that have long been idle, where there is little room.
 *
 * All is called by the sampler of monitors, a minute at a time.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/timekeeping.h>

#include "hosts.h"
#include "hosts_sampler.h"

#define TRAFMETUX_HOST_INTERVAL_DEFAULT 3600
#define TRAFMETUX_HOST_INTERVAL_MAX 86400
#define TRAFMETUX_HOST_IDLE_DEFAULT 86400

static unsigned int host_interval = TRAFMETUX_HOST_INTERVAL_DEFAULT;
module_param(host_interval, uint, 0444);
MODULE_PARM_DESC(host_interval, "seconds between samples of hosts, whole minutes that divide a day (default: 3600)");

static unsigned int host_idle = TRAFMETUX_HOST_IDLE_DEFAULT;
module_param(host_idle, uint, 0644);
MODULE_PARM_DESC(host_idle, "seconds after which an idle host may go from a table that is three quarters full (default: 86400)");

/**
 * struct trafmetux_hosts_moment - when samples of a table are taken
 * @time: what they say
 * @since: what they say as well, where they come late; else 0
 * @seen: the boot time, in seconds
 * @missed: one could not be taken
 */
struct trafmetux_hosts_moment {
	s64 time;
	s64 since;
	u32 seen;
	bool missed;
};

static bool trafmetux_hosts_remember(struct trafmetux_hosts *hosts,
				     struct trafmetux_hosts_moment *moment,
				     u64 id, const struct trafmetux_reading *total)
{
	struct trafmetux_host_sample sample = {
		.time = moment->time,
		.since = moment->since,
		.id = id,
		.total = { total[TRAFMETUX_UP], total[TRAFMETUX_DOWN] },
	};

	if (trafmetux_history_add(&hosts->history, &sample)) {
		moment->missed = true;
		return false;
	}
	return true;
}

static void trafmetux_hosts_sample_other(struct trafmetux_hosts *hosts,
					 struct trafmetux_hosts_moment *moment)
{
	struct trafmetux_hosts_state state;
	u64 sum;

	trafmetux_hosts_state(hosts, &state);
	sum = trafmetux_host_sum(state.other);
	if (sum != hosts->other_sampled &&
	    trafmetux_hosts_remember(hosts, moment, 0, state.other))
		hosts->other_sampled = sum;
}

static void trafmetux_hosts_sample_rows(struct trafmetux_hosts *hosts,
					struct trafmetux_hosts_moment *moment)
{
	struct trafmetux_host_row row;
	u32 place;

	for (place = trafmetux_hosts_row(hosts, 0, &row); place != U32_MAX;
	     place = trafmetux_hosts_row(hosts, place + 1, &row)) {
		if (row.note.sampled != trafmetux_host_sum(row.total) &&
		    trafmetux_hosts_remember(hosts, moment, row.note.id, row.total))
			trafmetux_hosts_sampled(hosts, place, &row, moment->seen);
		cond_resched();
	}
}

/* May that row go? A limit is not to go with it. */
static bool trafmetux_hosts_is_idle(const struct trafmetux_host_row *row, u32 seen)
{
	return !(row->note.flags & TRAFMETUX_HOST_LIMITED) &&
	       row->note.sampled == trafmetux_host_sum(row->total) &&
	       seen - row->note.seen >= READ_ONCE(host_idle);
}

/* Whether any row is to go. */
static bool trafmetux_hosts_unlink_idle(struct trafmetux_hosts *hosts, u32 seen)
{
	struct trafmetux_host_row row;
	bool any = false;
	u32 place;

	for (place = trafmetux_hosts_row(hosts, 0, &row); place != U32_MAX;
	     place = trafmetux_hosts_row(hosts, place + 1, &row)) {
		if (trafmetux_hosts_is_idle(&row, seen)) {
			trafmetux_hosts_unlink(hosts, place);
			any = true;
		}
		cond_resched();
	}
	return any;
}

/* A packet may have found one just before; what it counted has its sample too. */
static void trafmetux_hosts_fold_unlinked(struct trafmetux_hosts *hosts,
					  struct trafmetux_hosts_moment *moment)
{
	struct trafmetux_host_row row;
	u32 place;

	for (place = trafmetux_hosts_row(hosts, 0, &row); place != U32_MAX;
	     place = trafmetux_hosts_row(hosts, place + 1, &row)) {
		if (row.note.flags & TRAFMETUX_HOST_GOING) {
			if (row.note.sampled == trafmetux_host_sum(row.total) ||
			    trafmetux_hosts_remember(hosts, moment, row.note.id, row.total))
				trafmetux_hosts_fold(hosts, place);
		}
		cond_resched();
	}
}

static bool trafmetux_hosts_is_tight(struct trafmetux_hosts *hosts)
{
	struct trafmetux_hosts_state state;

	trafmetux_hosts_state(hosts, &state);
	return state.used > state.max - state.max / 4;
}

/* Is it time for samples of hosts? Where the clock is no help, an interval after. */
static bool trafmetux_hosts_is_due(const struct trafmetux_hosts *hosts, s64 time,
				   ktime_t elapsed)
{
	s32 past;

	div_s64_rem(time, host_interval, &past);
	return !past || ktime_to_ns(elapsed) >= (s64)host_interval * NSEC_PER_SEC;
}

/**
 * trafmetux_hosts_sample() - take samples, if it is time to
 * @hosts: of all rows in this
 * @time: what they are to say, in seconds since 1970; a full minute, or the time now
 * @real: the clock
 * @boot: the boot time
 *
 * Context: may sleep; within trafmetux_registry_lock().
 */
void trafmetux_hosts_sample(struct trafmetux_hosts *hosts, s64 time,
			    ktime_t real, ktime_t boot)
{
	ktime_t elapsed = ktime_sub(boot, hosts->sampled);
	struct trafmetux_hosts_moment moment = {
		.time = time,
		.seen = ktime_divns(boot, NSEC_PER_SEC),
	};

	if (!trafmetux_hosts_is_due(hosts, time, elapsed))
		return;
	/* See trafmetux_sampler_sample(). */
	if (ktime_to_ns(elapsed) > (host_interval + 1) * (s64)NSEC_PER_SEC)
		moment.since = max_t(s64, 1, ktime_divns(ktime_sub(real, elapsed),
							 NSEC_PER_SEC));
	trafmetux_hosts_sample_other(hosts, &moment);
	trafmetux_hosts_sample_rows(hosts, &moment);
	if (trafmetux_hosts_is_tight(hosts) &&
	    trafmetux_hosts_unlink_idle(hosts, moment.seen)) {
		synchronize_rcu();
		trafmetux_hosts_fold_unlinked(hosts, &moment);
	}
	/* With one missing, the next of all rows account for both. */
	if (!moment.missed)
		hosts->sampled = boot;
}

/**
 * trafmetux_hosts_remove() - make a row a part of "gone", at once
 * @hosts: the table
 * @place: the row's
 *
 * What it counted since the last full hour has a sample, if there is memory for it.
 *
 * Context: may sleep; within trafmetux_registry_lock().
 */
void trafmetux_hosts_remove(struct trafmetux_hosts *hosts, u32 place)
{
	struct trafmetux_hosts_moment moment = {};
	struct trafmetux_host_row row;
	ktime_t real, elapsed;

	trafmetux_hosts_unlink(hosts, place);
	synchronize_rcu();
	trafmetux_hosts_row(hosts, place, &row);
	if (row.note.sampled != trafmetux_host_sum(row.total)) {
		real = ktime_get_real();
		elapsed = ktime_sub(ktime_get_boottime(), hosts->sampled);
		moment.time = ktime_divns(real, NSEC_PER_SEC) + 1;
		moment.since = max_t(s64, 1, ktime_divns(ktime_sub(real, elapsed),
							 NSEC_PER_SEC));
		trafmetux_hosts_remember(hosts, &moment, row.note.id, row.total);
	}
	trafmetux_hosts_fold(hosts, place);
}

/**
 * trafmetux_hosts_interval() - how far samples are apart
 *
 * Return: seconds.
 */
unsigned int trafmetux_hosts_interval(void)
{
	return host_interval;
}

/**
 * trafmetux_hosts_sampler_init() - are the parameters in range?
 *
 * Return: 0, or -EINVAL, which is told.
 */
int __init trafmetux_hosts_sampler_init(void)
{
	if (host_interval >= 60 && host_interval <= TRAFMETUX_HOST_INTERVAL_MAX &&
	    !(host_interval % 60) && !(TRAFMETUX_HOST_INTERVAL_MAX % host_interval))
		return 0;
	pr_err("host_interval=%u is out of range, use whole minutes that divide a day, as 3600\n",
	       host_interval);
	return -EINVAL;
}
