/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The doctor command: what makes figures wrong, or missing? */
#ifndef TRAFMETUX_DOCTOR_H
#define TRAFMETUX_DOCTOR_H

#include <stdbool.h>

#include "archive/context.h"
#include "base/message.h"

/** Where else it looks than at the archive and the source, which is the kernel's. */
struct doctor_places {
	const char *meter_folder;	/* of meters by BPF */
	const char *config_path;
	bool is_config_wanted;	/* it must be there */
	const char *cron_root;		/* before /etc/crontab: "" for this machine's */
};

/**
 * doctor_run - examine module, rules, archive, plans and connections
 *
 * Each thing that is wrong is reported, with what to do. If nothing is, that is
 * said.
 */
void doctor_run(const struct context *context, const struct doctor_places *places);

/**
 * doctor_cron - report lines of crontabs whose trafmetux is not there
 * @root:	folder that holds the tables and the programs that they name, or ""
 *
 * Those that name it where it was of old are noted: they work. What can't be read is
 * passed over.
 */
void doctor_cron(struct messages *messages, const char *root);

#endif
