// SPDX-License-Identifier: GPL-2.0-or-later
/* Several sources as one. */
#include <errno.h>
#include <stdlib.h>

#include "source/source.h"

#define MEMBERS (sizeof(((struct source_merge *)0)->member) / sizeof(struct source))

/* A member that is not there has none; if all are so, there is no list. */
static int merged_list(const struct source *source, struct monitor_names *names)
{
	const struct source *member = source->merge->member;
	size_t absent = 0;

	for (size_t at = 0; at < MEMBERS; at++) {
		const int error = member[at].operations->list(&member[at], names);

		if (error && error != -ENOENT)
			return error;
		absent += error != 0;
	}
	monitor_names_sort(names);
	return absent == MEMBERS ? -ENOENT : 0;
}

static void close_reading(struct source_reading *reading)
{
	reading->source->operations->close(reading);
}

/* Has a member a monitor of that name too? Which series. */
static bool has_too(const struct source *member, const char *monitor, uint64_t *series)
{
	struct source_reading *reading = malloc(sizeof(*reading));
	bool is_there = false;

	if (reading && !member->operations->open(member, monitor, reading)) {
		is_there = true;
		*series = reading->live.series;
		close_reading(reading);
	}
	free(reading);
	return is_there;
}

/* The first that has it, unless a later one goes on with the archive's series. */
static int merged_open(const struct source *source, const char *monitor,
		       struct source_reading *reading)
{
	const struct source_merge *merge = source->merge;
	uint64_t archived;
	uint64_t series;
	int error = -ENOENT;
	size_t at;

	for (at = 0; at < MEMBERS && error == -ENOENT; at++)
		error = merge->member[at].operations->open(&merge->member[at], monitor,
							   reading);
	for (; !error && at < MEMBERS; at++) {
		if (!has_too(&merge->member[at], monitor, &series) ||
		    !merge->find_series(merge->context, monitor, &archived) ||
		    series != archived || reading->live.series == archived)
			continue;
		close_reading(reading);
		return merge->member[at].operations->open(&merge->member[at], monitor,
							  reading);
	}
	return error;
}

static int merged_next(struct source_reading *reading, struct sample *sample)
{
	return reading->source->operations->next(reading, sample);
}

/* Of the one that is read. */
static int merged_limit(const struct source *source, const char *monitor, uint64_t bytes)
{
	struct source_reading *reading = malloc(sizeof(*reading));
	const struct source *member;
	int error;

	if (!reading)
		return -ENOMEM;
	error = merged_open(source, monitor, reading);
	member = reading->source;
	if (!error) {
		close_reading(reading);
		error = member->operations->limit(member, monitor, bytes);
	}
	free(reading);
	return error;
}

static const struct source_operations merged_operations = {
	.list = merged_list,
	.open = merged_open,
	.next = merged_next,
	.close = close_reading,
	.limit = merged_limit,
};

struct source source_merged(const struct source_merge *merge)
{
	return (struct source){ .operations = &merged_operations, .merge = merge,
				.path = merge->member[0].path };
}

void source_report_twice(struct messages *messages, const struct source *source)
{
	const struct source *member = source->merge ? source->merge->member : NULL;
	struct monitor_names first = { 0 };
	struct monitor_names second = { 0 };

	if (member && !member[0].operations->list(&member[0], &first) &&
	    !member[1].operations->list(&member[1], &second)) {
		for (size_t at = 0; at < second.count; at++) {
			if (monitor_names_hold(&first, second.list[at]))
				message_report(messages,
					       "%s is counted by the kernel module and by BPF, and one of them is left out; take away the rules or 'trafmetux unmeter' it",
					       second.list[at]);
		}
	}
	monitor_names_free(&first);
	monitor_names_free(&second);
}
