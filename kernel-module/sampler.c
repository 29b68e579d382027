// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes a sample of every monitor at each minute of the clock on the wall.
 *
 * A timer on that clock goes off at the boundary, and at once when the machine
 * wakes up or the clock is set past it. When the clock is set back it would be
 * late by as much; the work, which the timer only hurries up, then runs of
 * itself a little over a minute after it last did.
 */
#include <linux/hrtimer.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/timekeeping.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "hosts_sampler.h"
#include "monitor.h"
#include "registry.h"
#include "sampler.h"

/* A sample taken so much after the boundary still passes for its minute's. */
#define TRAFMETUX_LATE_NS NSEC_PER_SEC

/* No sample may be longer in coming, whatever the clock does. */
#define TRAFMETUX_OVERDUE_NS (60LL * NSEC_PER_SEC)

#define TRAFMETUX_MINUTE_S 60

/*
 * Growth between two samples that are this far apart still counts as that of
 * one minute: the clock is slewed, and the sampler may start a little late.
 */
#define TRAFMETUX_MINUTE_NS (61LL * NSEC_PER_SEC)

/**
 * struct trafmetux_moment - when samples are taken
 * @time: what they say, in seconds since 1970
 * @real: the clock
 * @boot: the boot time
 */
struct trafmetux_moment {
	s64 time;
	ktime_t real;
	ktime_t boot;
};

static struct hrtimer trafmetux_timer;
static void trafmetux_sampler_work(struct work_struct *work);
static DECLARE_DELAYED_WORK(trafmetux_work, trafmetux_sampler_work);
static bool trafmetux_stopping;

/* Boot time of the last samples; only the work uses it once it is started. */
static ktime_t trafmetux_sampled;

static enum hrtimer_restart trafmetux_sampler_timer(struct hrtimer *timer)
{
	if (!READ_ONCE(trafmetux_stopping))
		mod_delayed_work(system_highpri_wq, &trafmetux_work, 0);
	return HRTIMER_NORESTART;
}

/* If the monitor has moved. */
static void trafmetux_sampler_total(struct trafmetux_monitor *monitor,
				    const struct trafmetux_moment *now)
{
	struct trafmetux_history *samples = &monitor->history;
	ktime_t elapsed = ktime_sub(now->boot, monitor->sampled);
	struct trafmetux_sample last = {};
	struct trafmetux_sample sample = {
		.time = now->time,
		.total = trafmetux_counter_read(monitor->counter),
	};

	if (samples->taken)
		trafmetux_history_get(samples, samples->taken - 1, &last);

	if (sample.total.packets != last.total.packets ||
	    sample.total.bytes != last.total.bytes) {
		/*
		 * How long the growth took is known, whatever was done to the
		 * clock meanwhile: tell it in the time of the clock as it is
		 * now.
		 */
		if (ktime_to_ns(elapsed) > TRAFMETUX_MINUTE_NS)
			sample.since = max_t(s64, 1,
					     ktime_divns(ktime_sub(now->real,
								   elapsed),
							 NSEC_PER_SEC));
		if (trafmetux_history_add(samples, &sample))
			return;	/* the next one will account for both */
	}
	monitor->sampled = now->boot;
}

static void trafmetux_sampler_sample(struct trafmetux_monitor *monitor,
				     const void *data)
{
	const struct trafmetux_moment *now = data;

	trafmetux_sampler_total(monitor, now);
	if (monitor->hosts)
		trafmetux_hosts_sample(monitor->hosts, now->time, now->real,
				       now->boot);
}

/* Sample if it is time to. The clock may have been set to anything. */
static void trafmetux_sampler_run(ktime_t real, ktime_t boot)
{
	struct trafmetux_moment moment = { .real = real, .boot = boot };
	s64 now = ktime_divns(real, NSEC_PER_SEC);
	s64 elapsed = ktime_to_ns(ktime_sub(boot, trafmetux_sampled));
	s32 past;
	s64 time;

	div_s64_rem(now, TRAFMETUX_MINUTE_S, &past);
	time = now - past;

	if (ktime_to_ns(real) - time * NSEC_PER_SEC < TRAFMETUX_LATE_NS) {
		/* The timer and the work may both have come for this one. */
		if (elapsed < TRAFMETUX_LATE_NS)
			return;
	} else {
		/* Between boundaries, after a sleep or a step of the clock. */
		if (elapsed < TRAFMETUX_OVERDUE_NS)
			return;
		time = now + 1;	/* not before what it accounts for */
	}
	moment.time = time;
	trafmetux_registry_each(trafmetux_sampler_sample, &moment);
	trafmetux_sampled = boot;
}

static void trafmetux_sampler_arm(void)
{
	s64 now = ktime_get_real_seconds();
	s32 past;

	if (READ_ONCE(trafmetux_stopping))
		return;
	div_s64_rem(now, TRAFMETUX_MINUTE_S, &past);
	hrtimer_start(&trafmetux_timer,
		      ktime_set(now - past + TRAFMETUX_MINUTE_S, 0),
		      HRTIMER_MODE_ABS);
	queue_delayed_work(system_highpri_wq, &trafmetux_work,
			   nsecs_to_jiffies(TRAFMETUX_OVERDUE_NS) + HZ);
}

static void trafmetux_sampler_work(struct work_struct *work)
{
	ktime_t boot;

	/* No waiting comes between the time and what it is the time of. */
	trafmetux_registry_lock();
	boot = ktime_get_boottime();
	trafmetux_sampler_run(ktime_get_real(), boot);
	trafmetux_registry_expire(boot);
	trafmetux_registry_unlock();
	trafmetux_sampler_arm();
}

/**
 * trafmetux_sampler_start() - begin to take samples
 */
void trafmetux_sampler_start(void)
{
	trafmetux_sampled = ktime_get_boottime();
	hrtimer_setup(&trafmetux_timer, trafmetux_sampler_timer,
		      CLOCK_REALTIME, HRTIMER_MODE_ABS);
	trafmetux_sampler_arm();
}

/**
 * trafmetux_sampler_stop() - take no more samples
 *
 * Context: may sleep; waits for the samples that are being taken.
 */
void trafmetux_sampler_stop(void)
{
	/* Timer and work start each other; either may yet miss the flag. */
	WRITE_ONCE(trafmetux_stopping, true);
	hrtimer_cancel(&trafmetux_timer);
	cancel_delayed_work_sync(&trafmetux_work);
	hrtimer_cancel(&trafmetux_timer);
}
