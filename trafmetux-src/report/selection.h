/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a show command reads: the columns asked for, and their monitors. */
#ifndef TRAFMETUX_SELECTION_H
#define TRAFMETUX_SELECTION_H

#include <stddef.h>

#include "archive/archive_directory.h"
#include "report/expression.h"
#include "history/history.h"
#include "source/source.h"

/** Start from all zero but the first three; selection_close() releases it. */
struct selection {
	const struct source *source;
	const char *archive_path;
	struct messages *messages;
	struct archive archive;
	struct archive_listing listing;
	struct history *histories;	/* each monitor once */
	size_t history_count;
	struct expression *columns;	/* as asked for, those that can be shown */
	size_t column_count;
};

/**
 * selection_open - find the columns that operands name
 *
 * Columns that can't be shown are reported and left out.
 *
 * Returns 0 or -ENOMEM.
 */
int selection_open(struct selection *selection, char *const operands[],
		   size_t count);

/**
 * selection_list_archive - open the archive and list the files of @wanted
 *
 * An archive that can't be read is reported, and what it holds is unknown: of what is
 * live, only that is served whose minutes the source tells.
 */
void selection_list_archive(struct selection *selection,
			    const struct monitor_names *wanted);

/**
 * selection_list_all - selection_list_archive() of all, and all names there are
 * @names:	empty; the live and the archived monitors, sorted
 *
 * Returns 0 or -ENOMEM.
 */
int selection_list_all(struct selection *selection,
		       struct monitor_names *names);

/** selection_close - release all it holds */
void selection_close(struct selection *selection);

#endif
