/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A plan: what an ISP sells. It is made of settings, "key = value", whose order
 * does not matter; docs/trafmetux.conf.5 describes them.
 */
#ifndef TRAFMETUX_PLAN_H
#define TRAFMETUX_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/monitor_name.h"
#include "time/schedule.h"

/** "larger of A and B" has two columns. */
#define PLAN_COLUMNS_MAX 2

#define PLAN_WARNINGS_MAX 16

/** In struct plan: the calibration that changes nothing. */
#define PLAN_CALIBRATION_ONE 1000000

/** In struct plan.rollover_cap: all that is left is carried. */
#define PLAN_ROLLOVER_ALL UINT64_MAX

/** Room for what is wrong with a setting. */
#define PLAN_FAULT_SIZE 384

/** One line of a plan. */
struct plan_setting {
	char *key;
	char *value;
	uint64_t line;		/* where it stands; 0: on the command line */
};

/** Lines as they stand; plan_settings_free() releases them. */
struct plan_settings {
	struct plan_setting *list;
	size_t count;
	size_t capacity;
};

struct plan_top_up {
	int32_t day;		/* local date, in days since 1970-01-01 */
	uint64_t bytes;
};

/** What the settings mean; plan_free() releases it. */
struct plan {
	char name[MONITOR_NAME_SIZE];	/* as a monitor's may be */
	char *columns[PLAN_COLUMNS_MAX];	/* operands of expression_parse() */
	size_t column_count;
	struct schedule schedule;
	bool is_si;			/* steps of 1000 */
	uint64_t amount;
	char *zone;			/* a value of TZ; NULL: the machine's */
	uint32_t warnings[PLAN_WARNINGS_MAX];	/* hundredths of %, ascending */
	size_t warning_count;
	struct free_week free;
	uint64_t rollover_cap;		/* 0: nothing is carried */
	struct plan_top_up *top_ups;	/* in the order of their dates */
	size_t top_up_count;
	size_t top_up_capacity;
	uint64_t calibration;		/* of PLAN_CALIBRATION_ONE */
	uint64_t overhead;		/* bytes for each packet, 0 to 100 */
	char *hook;			/* a line for child_split(); NULL: none */
	bool stop;			/* the kernel stops its one monitor */
};

/** What is wrong, and with which setting. */
struct plan_fault {
	uint64_t line;		/* 0: of none */
	const char *key;	/* NULL: of none; else as long as the settings */
	char words[PLAN_FAULT_SIZE];
};

/** Takes one fault; @fault and its key are valid during the call. */
typedef void plan_fault_sink(void *context, const struct plan_fault *fault);

/** plan_settings_add - append copies; 0 or -ENOMEM */
int plan_settings_add(struct plan_settings *settings, const char *key,
		      const char *value, uint64_t line);

/**
 * plan_settings_change - replace settings, as --what-if does
 * @change:	"key=value"; an empty value takes the key's settings away
 * @is_first:	of this key: what was set before goes
 *
 * Returns 0, -EINVAL when it is not of that form, or -ENOMEM.
 */
int plan_settings_change(struct plan_settings *settings, const char *change,
			 bool is_first);

/** plan_settings_free - release them; they are empty afterwards */
void plan_settings_free(struct plan_settings *settings);

/**
 * plan_make - find out what settings mean
 * @name:	one that is valid, or "" of a plan that is left out whatever they mean
 * @plan:	to be freed after success only
 * @report:	is told each fault
 *
 * Returns 0, -EINVAL after a fault, or -ENOMEM.
 */
int plan_make(const char *name, const struct plan_settings *settings,
	      struct plan *plan, plan_fault_sink *report, void *context);

/** plan_free - release a plan; it is empty afterwards */
void plan_free(struct plan *plan);

/**
 * plan_billed - what an ISP counts of packets and bytes
 *
 * See docs/plans.md. Stops at UINT64_MAX.
 */
uint64_t plan_billed(const struct plan *plan, uint64_t packets, uint64_t bytes);

struct plan_key {
	const char *name;
	bool is_needed;
	bool may_repeat;
	/* Returns 0, -EINVAL with @words filled (PLAN_FAULT_SIZE), or -ENOMEM. */
	int (*take)(struct plan *plan, const char *value, char *words);
};

/** In the order in which they are taken, wherever they stand. */
extern const struct plan_key plan_keys[];
extern const size_t plan_key_count;

#endif
