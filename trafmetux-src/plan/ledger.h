/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ledger of a plan: what each of its periods had, and what was used of it. */
#ifndef TRAFMETUX_LEDGER_H
#define TRAFMETUX_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/quantity.h"
#include "plan/plan.h"
#include "plan/plan_file.h"
#include "report/selection.h"
#include "time/calendar.h"
#include "time/schedule.h"

/** One period, in bytes as the ISP counts them; docs/plans.md has the words. */
struct ledger_row {
	struct schedule_period period;
	uint64_t base;
	uint64_t carried;
	uint64_t topped_up;
	uint64_t used;
	uint64_t free;
	bool is_about;		/* some of used and free is not the wire's; not recorded */
	bool is_recorded;	/* as it was reckoned when it ended: */
	int64_t written;	/* when that was, by the clock of that time */
	bool is_late;		/* there are records, and it should long be one of them */
	bool is_lost;	/* its first record can't be read: what was left is not known */
};

/** Periods, the oldest first; ledger_free() releases it. */
struct ledger {
	struct ledger_row *rows;
	size_t count;
	size_t capacity;
};

struct ledger_request {
	const struct plan *plan;
	struct selection *selection;	/* of the plan's columns, all of them */
	struct calendar *calendar;	/* in the plan's zone */
	bool is_unsure;		/* the present may be later: nothing is free now */
	bool is_whole;		/* a record that is missing was lost: see is_late */
	const struct ledger *records;	/* of closed periods, oldest first; or NULL */
};

/** ledger_available - base, carried and topped up together */
uint64_t ledger_available(const struct ledger_row *row);

/** ledger_left - what is left; below zero when more was used than there was */
struct amount ledger_left(const struct ledger_row *row);

/**
 * ledger_make - reckon all periods up to the present one
 * @ledger:	empty; the caller frees it
 *
 * Before the plan's first period, and after a bucket's end, there is no present
 * one: the last row then ended before it, if there is any row at all.
 *
 * Returns 0 or -ENOMEM.
 */
int ledger_make(const struct ledger_request *request, struct ledger *ledger);

/**
 * ledger_pass_over - take out records of periods that the plan can't have had
 * @records:	of closed periods, oldest first
 *
 * Those from before its "since", or without one from before BELIEF_OLDEST; and what
 * was reckoned from these.
 *
 * Returns how many began before BELIEF_OLDEST.
 */
size_t ledger_pass_over(const struct plan *plan, struct calendar *calendar,
			struct ledger *records);

/**
 * ledger_lose - a record can't be read, and it may be of any period that has none
 *
 * Nothing is carried over into these.
 */
void ledger_lose(struct ledger *ledger, int64_t present);

/** ledger_present - the row whose period holds @present; or NULL */
const struct ledger_row *ledger_present(const struct ledger *ledger,
					int64_t present);

/** ledger_free - release it; it is empty afterwards */
void ledger_free(struct ledger *ledger);

/* Closed periods as they were reckoned: plans/NAME.ledger, see docs/plans.md. */

/** What of a ledger can't be read. */
struct ledger_damage {
	struct plan_file_found found;
	size_t ahead;		/* records that a clock wrote that was taken back then */
	bool is_later;		/* there are records later than the present */
	bool is_lost;		/* no record is behind it: */
	char lost[PLAN_FILE_LINE_SIZE];	/* the line, if it is one; else "" */
};

/** ledger_record_parse - read a line; false when it is malformed */
bool ledger_record_parse(const char *line, struct ledger_row *row,
			 int64_t *written);

/** ledger_record_format - write a line with its newline; returns its length */
size_t ledger_record_format(const struct ledger_row *row, int64_t written,
			    char *text, size_t size);

/**
 * ledger_file_read - the records that are good at @present
 * @records:	empty; oldest first, no two overlap; the caller frees it
 * @damage:	for ledger_file_judge(), and ledger_file_tell()
 *
 * Returns 0, -ENOMEM, or -errno that was reported; then all may be lost.
 */
int ledger_file_read(const struct archive *archive, const char *plan,
		     int64_t present, struct ledger *records,
		     struct ledger_damage *damage);

/**
 * ledger_file_judge - is what can't be read lost?
 * @ledger:	made without it
 *
 * It is not where a record was cut off behind its base, and would now be written again
 * as it was begun.
 */
void ledger_file_judge(const struct ledger *ledger,
		       struct ledger_damage *damage);

/** ledger_file_tell - say what is damaged; what is lost is trouble */
void ledger_file_tell(const struct archive *archive, const char *plan,
		      const struct ledger_damage *damage);

/** ledger_file_check - a sink that looks at lines only */
int ledger_file_check(void *context, const char *line, bool is_whole);

/**
 * ledger_file_append - record closed periods, in one write
 *
 * Returns 0, -ENOMEM, or -errno that was reported.
 */
int ledger_file_append(const struct archive *archive, const char *plan,
		       const struct ledger_row *rows, size_t count,
		       int64_t written);

/**
 * ledger_file_set_back - note that the clock was set back behind records
 *
 * Their periods go on, so they are reckoned anew, also when that time has come again.
 * What fails is reported.
 */
void ledger_file_set_back(const struct archive *archive, const char *plan,
			  int64_t present);

#endif
