/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is expected to count and does not: the module is gone, as after a new kernel,
 * or the rules are, or nothing archives what is counted.
 */
#ifndef TRAFMETUX_COUNTING_H
#define TRAFMETUX_COUNTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "archive/context.h"
#include "archive/told.h"
#include "base/machine.h"
#include "base/monitor_name.h"
#include "counting/expected.h"

/**
 * So long nothing is said, in seconds, of rules that went: a firewall may be loading
 * its own anew. And so long after the machine was started: it may still be to load
 * them.
 */
#define COUNTING_GRACE_SECONDS 300

enum counting_cause {
	COUNTING_UNSEEN,	/* there is no /proc to see it in */
	COUNTING_ELSEWHERE,	/* another network namespace's */
	COUNTING_NO_MODULE,
	COUNTING_NO_RULE,
	COUNTING_NO_DEVICE,	/* of a meter */
	COUNTING_NO_METER,	/* though its device is there */
	COUNTING_FEWER_RULES,
	COUNTING_NO_UPDATE,	/* the kernel counts, and nothing archives it */
};

struct counting_fault {
	char monitor[MONITOR_NAME_SIZE];
	enum counting_cause cause;
	int64_t since;		/* epoch seconds; 0 unknown */
	bool is_guess;		/* no update noted it */
	bool is_metered;	/* it is remembered that devices are to feed it */
	uint64_t rules;		/* it had so many; of COUNTING_FEWER_RULES */
	uint64_t gone;		/* and lacks so many of them */
};

/** By cause, then by since, then by name. counting_free() releases it. */
struct counting {
	struct counting_fault *list;
	size_t count;
	size_t capacity;
};

struct counting_request {
	const struct context *context;
	const struct archive *archive;		/* open */
	const struct archive_listing *listing;	/* of all that is asked for */
	const struct expected *expected;
	const struct monitor_names *wanted;	/* only these, sorted; NULL: all */
	struct place place;
	bool is_updating;	/* only what was lost matters; @listing may be empty */
};

/** counting_find - fill @counting, which is {0}; 0 or -ENOMEM */
int counting_find(const struct counting_request *request,
		  struct counting *counting);

/** counting_free - release it; it is empty afterwards */
void counting_free(struct counting *counting);

/** Room for a line of counting_words(). */
#define COUNTING_WORDS_SIZE 1024

/**
 * counting_words - what is said of the first fault, and of those like it
 *
 * Returns how many faults the line is about.
 */
size_t counting_words(const struct counting_fault *faults, size_t count,
		      const struct source *source,
		      char text[COUNTING_WORDS_SIZE]);

/** counting_network - the namespace by which monitors of this process are known */
uint64_t counting_network(const struct expected *expected,
			  const struct place *place);

/** counting_wanted - the monitors that columns may be of, sorted; 0 or -ENOMEM */
int counting_wanted(char *const columns[], size_t count,
		    struct monitor_names *wanted);

/**
 * counting_ask - read what is expected, and find what does not count
 * @wanted:	only these, sorted; NULL: all
 * @until:	epoch seconds; what was lost later does not matter
 * @expected:	{0}; as it was read or guessed; the caller frees it. May be NULL.
 * @counting:	{0}; the caller frees it
 *
 * Nothing is reported. Where there is no archive, nothing is expected.
 */
int counting_ask(const struct context *context, const struct monitor_names *wanted,
		 int64_t until, struct expected *expected,
		 struct counting *counting);

/**
 * counting_tell - say in a line each what does not count; as counting_ask()
 * @is_trouble:	whether that is trouble to the command
 */
void counting_tell(const struct context *context, const struct monitor_names *wanted,
		   int64_t until, bool is_trouble);

/* An update's part in knowing what should count: it notes it, and tells cron. */

/** A monitor that was read. */
struct counting_sight {
	char monitor[MONITOR_NAME_SIZE];
	int64_t references;	/* as of live_feeders() */
};

/** What an update saw. Start from {0}; counting_seen_free() releases it. */
struct counting_seen {
	int list_error;			/* why there is no list, or 0 */
	struct monitor_names listed;	/* sorted */
	struct counting_sight *list;	/* those it read */
	size_t count;
	size_t capacity;
};

/** counting_see - note a monitor that was read; 0 or -ENOMEM */
int counting_see(struct counting_seen *seen, const char *monitor,
		 int64_t references);

/** counting_seen_free - release it; it is empty afterwards */
void counting_seen_free(struct counting_seen *seen);

struct counting_update {
	const struct context *context;
	const struct counting_seen *seen;
	bool is_own;		/* the archive is this machine's; else nothing is noted */
	struct told *told;
	struct place place;
	bool is_timed;		/* the present is right; else nothing is noted */
};

/**
 * counting_update_run - note what counts, and tell what does not
 *
 * What lasts is told when it begins, then once a day, and when it is over. The rules
 * that feed monitors are remembered: by root, once a day, and when there are others.
 */
void counting_update_run(const struct counting_update *update);

/**
 * counting_begin - before an import: note what is expected without it
 *
 * What is imported is expected of nobody. Nothing is reported.
 */
void counting_begin(const struct context *context);

/**
 * counting_note_adopt - make @expected, which was read, this machine's
 *
 * Without a file, or a whole one, what was written to lately is expected. Returns 1 if
 * it was changed, 0 or -errno.
 */
int counting_note_adopt(struct expected *expected,
			const struct archive *archive,
			const struct place *place, int64_t present);

/** counting_note - note what an update saw; 1 if anything was changed, 0 or -ENOMEM */
int counting_note(struct expected *expected,
		  const struct counting_update *update);

/** counting_note_is_due - are the rules to be looked for? */
bool counting_note_is_due(const struct expected *expected,
			  const struct counting_update *update);

/* The retire command: a monitor that counts no more is meant to. */

/**
 * retire_run - note that monitors are not expected to count, or that they are
 * @undo:	they are to count again
 *
 * Their figures stay. A monitor that rules still feed is not retired: one that has fewer
 * than it had is expected to have no more; one that rules
 * feed again is retired no more, at the next update.
 */
void retire_run(const struct context *context, const struct monitor_names *names,
		bool undo);

#endif
