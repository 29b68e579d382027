/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verify command: is the archive whole, and if not, what can be done? */
#ifndef TRAFMETUX_VERIFY_H
#define TRAFMETUX_VERIFY_H

#include <stdbool.h>
#include <stdio.h>

#include "calendar.h"
#include "message.h"
#include "monitor_name.h"

struct verify_request {
	const char *archive_path;
	const struct monitor_names *names;	/* empty: every monitor */
	bool repair;
	struct calendar *calendar;
	struct messages *messages;
	FILE *output;
};

/**
 * verify_run - read every file of the archive, and say of each monitor how it is
 *
 * What is wrong is reported. With repair, damaged files are written anew from
 * what can be believed, each after a copy of it was kept as NAME-DATE.damaged;
 * only what is still wrong then counts as trouble. A repair that would change what
 * reports tell is taken back, and that is reported.
 */
void verify_run(const struct verify_request *request);

#endif
