// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For LD_PRELOAD: the machine's clock stands at CLOCK_NOW, it was started CLOCK_UPTIME
 * seconds ago, and the kernel says that its clock is synchronised if there is a
 * CLOCK_SYNCHRONISED. Without CLOCK_NOW the time is what it is.
 */
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <time.h>
#include <unistd.h>

static long number(const char *name)
{
	const char *words = getenv(name);

	return words ? atol(words) : 0;
}

time_t time(time_t *result)
{
	struct timespec now;
	time_t seconds = number("CLOCK_NOW");

	if (!getenv("CLOCK_NOW")) {
		syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
		seconds = now.tv_sec;
	}
	if (result)
		*result = seconds;
	return seconds;
}

int clock_gettime(clockid_t which, struct timespec *now)
{
	if (which == CLOCK_BOOTTIME && getenv("CLOCK_UPTIME")) {
		*now = (struct timespec){ .tv_sec = number("CLOCK_UPTIME") };
		return 0;
	}
	if (which == CLOCK_REALTIME && getenv("CLOCK_NOW")) {
		*now = (struct timespec){ .tv_sec = number("CLOCK_NOW") };
		return 0;
	}
	return (int)syscall(SYS_clock_gettime, which, now);
}

int adjtimex(struct timex *state)
{
	*state = (struct timex){
		.status = getenv("CLOCK_SYNCHRONISED") ? 0 : STA_UNSYNC,
	};
	return state->status ? TIME_ERROR : TIME_OK;
}
