// SPDX-License-Identifier: GPL-2.0-or-later
#include "exchange/vnstat_time.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/array.h"
#include "base/machine.h"
#include "base/sample.h"
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
	offset = clock->day * DAY_SECONDS + clock->hour * HOUR_SECONDS +
		 clock->minute * 60 - (clock->instant - clock->instant % 60);
	if (offset < -DAY_SECONDS || offset > DAY_SECONDS)
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

#define FIVE_MINUTES 300

/* A number of an object, from @least to @most; @missing where there is none. */
static bool take(const json_t *object, const char *key, int missing, int least,
		 int most, int *value)
{
	const json_t *number = json_object_get(object, key);

	*value = missing;
	if (json_is_integer(number) && json_integer_value(number) >= least &&
	    json_integer_value(number) <= most)
		*value = (int)json_integer_value(number);
	else if (number)
		return false;
	return *value >= least;
}

/* Months have no day, and years neither. */
static int take_date(const json_t *object, struct calendar_date *date)
{
	const json_t *part = json_object_get(object, "date");
	char text[32];
	int32_t day;

	if (!take(part, "year", -1, 1970, 9998, &date->year) ||
	    !take(part, "month", 1, 1, 12, &date->month) ||
	    !take(part, "day", 1, 1, 31, &date->day))
		return -EINVAL;
	snprintf(text, sizeof(text), "%04d-%02d-%02d", date->year, date->month,
		 date->day);
	return calendar_parse_day(text, &day) ? 0 : -EINVAL;
}

/* The first instant of the first day from @date on that was there. */
static bool first_instant(struct calendar *calendar,
			  const struct calendar_date *date, int64_t *start)
{
	int32_t day = calendar_day_number(date);
	int64_t end;

	return calendar_day_bounds(calendar, day, start, &end) ||
	       calendar_day_bounds(calendar, day + 1, start, &end);
}

static bool take_clock(const json_t *clock, int *hour, int *minute)
{
	return take(clock, "hour", 0, 0, 23, hour) &&
	       take(clock, "minute", 0, 0, 59, minute);
}

static bool take_stamp(const json_t *object, int64_t *instant)
{
	const json_t *stamp = json_object_get(object, "timestamp");

	*instant = json_integer_value(stamp);
	return json_is_integer(stamp) && *instant >= 0 &&
	       *instant <= SAMPLE_TIME_MAX;
}

int vnstat_time_instant(struct calendar *calendar, const json_t *object,
			int64_t *instant)
{
	const json_t *clock = json_object_get(object, "time");
	const struct calendar_hour *local;
	struct calendar_date date;
	int hour, minute;
	char text[64];

	if (take_date(object, &date) || !take_clock(clock, &hour, &minute))
		return -EINVAL;
	if (!json_is_integer(json_object_get(object, "timestamp"))) {
		if (!clock)
			return first_instant(calendar, &date, instant) ?
			       0 : -EINVAL;
		snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d",
			 date.year, date.month, date.day, hour, minute);
		return clock_parse(text, instant);
	}
	if (!take_stamp(object, instant))
		return -EINVAL;
	local = calendar_hour(calendar, *instant);
	if (local->day != calendar_day_number(&date) ||
	    (clock && (local->hour != hour ||
		       (*instant - local->nominal) / 60 != minute)))
		return -EXDEV;
	return 0;
}

int vnstat_time_clock(const json_t *object, struct vnstat_clocks *clocks)
{
	struct vnstat_clock clock;
	struct calendar_date date;

	if (take_date(object, &date) || !take_stamp(object, &clock.instant) ||
	    !take_clock(json_object_get(object, "time"), &clock.hour,
			&clock.minute))
		return 0;
	clock.day = calendar_day_number(&date);
	return vnstat_clocks_add(clocks, &clock);
}

/*
 * Of a midnight that came twice, or never, vnStat may mean another instant; else the
 * timestamp of a date is its first one.
 */
static bool is_other_zone(struct calendar *calendar, const json_t *entry,
			  const struct calendar_date *date,
			  const struct vnstat_span *span)
{
	int64_t stamp;
	int64_t start = 0;
	int64_t end = 0;

	if (!take_stamp(entry, &stamp) || stamp == span->start)
		return false;
	return !calendar_day_bounds(calendar, calendar_day_number(date), &start,
				    &end) ||
	       end - start == DAY_SECONDS ||
	       llabs(stamp - span->start) > HOUR_SECONDS;
}

/* The day, month or year that begins with a date. */
static int date_bounds(struct calendar *calendar, struct calendar_date date,
		       struct vnstat_span *span)
{
	if (span->view == VNSTAT_DAY)
		return calendar_day_bounds(calendar, calendar_day_number(&date),
					   &span->start, &span->end) ?
		       0 : -EINVAL;
	if (!first_instant(calendar, &date, &span->start))
		return -EINVAL;
	if (span->view == VNSTAT_YEAR || date.month++ == 12) {
		date.year++;
		date.month = 1;
	}
	return first_instant(calendar, &date, &span->end) ? 0 : -EINVAL;
}

int vnstat_time_bounds(struct calendar *calendar, const json_t *entry,
		       struct vnstat_span *span)
{
	struct calendar_date date;
	int64_t hour_end;
	int error;

	if (span->view <= VNSTAT_HOUR) {
		if (!json_object_get(entry, "time"))
			return -EINVAL;
		error = vnstat_time_instant(calendar, entry, &span->start);
		if (error)
			return error;
		hour_end = calendar_hour(calendar, span->start)->end;
		span->end = span->start + FIVE_MINUTES;
		if (span->view == VNSTAT_HOUR || span->end > hour_end)
			span->end = hour_end;
		return 0;
	}
	if (take_date(entry, &date) || date_bounds(calendar, date, span))
		return -EINVAL;
	span->date = calendar_day_number(&date);
	return is_other_zone(calendar, entry, &date, span) ? -EXDEV : 0;
}

int vnstat_time_around(struct calendar *calendar, int64_t instant,
		       struct vnstat_span *span)
{
	const struct calendar_hour *hour = calendar_hour(calendar, instant);
	struct calendar_date date = calendar_date_of(hour->day);

	if (span->view == VNSTAT_HOUR) {
		span->start = hour->start;
		span->end = hour->end;
		return 0;
	}
	if (span->view > VNSTAT_DAY)
		date.day = 1;
	if (span->view > VNSTAT_MONTH)
		date.month = 1;
	return date_bounds(calendar, date, span);
}
