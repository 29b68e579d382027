// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/clock.h"

#include <errno.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "base/number.h"
#include "base/sample.h"

int64_t clock_present(void)
{
	return time(NULL);
}

int64_t clock_monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

struct clock_reading clock_read(void)
{
	struct timex state = { .modes = 0 };
	struct timespec since_boot = { .tv_sec = 0 };
	struct clock_reading reading = { .now = clock_present() };

	if (clock_gettime(CLOCK_BOOTTIME, &since_boot))
		clock_gettime(CLOCK_MONOTONIC, &since_boot);
	reading.uptime = since_boot.tv_sec;
	reading.is_synchronised = adjtimex(&state) >= 0 &&
				  !(state.status & STA_UNSYNC);
	return reading;
}

void clock_format(int64_t instant, char text[CLOCK_TEXT_SIZE])
{
	const time_t seconds = (time_t)instant;
	struct tm local;

	if (!localtime_r(&seconds, &local) ||
	    !strftime(text, CLOCK_TEXT_SIZE, "%Y-%m-%d %H:%M", &local))
		*text = '\0';
}

static int parse_local(const char *text, int64_t *instant)
{
	static const char *const formats[] = {
		"%Y-%m-%d %H:%M:%S",
		"%Y-%m-%d %H:%M",
	};
	const char *end = NULL;
	struct tm wanted;
	struct tm local;
	time_t found;

	for (size_t at = 0; at < sizeof(formats) / sizeof(*formats); at++) {
		wanted = (struct tm){ .tm_isdst = -1 };
		end = strptime(text, formats[at], &wanted);
		if (end && *end == '\0')
			break;
	}
	if (!end || *end != '\0')
		return -EINVAL;
	wanted.tm_isdst = -1;
	local = wanted;
	found = mktime(&local);
	/* Where the clock skipped this time, mktime() answers another. */
	if (local.tm_mday != wanted.tm_mday || local.tm_mon != wanted.tm_mon ||
	    local.tm_year != wanted.tm_year ||
	    local.tm_hour != wanted.tm_hour || local.tm_min != wanted.tm_min)
		return -EINVAL;
	*instant = found;
	return *instant >= 0 && *instant <= SAMPLE_TIME_MAX ? 0 : -EINVAL;
}

int clock_parse(const char *text, int64_t *time)
{
	const char *cursor = text;
	const char *end = text + strlen(text);

	if (number_parse_time(&cursor, end, time) && cursor == end)
		return 0;
	return parse_local(text, time);
}
