// SPDX-License-Identifier: GPL-2.0-or-later
#include "time/local_time.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/sample.h"

/* No clock was ever changed by more than a day, nor often within some days. */
#define AROUND_SECONDS (48 * 3600)
#define STEP_SECONDS 1800

enum { OFFSETS_MAX = 8, CLOCK_SIZE = 24 };

/* The offsets from UTC, in seconds, that are in use around a time. */
struct offsets {
	long list[OFFSETS_MAX];
	size_t count;
};

/* What the clock shows, as if it were UTC. */
static bool parse(const char *text, int64_t *shown)
{
	struct tm local = { .tm_mday = 0 };
	char copy[CLOCK_SIZE];
	const char *end;

	if (strlen(text) >= sizeof(copy) || strlen(text) < 16)
		return false;
	strcpy(copy, text);
	copy[10] = ' ';
	end = strptime(copy, "%Y-%m-%d %H:%M", &local);
	if (end && *end == ':')
		end = strptime(end, ":%S", &local);
	if (!end || *end)
		return false;
	*shown = timegm(&local);
	return *shown > AROUND_SECONDS &&
	       *shown < SAMPLE_TIME_MAX - AROUND_SECONDS;
}

static long offset_at(int64_t instant)
{
	const time_t time = (time_t)instant;
	struct tm local;

	return localtime_r(&time, &local) ? local.tm_gmtoff : 0;
}

static void find_offsets(int64_t shown, struct offsets *offsets)
{
	offsets->count = 0;
	for (int64_t at = shown - AROUND_SECONDS; at <= shown + AROUND_SECONDS;
	     at += STEP_SECONDS) {
		const long offset = offset_at(at);
		size_t known = 0;

		while (known < offsets->count && offsets->list[known] != offset)
			known++;
		if (known == offsets->count && known < OFFSETS_MAX)
			offsets->list[offsets->count++] = offset;
	}
}

/* The instants at which the clock showed that, up to two, the earlier one first. */
static size_t find_instants(int64_t shown, const struct offsets *offsets,
			    int64_t instants[2])
{
	size_t count = 0;

	for (size_t at = 0; at < offsets->count; at++) {
		const int64_t instant = shown - offsets->list[at];

		if (offset_at(instant) == offsets->list[at] && count < 2)
			instants[count++] = instant;
	}
	if (count == 2 && instants[0] > instants[1]) {
		const int64_t later = instants[0];

		instants[0] = instants[1];
		instants[1] = later;
	}
	return count;
}

/* The next minute that the clock did show. */
static int64_t find_next(int64_t shown, const struct offsets *offsets)
{
	int64_t instants[2];

	do
		shown += 60 - shown % 60;
	while (!find_instants(shown, offsets, instants));
	return shown;
}

static void format(int64_t shown, char text[CLOCK_SIZE])
{
	const time_t time = (time_t)shown;
	struct tm clock;

	strftime(text, CLOCK_SIZE, shown % 60 ? "%Y-%m-%d %H:%M:%S" :
						"%Y-%m-%d %H:%M",
		 gmtime_r(&time, &clock));
}

static void explain_twice(int64_t shown, const int64_t instants[2], char *words)
{
	char clock[CLOCK_SIZE];
	long minutes[2];

	format(shown, clock);
	for (int at = 0; at < 2; at++)
		minutes[at] = (long)(shown - instants[at]) / 60;
	snprintf(words, LOCAL_TIME_WORDS_SIZE,
		 "came twice, since the clock was set back; give '%s %c%02ld:%02ld' for the first, '%s %c%02ld:%02ld' for the second",
		 clock, minutes[0] < 0 ? '-' : '+', labs(minutes[0]) / 60,
		 labs(minutes[0]) % 60, clock, minutes[1] < 0 ? '-' : '+',
		 labs(minutes[1]) / 60, labs(minutes[1]) % 60);
}

enum local_time_kind local_time_explain(const char *text, char *words,
					int64_t *second)
{
	struct offsets offsets;
	char next[CLOCK_SIZE];
	int64_t instants[2];
	int64_t shown;

	*words = '\0';
	if (!parse(text, &shown))
		return LOCAL_TIME_NONE;
	find_offsets(shown, &offsets);
	switch (find_instants(shown, &offsets, instants)) {
	case 1:
		return LOCAL_TIME_ONCE;
	case 2:
		explain_twice(shown, instants, words);
		*second = instants[1];
		return LOCAL_TIME_TWICE;
	default:
		format(find_next(shown, &offsets), next);
		snprintf(words, LOCAL_TIME_WORDS_SIZE,
			 "never was: the clock was set forward over it, to %s",
			 next);
		return LOCAL_TIME_SKIPPED;
	}
}
