/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An update's part in knowing what should count: it notes it, and tells cron. */
#ifndef TRAFMETUX_COUNTING_UPDATE_H
#define TRAFMETUX_COUNTING_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/told.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "base/machine.h"
#include "source/source.h"
#include "counting/expected.h"

/** A monitor that was read. */
struct counting_sight {
	char monitor[MONITOR_NAME_SIZE];
	int64_t references;	/* as struct live has them */
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
	const struct source *source;
	const char *archive_path;
	const struct counting_seen *seen;
	bool expects;		/* the archive is this machine's; else nothing is noted */
	struct told *told;
	struct place place;
	int64_t present;
	bool is_timed;		/* that is right; else nothing is noted */
	struct messages *messages;
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
void counting_begin(const char *archive_path, int64_t present);

/**
 * counting_note_adopt - make @expected, which was read, this machine's
 *
 * Without a file, what was written to lately is expected. Returns 1 if it was
 * changed, 0 or -errno.
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

#endif
