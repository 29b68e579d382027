/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A plan in plain words. */
#ifndef TRAFMETUX_PLAN_WORDS_H
#define TRAFMETUX_PLAN_WORDS_H

#include <stdio.h>

#include "base/quantity.h"
#include "plan/pace.h"
#include "plan/plan_view.h"

/** Room for plan_words_short(). */
#define PLAN_WORDS_SIZE 256

/** plan_words_unit - @unit as asked for, in the plan's steps unless it says more */
struct unit plan_words_unit(const struct plan *plan, const struct unit *unit);

/**
 * plan_words_short - "1.20 GB of 3.00 GB used (40 %), 1.80 GB left until 2026-11-30"
 *
 * Behind "about" if some of it is not as it was on the wire.
 */
void plan_words_short(const struct ledger_row *row, const struct unit *unit,
		      char text[PLAN_WORDS_SIZE]);

/**
 * plan_words_write - what is used and left, what is safe, how long it lasts
 *
 * Returns 0 or -ENOMEM.
 */
int plan_words_write(struct plan_view *view, const struct unit *unit,
		     FILE *output);

#endif
