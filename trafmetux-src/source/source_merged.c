// SPDX-License-Identifier: GPL-2.0-or-later
/* Several sources as one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "source/source.h"

/* A member that is not there has none; if all are so, there is no list. */
static int merged_list(const struct source *source, struct monitor_names *names)
{
	const struct source_merge *merge = source->merge;
	size_t absent = 0;

	for (size_t at = 0; at < merge->count; at++) {
		const struct source *member = &merge->member[at];
		const int error = member->operations->list(member, names);

		if (error && error != -ENOENT)
			return error;
		absent += error != 0;
	}
	monitor_names_sort(names);
	return absent == merge->count ? -ENOENT : 0;
}

static void close_reading(struct source_reading *reading)
{
	reading->source->operations->close(reading);
}

/*
 * How much speaks for a member: that the archive has its series last, or of its kind. Of
 * one that may not be read only the kind is known.
 */
static int rank(const struct source *member, const struct source_reading *reading,
		int error, const struct source_archived *archived)
{
	if (!error && archived->newest.time &&
	    reading->live.series == archived->newest.series)
		return 2;
	return archived->newest.time && (!error || error == -EPERM || error == -EACCES) &&
	       strcmp(member->operations->kind, archived->newest.kind) == 0;
}

/** A search for who goes on with a monitor. */
struct merged_search {
	const char *monitor;
	struct source_reading *reading;	/* of the best one yet, and what came of it */
	int error;
	int rank;
	bool is_known;
	struct source_archived archived;
};

/* A later member that may have the monitor, too. */
static void compare_member(struct merged_search *search, const struct source_merge *merge,
			   const struct source *member, struct source_reading *other)
{
	struct source_reading *reading = search->reading;
	const int error = member->operations->open(member, search->monitor, other);
	int own;

	if (error == -ENOENT)
		return;
	if (!search->is_known) {
		search->is_known = true;
		merge->memory.find(merge->memory.context, search->monitor, 0,
				   &search->archived);
		search->rank = rank(reading->source, reading, search->error,
				    &search->archived);
	}
	own = rank(member, other, error, &search->archived);
	if (!error)
		close_reading(other);
	if (own <= search->rank)
		return;
	if (!search->error)
		close_reading(reading);
	search->rank = own;
	search->error = member->operations->open(member, search->monitor, reading);
}

/* The first that has it, unless a later one goes on with what the archive has. */
static int merged_open(const struct source *source, const char *monitor,
		       struct source_reading *reading)
{
	const struct source_merge *merge = source->merge;
	struct merged_search search = { .monitor = monitor, .reading = reading,
					.error = -ENOENT };
	struct source_reading *other;
	size_t at;

	for (at = 0; at < merge->count && search.error == -ENOENT; at++)
		search.error = merge->member[at].operations->open(&merge->member[at],
								  monitor, reading);
	other = at < merge->count ? malloc(sizeof(*other)) : NULL;
	for (; other && at < merge->count; at++)
		compare_member(&search, merge, &merge->member[at], other);
	free(other);
	return search.error;
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

const struct source *source_chosen(const struct source *source, const char *monitor)
{
	const struct source_merge *merge = source->merge;

	for (size_t at = 0; merge && at < merge->count; at++) {
		const struct source *member = &merge->member[at];

		if (member->operations->is_chosen &&
		    member->operations->is_chosen(member, monitor))
			return member;
	}
	return NULL;
}

bool source_lacks_module(const struct source *source)
{
	const struct source *module = source->merge ? source->merge->member : NULL;
	struct monitor_names names = { 0 };
	bool is_gone;

	if (!module)
		return false;
	is_gone = module->operations->list(module, &names) == -ENOENT;
	monitor_names_free(&names);
	return is_gone;
}

/* Of the monitors of one member, those that one before it has, too. */
static void report_twice(struct messages *messages, const struct source *source,
			 const struct source *first, const struct source *second,
			 struct source_reading *reading)
{
	struct monitor_names both[2] = { { 0 }, { 0 } };

	if (!first->operations->list(first, &both[0]) &&
	    !second->operations->list(second, &both[1])) {
		for (size_t at = 0; at < both[1].count; at++) {
			const char *monitor = both[1].list[at];

			if (!monitor_names_hold(&both[0], monitor) ||
			    merged_open(source, monitor, reading))
				continue;
			message_report(messages,
				       "%s is counted by %s and by %s, and but %s is archived; take away the rules, 'trafmetux unmeter' it, or no longer choose it in the configuration",
				       monitor, first->operations->words,
				       second->operations->words,
				       reading->source->operations->words);
			close_reading(reading);
		}
	}
	monitor_names_free(&both[0]);
	monitor_names_free(&both[1]);
}

void source_report_members(struct messages *messages, const struct source *source)
{
	struct source_reading *reading = malloc(sizeof(*reading));
	const struct source_merge *merge = source->merge;

	for (size_t at = 0; reading && merge && at < merge->count; at++) {
		const struct source *member = &merge->member[at];

		for (size_t before = 0; before < at; before++)
			report_twice(messages, source, &merge->member[before], member,
				     reading);
		if (member->operations->tell)
			member->operations->tell(member, messages);
	}
	free(reading);
}
