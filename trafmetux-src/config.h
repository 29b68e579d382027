/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration file, /etc/trafmetux.conf: plans. */
#ifndef TRAFMETUX_CONFIG_H
#define TRAFMETUX_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "message.h"
#include "plan.h"

/** The largest file that is read. */
#define CONFIG_SIZE_MAX (1024 * 1024)

/** A section: its settings, and the plan they make if they do. */
struct config_plan {
	char name[MONITOR_NAME_SIZE];
	uint64_t line;			/* of "[plan NAME]" */
	struct plan_settings settings;
	bool is_right;			/* there is a plan: */
	struct plan plan;
};

/** The file; config_free() releases it. */
struct config {
	struct config_plan *plans;	/* in the order of the file */
	size_t count;
	size_t capacity;
};

/** Takes one fault; @fault and its key are valid during the call. */
typedef void config_fault(void *context, const struct plan_fault *fault);

/**
 * config_parse - read the text of a configuration
 * @text:	need not end in NUL
 * @report:	is told each fault, at most one of each plan
 *
 * Plans with a fault are in @config without a plan. Reads nothing but @text.
 *
 * Returns 0 or -ENOMEM.
 */
int config_parse(const char *text, size_t length, struct config *config,
		 config_fault *report, void *context);

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

/** config_find - the plan of a name, or NULL */
const struct config_plan *config_find(const struct config *config,
				      const char *name);

/** config_free - release it; it is empty afterwards */
void config_free(struct config *config);

#endif
