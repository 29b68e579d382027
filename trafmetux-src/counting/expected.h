/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which monitors are expected to count, and what is known of those that do not: the
 * file .expected in the archive's directory, see docs/archive-format.md. An update
 * keeps it; whoever reads the archive can tell by it what does not count any more.
 */
#ifndef TRAFMETUX_EXPECTED_H
#define TRAFMETUX_EXPECTED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "base/monitor_name.h"
#include "time/date.h"

/** An update tells at most so often that it ran, in seconds. */
#define EXPECTED_BEAT_SECONDS 3000

/** What has no such file: monitors written to within so long are expected, seconds. */
#define EXPECTED_LATELY_SECONDS (31 * DAY_SECONDS)

/** So many rules of a monitor are remembered. */
#define EXPECTED_RULES_MAX 64

enum expected_state {
	EXPECTED_COUNTS,	/* an update found rules that feed it */
	EXPECTED_FEWER,		/* and then not so many any more */
	EXPECTED_LOST,		/* and then none any more */
	EXPECTED_RETIRED,	/* it was said that this is meant */
};

struct expected_entry {
	char monitor[MONITOR_NAME_SIZE];
	enum expected_state state;
	int64_t since;		/* of the state, epoch seconds; RETIRED: of the loss */
	uint64_t references;	/* rules that fed it last, when it had all of them */
	uint64_t network;	/* of which network namespace, see struct place */
};

/** A command that lays a rule again. */
struct expected_rule {
	char monitor[MONITOR_NAME_SIZE];
	char *command;
	bool is_gone;		/* one of those that EXPECTED_FEWER lacks */
};

/** Start from {0}; expected_free() releases it. */
struct expected {
	bool known;		/* there is a file */
	bool is_damaged;	/* it may have had more entries */
	uint64_t machine;	/* that wrote it, or 0; see struct place */
	uint64_t boot;
	uint64_t home;		/* where that can't be told, an update's own network */
	int64_t updated;	/* an update ran then or up to a beat later; 0: none */
	int64_t gap;		/* before that one none had run for so many seconds */
	int64_t rules_at;	/* the rules were looked for; 0: never */
	struct expected_entry *list;	/* by name */
	size_t count;
	size_t capacity;
	struct expected_rule *rules;
	size_t rule_count;
	size_t rule_capacity;
};

/** expected_read - read the file; 0 also when there is none; or -errno */
int expected_read(struct expected *expected, const struct archive *archive);

/** expected_is_whole - does the file tell all that is expected? */
static inline bool expected_is_whole(const struct expected *expected)
{
	return expected->known && !expected->is_damaged;
}

/** expected_write - replace the file; 0 or -errno */
int expected_write(const struct expected *expected,
		   const struct archive *archive);

/** expected_lock - as archive_note_lock(), for whoever reads, changes and writes it */
int expected_lock(const struct archive *archive);

/** expected_find - a monitor's entry, or NULL */
struct expected_entry *expected_find(const struct expected *expected,
				     const char *monitor);

/** expected_add - an entry, added as EXPECTED_COUNTS if there is none; NULL: no memory */
struct expected_entry *expected_add(struct expected *expected,
				    const char *monitor, int64_t since);

/**
 * expected_guess - without a file, or a whole one: expect what was written to lately, too
 * @listing:	of all monitors, or of those that matter
 *
 * Returns 0 or -ENOMEM.
 */
int expected_guess(struct expected *expected, const struct archive *archive,
		   const struct archive_listing *listing, int64_t present);

/** expected_add_rule - remember a command; 0 or -ENOMEM */
int expected_add_rule(struct expected *expected, const char *monitor,
		      const char *command);

/** expected_take_rules - take over @from's commands, and leave it without */
void expected_take_rules(struct expected *expected, struct expected *from);

/** expected_drop_rules - forget a monitor's commands that begin with @begin */
void expected_drop_rules(struct expected *expected, const char *monitor,
			 const char *begin);

/**
 * expected_excuses - is the monitor known to be no more to count?
 * @machine:	this one, see struct place
 *
 * It is retired, or no update of this machine ever saw it, as one that was imported. Of
 * a damaged file that can't be told.
 */
bool expected_excuses(const struct expected *expected, uint64_t machine,
		      const char *monitor);

/** expected_is_foreign - was the file written on another machine? */
bool expected_is_foreign(const struct expected *expected, uint64_t machine);

/**
 * expected_patience - updates come as often as this, in seconds, with some to spare
 *
 * Most come every minute, some once a day.
 */
int64_t expected_patience(const struct expected *expected);

/** expected_free - release it; it is empty afterwards */
void expected_free(struct expected *expected);

#endif
