/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doctor command: what makes figures wrong, or missing? */
#ifndef TRAFMETUX_DOCTOR_H
#define TRAFMETUX_DOCTOR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "archive/context.h"
#include "base/message.h"
#include "base/monitor_name.h"
#include "source/source.h"

struct doctor_request {
	const struct context *context;
	const struct source *source;	/* the kernel module's, with a belief */
	const char *meter_folder;	/* of meters by BPF */
	const char *archive_path;
	const char *config_path;
	bool is_config_wanted;	/* it must be there */
	const char *cron_root;		/* before /etc/crontab: "" for this machine's */
	bool expects;		/* monitors of this machine are to count, counting.h */
	int64_t present;	/* epoch seconds */
	struct messages *messages;
	FILE *output;
};

/**
 * doctor_run - examine module, rules, archive, plans and connections
 *
 * Each thing that is wrong is reported, with what to do. If nothing is, that is
 * said.
 */
void doctor_run(const struct doctor_request *request);

/**
 * doctor_cron - report lines of crontabs whose trafmetux is not there
 * @root:	folder that holds the tables and the programs that they name, or ""
 *
 * Those that name it where it was of old are noted: they work. What can't be read is
 * passed over.
 */
void doctor_cron(struct messages *messages, const char *root);

#endif
