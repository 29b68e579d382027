// SPDX-License-Identifier: GPL-2.0-or-later
#include <signal.h>
#include <stddef.h>
#include <time.h>

#include "base/clock.h"
#include "report/follow.h"

static int64_t present(void *context)
{
	(void)context;
	return clock_present();
}

static uint64_t monotonic(void *context)
{
	(void)context;
	return (uint64_t)clock_monotonic() / 1000;
}

static void fill_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
}

/* Blocked signals wait until they are asked for: none comes unseen. */
static bool wait_until(void *context, uint64_t until)
{
	sigset_t signals;
	uint64_t now = monotonic(NULL);

	(void)context;
	fill_signals(&signals);
	do {
		const uint64_t rest = until > now ? until - now : 0;
		const struct timespec timeout = {
			.tv_sec = (time_t)(rest / 1000000),
			.tv_nsec = (long)(rest % 1000000 * 1000),
		};

		if (sigtimedwait(&signals, NULL, &timeout) >= 0)
			return false;
		now = monotonic(NULL);
	} while (now < until);
	return true;
}

struct follow_clock follow_clock_start(void)
{
	sigset_t signals;

	fill_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	return (struct follow_clock){
		.present = present,
		.monotonic = monotonic,
		.wait = wait_until,
	};
}
