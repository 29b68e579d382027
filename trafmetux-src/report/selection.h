/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a show command reads: the columns asked for, and their monitors. */
#ifndef TRAFMETUX_SELECTION_H
#define TRAFMETUX_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "archive/archive_directory.h"
#include "archive/context.h"
#include "base/monitor_name.h"
#include "history/history.h"

/*
 * Columns of reports: a monitor, or a sum and difference of some, as in
 * "input+output", "wan - lan" and "both=input+output". Names may hold + and -
 * themselves: the name of a monitor that is there wins.
 */

/** An expression has at most this many monitors. */
#define EXPRESSION_TERMS_MAX 16

struct expression_term {
	char monitor[MONITOR_NAME_SIZE];
	bool is_subtracted;
	size_t place;		/* of the monitor, for whoever reads it */
};

/** A column; expression_free() releases it. */
struct expression {
	char *label;		/* printable, without comma and quote */
	struct expression_term terms[EXPRESSION_TERMS_MAX];
	size_t count;
	bool is_about;		/* some of what it shows, see struct origin; unless told false */
};

/** Is there such a monitor? */
typedef bool expression_knows(const void *context, const char *monitor);

/**
 * expression_has_operators - could @operand be more than one monitor?
 */
bool expression_has_operators(const char *operand);

/**
 * expression_candidates - add all names that @operand could speak of
 *
 * Returns 0 or -ENOMEM.
 */
int expression_candidates(const char *operand, struct monitor_names *names);

/**
 * expression_parse - read an operand of the command line
 *
 *	operand = [label "="] (joined / spaced)
 *	joined  = name *(("+" / "-") name)
 *	spaced  = name *(" " ("+" / "-") " " name)
 *
 * What holds a blank is spaced, and its names are taken as they stand. Else a
 * monitor of just that name wins, then the one way to split it into monitors
 * that are there. A single name is taken without asking whether it is there.
 *
 * Returns 0; -EINVAL when it is malformed or has too many monitors; -ENOENT
 * when it can be split in no way, -ENOTUNIQ when in more than one; -ENOMEM.
 */
int expression_parse(const char *operand, expression_knows *knows,
		     const void *context, struct expression *expression);

/** expression_free - release the expression */
void expression_free(struct expression *expression);

/** selection_start() makes one, and selection_close() releases it. */
struct selection {
	const struct context *context;
	struct archive archive;
	struct archive_listing listing;
	struct history *histories;	/* each monitor once */
	size_t history_count;
	struct expression *columns;	/* as asked for, those that can be shown */
	size_t column_count;
};

/** selection_start - one that is empty */
static inline struct selection selection_start(const struct context *context)
{
	return (struct selection){ .context = context, .archive = { .directory = -1 } };
}

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

/**
 * selection_history - history_open() of a monitor whose files are listed
 *
 * The selection must stay until history_close().
 */
void selection_history(const struct selection *selection, const char *monitor,
		       struct history *history);

/**
 * selection_mark - say of columns whether what was read of their histories is about
 *
 * Returns whether any is.
 */
bool selection_mark(struct selection *selection);

/** selection_close - release all it holds */
void selection_close(struct selection *selection);

#endif
