// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/vnstat_zone.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "time/calendar.h"

#define DATABASE "/usr/share/zoneinfo"

/* More of them would not tell more. */
#define CLOCKS_MAX 1000

/* So many zones at most are named. */
#define NAMED_MAX 12

/* Zones that fit, while the list is read. */
struct fits {
	const struct vnstat_clocks *clocks;
	size_t count;
	char names[NAMED_MAX][64];
	unsigned int weights[NAMED_MAX];
};

int vnstat_clocks_add(struct vnstat_clocks *clocks,
		      const struct vnstat_clock *clock)
{
	int error;

	if (clocks->count == CLOCKS_MAX)
		return 0;
	error = array_reserve((void **)&clocks->list, &clocks->capacity,
			      clocks->count + 1, sizeof(*clock));
	if (!error)
		clocks->list[clocks->count++] = *clock;
	return error;
}

void vnstat_clocks_free(struct vnstat_clocks *clocks)
{
	array_free((void **)&clocks->list, &clocks->capacity);
	clocks->count = 0;
}

static bool shows(struct calendar *calendar, const struct vnstat_clock *clock)
{
	const struct calendar_time time = calendar_time(calendar,
							clock->instant);

	return time.hour == clock->hour &&
	       (clock->minute == VNSTAT_CLOCK_UNKNOWN ||
		time.minute == clock->minute) &&
	       (clock->day == VNSTAT_CLOCK_UNKNOWN || time.day == clock->day);
}

/* @weight: how many countries have it; those of most are named first. */
static void try(struct fits *fits, const char *name, unsigned int weight)
{
	struct calendar calendar = { .zone = { .name = name } };
	size_t at = 0;

	if (strlen(name) >= sizeof(fits->names[0]) ||
	    !zone_is_valid(name))
		return;
	while (at < fits->clocks->count &&
	       shows(&calendar, &fits->clocks->list[at]))
		at++;
	if (at < fits->clocks->count)
		return;
	at = fits->count < NAMED_MAX ? fits->count : NAMED_MAX;
	fits->count++;
	while (at > 0 && fits->weights[at - 1] < weight) {
		if (at < NAMED_MAX) {
			strcpy(fits->names[at], fits->names[at - 1]);
			fits->weights[at] = fits->weights[at - 1];
		}
		at--;
	}
	if (at < NAMED_MAX) {
		strcpy(fits->names[at], name);
		fits->weights[at] = weight;
	}
}

/* Lines of "COUNTRY,COUNTRY... PLACE ZONE...", parted by tabs. */
static void try_list(struct fits *fits)
{
	const char *database = getenv("TZDIR");
	char path[PATH_MAX];
	char line[1024];
	FILE *list;

	snprintf(path, sizeof(path), "%s/zone1970.tab",
		 database ? database : DATABASE);
	list = fopen(path, "re");
	while (list && fgets(line, sizeof(line), list)) {
		char *rest = line;
		const char *countries = strsep(&rest, "\t\n");
		const char *name;

		if (*line == '#' || !strsep(&rest, "\t\n"))
			continue;
		name = strsep(&rest, "\t\n");
		if (name && *name)
			try(fits, name, (unsigned int)strlen(countries));
	}
	if (list)
		fclose(list);
}

/* A zone that has no name: the same offset at all times. */
static void try_offset(struct fits *fits)
{
	const struct vnstat_clock *clock = fits->clocks->list;
	int64_t offset;
	char name[64];

	if (fits->count || !fits->clocks->count ||
	    clock->day == VNSTAT_CLOCK_UNKNOWN ||
	    clock->minute == VNSTAT_CLOCK_UNKNOWN)
		return;
	offset = (int64_t)clock->day * 86400 + clock->hour * 3600 +
		 clock->minute * 60 - (clock->instant - clock->instant % 60);
	if (offset < -86400 || offset > 86400)
		return;
	snprintf(name, sizeof(name), "<%c%02d%02d>%s%d:%02d",
		 offset < 0 ? '-' : '+', abs((int)offset) / 3600,
		 abs((int)offset) / 60 % 60, offset < 0 ? "" : "-",
		 abs((int)offset) / 3600, abs((int)offset) / 60 % 60);
	try(fits, name, 0);
}

static void write_words(const struct fits *fits, char *words, size_t size)
{
	const size_t named = fits->count < NAMED_MAX ? fits->count : NAMED_MAX;
	size_t length = 0;

	if (!fits->count) {
		snprintf(words, size, "none known here fits, so name that of the machine that wrote it with --tz");
		return;
	}
	for (size_t at = 0; at < named && length < size; at++) {
		const bool is_last = at == named - 1;

		length += (size_t)snprintf(words + length, size - length,
					   "%s%s%s%s", at == 0 ? "--tz " :
					   is_last && named == fits->count ?
					   " or " : ", ",
					   *fits->names[at] == '<' ? "'" : "",
					   fits->names[at],
					   *fits->names[at] == '<' ? "'" : "");
	}
	if (length < size && fits->count > named)
		length += (size_t)snprintf(words + length, size - length,
					   " or one of %zu more",
					   fits->count - named);
	if (length < size)
		snprintf(words + length, size - length, " fits");
}

void vnstat_zone_words(const struct vnstat_clocks *clocks, char *words,
		       size_t size)
{
	struct fits fits = { .clocks = clocks };

	if (clocks->count) {
		try(&fits, "UTC", UINT_MAX);
		try_list(&fits);
		try_offset(&fits);
	}
	write_words(&fits, words, size);
}
