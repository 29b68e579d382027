/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration file, /etc/trafmetux.conf: plans, and sources of counters. */
#ifndef TRAFMETUX_CONFIG_H
#define TRAFMETUX_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/message.h"
#include "plan/plan.h"
#include "source/source_choice.h"

/** The largest file that is read. */
#define CONFIG_SIZE_MAX (1024 * 1024)

/** The longest line, in bytes; blanks before it and its end don't count. */
#define CONFIG_LINE_MAX 198

/** In struct config_fault: of no plan. */
#define CONFIG_NO_PLAN SIZE_MAX

/** A section: its settings, and the plan they make if all of it was understood. */
struct config_plan {
	char name[MONITOR_NAME_SIZE];	/* "": it has none that is right */
	uint64_t line;			/* of "[plan NAME]" */
	struct plan_settings settings;
	bool is_left_out;		/* for a fault, or for another of its name */
	bool is_strange;		/* its line begins a section, but no plan's */
	bool is_right;			/* there is a plan: */
	struct plan plan;
};

/** One thing that is wrong in the file. */
struct config_fault {
	uint64_t line;
	size_t plan;		/* which one is left out for it; or CONFIG_NO_PLAN */
	bool is_source;		/* of a section that could be no plan's */
	size_t order;		/* in which it was found */
	char *key;		/* or NULL */
	char *words;
};

/** The file; config_free() releases it. */
struct config {
	/*
	 * What is in it is not known: it is not there, can't be read, is blank, or is
	 * cut off before any plan, as a power loss and slips of the hand leave files.
	 */
	bool is_unread;
	struct config_plan *plans;	/* in the order of the file */
	size_t count;
	size_t capacity;
	struct source_choice sources;	/* what of those sections is right */
	struct config_fault *faults;	/* by their lines */
	size_t fault_count;
	size_t fault_capacity;
};

/**
 * config_parse - read the text of a configuration
 * @text:	need not end in NUL
 * @report:	is told each fault, in the order of their lines
 *
 * A plan with a fault in any of its lines is in @config without a plan, and so are
 * two of one name. Reads nothing but @text.
 *
 * Returns 0 or -ENOMEM.
 */
int config_parse(const char *text, size_t length, struct config *config,
		 plan_fault_sink *report, void *context);

/**
 * config_read - read a file
 * @is_wanted:	that there is none is worth a report
 *
 * Faults are reported with the file, the line and the key.
 *
 * Returns 0, -ENOENT, or -errno; all were reported, unless not wanted.
 */
int config_read(const char *path, bool is_wanted, struct config *config,
		struct messages *messages);

/** config_find - the first plan of a name, or NULL */
const struct config_plan *config_find(const struct config *config,
				      const char *name);

/**
 * config_find_fault - the first fault for which plans of that name are left out
 * @name:	"": the first fault of no plan that has a name
 *
 * Returns NULL when there is none.
 */
const struct config_fault *config_find_fault(const struct config *config,
					     const char *name);

/**
 * config_may_stop - could something that is left out be a plan that stops a monitor?
 *
 * It does not name another one alone, and says that it stops, or in a line that is
 * not understood may do so. A section that is not known may be such a plan, too.
 */
bool config_may_stop(const struct config *config, const char *monitor);

/** config_free - release it; it is empty afterwards */
void config_free(struct config *config);

#endif
