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
#include "counting/expected.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "base/machine.h"
#include "source/source.h"

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
	COUNTING_FEWER_RULES,
	COUNTING_NO_UPDATE,	/* the kernel counts, and nothing archives it */
};

struct counting_fault {
	char monitor[MONITOR_NAME_SIZE];
	enum counting_cause cause;
	int64_t since;		/* epoch seconds; 0 unknown */
	bool is_guess;		/* no update noted it */
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
	const struct source *source;
	const struct archive *archive;		/* open */
	const struct archive_listing *listing;	/* of all that is asked for */
	const struct expected *expected;
	const struct monitor_names *wanted;	/* only these, sorted; NULL: all */
	struct place place;
	int64_t present;
	bool is_past;		/* it is not the machine's time */
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

/** What a command asks of the archive and the source that it names. */
struct counting_question {
	const struct source *source;
	const char *archive_path;
	const struct monitor_names *wanted;	/* as above */
	int64_t present;
	bool is_past;
	int64_t until;		/* what was lost later does not matter */
};

/** counting_wanted - the monitors that columns may be of, sorted; 0 or -ENOMEM */
int counting_wanted(char *const columns[], size_t count,
		    struct monitor_names *wanted);

/**
 * counting_ask - read what is expected, and find what does not count
 * @expected:	{0}; as it was read or guessed; the caller frees it. May be NULL.
 * @counting:	{0}; the caller frees it
 *
 * Nothing is reported. Where there is no archive, nothing is expected.
 */
int counting_ask(const struct counting_question *question,
		 struct expected *expected, struct counting *counting);

/**
 * counting_tell - say in a line each what does not count
 * @is_trouble:	whether that is trouble to the command
 */
void counting_tell(const struct counting_question *question, bool is_trouble,
		   struct messages *messages);

#endif
