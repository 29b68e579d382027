/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Every zone of the tz database, and the changes of its clock. */
#ifndef TRAFMETUX_TEST_ZONES_H
#define TRAFMETUX_TEST_ZONES_H

#include "test.h"

#include "time/calendar.h"

#define ZONES_FIRST INT64_C(0)			/* 1970-01-01 UTC */
#define ZONES_LAST INT64_C(2240524800)		/* 2040-12-31 UTC */
#define ZONES_STEP (5 * INT64_C(86400))

static inline int64_t zones_offset(int64_t instant)
{
	time_t time = instant;
	struct tm local;

	localtime_r(&time, &local);
	return local.tm_gmtoff;
}

/* The local date by the C library, in days since 1970-01-01. */
static inline int32_t zones_day(int64_t instant)
{
	time_t time = instant;
	struct calendar_date date;
	struct tm local;

	localtime_r(&time, &local);
	date.year = local.tm_year + 1900;
	date.month = local.tm_mon + 1;
	date.day = local.tm_mday;
	return calendar_day_number(&date);
}

/* Zones whose clocks did what others' never do: always looked at in full. */
static inline bool zones_odd(const char *zone)
{
	static const char *const odd[] = {
		"Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia",
		"Asia/Beirut", "America/Sao_Paulo", "Pacific/Kiritimati",
		"Pacific/Enderbury", "Pacific/Kanton", "Antarctica/Troll",
		"Europe/Paris", "Asia/Pyongyang", "America/Caracas",
		"Asia/Kathmandu", "Africa/Casablanca", "Africa/Cairo",
		"Africa/Monrovia", "Pacific/Kwajalein", "Pacific/Kosrae",
	};

	for (size_t at = 0; at < sizeof(odd) / sizeof(*odd); at++) {
		if (strcmp(zone, odd[at]) == 0)
			return true;
	}
	return false;
}

/*
 * Calls @visit with the first instant after each change of each zone's clock;
 * in short runs only one in forty, but all of the odd zones'. Returns how many.
 */
static inline int zones_each_change(void (*visit)(const char *zone,
						  int64_t change))
{
	const char *wish = getenv("LONG");
	const bool all = wish && *wish;
	FILE *list = fopen("/usr/share/zoneinfo/zone1970.tab", "r");
	char zone[64];
	char line[512];
	int visited = 0;
	int seen = 0;

	if (!list)
		list = fopen("/usr/share/zoneinfo/zone.tab", "r");
	assert_non_null(list);
	while (fgets(line, sizeof(line), list)) {
		if (*line == '#' || sscanf(line, "%*s %*s %63s", zone) != 1)
			continue;
		test_zone(zone);
		for (int64_t at = ZONES_FIRST; at < ZONES_LAST;
		     at += ZONES_STEP) {
			int64_t low = at;
			int64_t high = at + ZONES_STEP;

			if (zones_offset(low) == zones_offset(high))
				continue;
			if (!all && !zones_odd(zone) && seen++ % 40)
				continue;
			while (high - low > 1) {
				int64_t middle = low + (high - low) / 2;

				if (zones_offset(middle) == zones_offset(low))
					low = middle;
				else
					high = middle;
			}
			visit(zone, high);
			visited++;
		}
	}
	fclose(list);
	return visited;
}

#endif
