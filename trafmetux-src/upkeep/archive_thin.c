// SPDX-License-Identifier: GPL-2.0-or-later
#include "upkeep/archive_thin.h"

#include "report/table.h"

#define MINUTE_SECONDS 60

int64_t archive_thin_start(struct calendar *calendar, int64_t time)
{
	const int64_t instant = time - 1;
	const int64_t start = instant - instant % RATE_INTERVAL_SECONDS;
	const int64_t hour = calendar_hour(calendar, instant)->start;

	return hour > start ? hour : start;
}

/* When what a record counted began, as far as it is of the interval from @start on. */
static int64_t begin_of(const struct sample *sample, int64_t start)
{
	const int64_t begin = sample->since == SAMPLE_MINUTE ?
				      sample->time - MINUTE_SECONDS : sample->since;

	return begin > start ? begin : start;
}

static bool is_within(const struct sample *sample, int64_t start)
{
	return sample->since == SAMPLE_MINUTE || sample->since >= start;
}

/* Do two records, one after the other, tell of nothing but the same interval? */
static bool may_join(const struct archive_entry *before,
		     const struct archive_entry *entry, struct calendar *calendar)
{
	const int64_t start = archive_thin_start(calendar, entry->sample.time);

	return before->grows && entry->grows &&
	       before->sample.time < entry->sample.time &&
	       archive_thin_start(calendar, before->sample.time) == start &&
	       is_within(&before->sample, start) &&
	       is_within(&entry->sample, start);
}

static void join(struct archive_entry *before, const struct archive_entry *entry,
		 struct calendar *calendar)
{
	const int64_t start = archive_thin_start(calendar, entry->sample.time);
	const int64_t since = begin_of(&before->sample, start);

	before->sample = entry->sample;
	before->sample.since = since;
}

void archive_thin(struct archive_entries *entries, struct calendar *calendar)
{
	struct archive_entry *list = entries->list;
	size_t count = 0;

	for (size_t at = 0; at < entries->count; at++) {
		/* A record that goes on from an "@" stays as it is. */
		if (count > 1 && !list[count - 2].base && !list[count - 1].base &&
		    !list[at].base &&
		    may_join(&list[count - 1], &list[at], calendar))
			join(&list[count - 1], &list[at], calendar);
		else
			list[count++] = list[at];
	}
	entries->count = count;
}
