/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Columns of reports: a monitor, or a sum and difference of some, as in
 * "input+output", "wan - lan" and "both=input+output". Names may hold + and -
 * themselves: the name of a monitor that is there wins.
 */
#ifndef TRAFMETUX_EXPRESSION_H
#define TRAFMETUX_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/monitor_name.h"

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

#endif
