/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which time can be believed. Machines without a battery begin in 1970, 2000 or
 * 2015 and learn the time minutes later, or never. Whatever closes a period, sets a
 * limit, forecasts or writes the archive asks here.
 *
 * A clock is believed that is not before this release, nor more than 26 hours before
 * the newest record of the archive or the kernel's newest samples; nor more than 42
 * days after that, and after what it was believed to be last. The latter two are waived
 * where the kernel says that the clock is synchronised, or 'trafmetux clock --accept'
 * did. docs/trafmetux.8 has it in words.
 */
#ifndef TRAFMETUX_BELIEF_H
#define TRAFMETUX_BELIEF_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/archive_directory.h"
#include "archive/told.h"
#include "base/machine.h"
#include "index/clock_memory.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "base/sample.h"
#include "time/zone.h"

struct source;

/** A clock may be so much before what was recorded: set to another zone. */
#define BELIEF_MARGIN ZONE_APART

/**
 * And so much after it: machines that nobody synchronises are left off for a summer's
 * holidays, six weeks, and less than two whole months can be made up in that time.
 */
#define BELIEF_SPAN (42 * DAY_SECONDS)

/**
 * What bears a time before 2002-01-01 UTC was recorded while a clock was not set, by
 * a release that archived it as it was: no meter that can be imported is older.
 */
#define BELIEF_OLDEST INT64_C(1009843200)

/** The present time, and why it is believed or not; belief_free() releases it. */
struct belief {
	struct clock_reading clock;
	int64_t release;	/* this program's date */
	struct clock_memory memory;
	/*
	 * The newest record or sample that is not of the future; 0: none, or none
	 * that could contradict the clock.
	 */
	int64_t newest;
	char newest_of[MONITOR_NAME_SIZE];
	/*
	 * What the clock was believed to be last, and the time since then as far as the
	 * machine has been up; 0: it was not yet.
	 */
	int64_t reached;
	bool is_counting;	/* this machine does, by its clock */
	bool has_imports;	/* the newest record may be any machine's */
	bool is_ours;		/* this machine writes the archive, by its clock */
	int unread;		/* -errno of what there is and can't be read; or 0 */
	int64_t dated;		/* the begin of a file of the future; 0: none */
	int64_t future;		/* the newest one that is; 0: none */
	char future_of[MONITOR_NAME_SIZE];	/* "": it was accepted before */
	enum belief_doubt {
		BELIEF_SURE,
		BELIEF_BEFORE_RELEASE,
		BELIEF_BEFORE_NEWEST,
		BELIEF_AHEAD,
	} doubt;
	/*
	 * What is taken for the present. Where the clock is not believed it is an
	 * instant of the newest record, so that its period goes on; without any, the
	 * release's date. Of a clock that is ahead, @reached if that is later.
	 */
	int64_t present;
};

/** belief_is_sure - is the machine's clock believed? */
static inline bool belief_is_sure(const struct belief *belief)
{
	return belief->doubt == BELIEF_SURE;
}

/**
 * belief_may_be_right - may the clock be right, though it is not believed?
 *
 * Then nobody knows which is wrong, it or what is known. Somebody may accept it.
 */
static inline bool belief_may_be_right(const struct belief *belief)
{
	return belief->doubt == BELIEF_BEFORE_NEWEST ||
	       belief->doubt == BELIEF_AHEAD;
}

/**
 * belief_find - ask the archive and the kernel's samples
 * @source:	whose samples are asked too; or NULL
 * @all:	find the newest record even if it could not contradict the clock
 *
 * What can't be read bears no witness.
 */
void belief_find(struct belief *belief, const struct clock_reading *clock,
		 int64_t release, const char *archive_path,
		 const struct source *source, bool all);

/**
 * belief_judge - find doubt and present, from all else
 *
 * Returns true when newest is of the future and is to be found again, up to the
 * clock's time: future has become what it was.
 */
bool belief_judge(struct belief *belief);

/** belief_is_ahead - is a time so much later than all that is known? */
bool belief_is_ahead(const struct belief *belief, int64_t time);

/** belief_passes_over - is a record's time one that bears no witness? */
bool belief_passes_over(const struct belief *belief, int64_t time);

/** belief_is_current - is a reading's time that of the clock? Else it is a copy. */
static inline bool belief_is_current(const struct belief *belief, int64_t time)
{
	return time >= belief->clock.now - BELIEF_MARGIN &&
	       time <= belief->clock.now + BELIEF_MARGIN;
}

/**
 * belief_known - when the state was recorded that a monitor goes on from
 * @live:	the time of its reading
 * @state:	of the archive's state of its series; 0: it has none
 * @files:	all of its files, oldest first
 *
 * Of another series, that is when the newest record was. A copy of the kernel's
 * files may be older than all records, so that it tells nothing.
 *
 * Returns the time, or 0.
 */
int64_t belief_known(const struct belief *belief, int64_t live, int64_t state,
		     const struct archive *archive,
		     const struct archive_file *files, size_t count);

/**
 * belief_of_time - can something have been counted at a time?
 * @known:	see belief_known()
 */
bool belief_of_time(const struct belief *belief, int64_t known, int64_t time);

/**
 * belief_fold - take out samples whose time can't be believed
 * @known:	as above
 * @time:	of the reading; or 0
 * @samples:	oldest first; states above that of @known
 *
 * Counters are cumulative, so what a sample told is in the next one: of that the
 * time is known no better than since @known, or since ever. If there is no next one,
 * the last one that is taken out becomes one of @time, or is lost with 0.
 *
 * Returns true if it became one.
 */
bool belief_fold(const struct belief *belief, int64_t known, int64_t time,
		 struct samples *samples);

/**
 * belief_report_files - report in one line a monitor's files of the future
 * @files:	its files, oldest first
 *
 * Not those that were accepted, nor any if the clock is before this release.
 */
void belief_report_files(const struct belief *belief,
			 const struct archive *archive,
			 const struct archive_file *files, size_t count);

/** belief_report - report in one line why the clock is not believed */
void belief_report(const struct belief *belief, struct messages *messages);

/**
 * belief_settle - what an update does about the clock, before all else
 *
 * A clock that is not believed is told once a day, and when it was set to before it was
 * told last; the trouble is noted each time. That is remembered in .clock, and in @told,
 * which may be NULL, where that can't be written. Records of the future are
 * told once, when they cease to bear witness.
 */
void belief_settle(struct belief *belief, const char *archive_path,
		   struct told *told, struct messages *messages);

/** belief_mark - of the memory, that the clock is believed; an enum clock_change, or 0 */
unsigned int belief_mark(struct belief *belief);

/**
 * belief_remember - what an update does about a clock that is believed, after all else
 *
 * Once a day it is remembered what it says, where this machine counts: it can't be far
 * ahead of that later.
 */
void belief_remember(struct belief *belief, const char *archive_path);

/** belief_free - release it */
void belief_free(struct belief *belief);

#endif
