/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Steps, one kind in a file, and what they share. */
#ifndef STEP_H
#define STEP_H

#include <stdbool.h>

#include "model.h"

/* None, or one that comes at a call which there may be, of so many. */
struct fault step_fault(unsigned int percent, unsigned int calls);

/* A command that may write. Was it done, with nothing in its way? See step_end(). */
bool step_command(char *const words[], const struct fault *fault,
		  struct outcome *outcome);

/* Frees what an outcome holds. */
void step_end(struct outcome *outcome);

/* What an update could archive of a monitor: maybe, or for sure. */
void step_mark(struct monitor *monitor, bool is_certain);

void step_update(bool is_now, unsigned int fault_percent);
void step_two(void);
void step_compact(void);
void step_verify(void);
void step_import(void);
void step_index(void);

#endif
