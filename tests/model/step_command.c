// SPDX-License-Identifier: GPL-2.0-or-later
/* Commands that may write, and what comes in their way. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "model.h"
#include "step.h"

void (*steps_after_command)(const char *words, bool is_import);

static void use_zone(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

static void draw_error(struct fault *fault)
{
	static const int errors[] = { ENOSPC, EIO, EINTR, EDQUOT, EMFILE, ENOMEM };

	fault->error = errors[draw(sizeof(errors) / sizeof(*errors))];
}

/* None, or one that comes at a call which there may be. */
struct fault step_fault(unsigned int percent, unsigned int calls)
{
	struct fault fault = { .kind = FAULT_NONE };

	if (model.is_quiet_of_faults || !chance(percent))
		return fault;
	fault.kind = (enum fault_kind)draw_between(FAULT_KILL_BEFORE, FAULT_CUT_FAIL);
	fault.writes_only = chance(50);
	fault.number = 1 + (unsigned int)draw(fault.writes_only ||
					      fault.kind >= FAULT_CUT_KILL ?
					      1 + calls / 15 : calls);
	/* Mostly early, where the records are written. */
	if (chance(60))
		fault.number = 1 + (fault.number - 1) / 2;
	fault.bytes = (unsigned int)draw(200);
	draw_error(&fault);
	if (fault.kind == FAULT_CUT_FAIL)
		fault.error = ENOSPC;
	return fault;
}

static const char *words_of(const struct fault *fault)
{
	static char text[120];
	static const char *const kinds[] = {
		"", "killed before", "killed after", "failing at", "cut short at and killed",
		"cut short at and full", "stopped before",
	};

	if (fault->kind == FAULT_NONE)
		return "";
	snprintf(text, sizeof(text), ", %s %s %u%s%s", kinds[fault->kind],
		 fault->writes_only || fault->kind == FAULT_CUT_KILL ||
		 fault->kind == FAULT_CUT_FAIL ? "write" : "call", fault->number,
		 fault->kind == FAULT_FAIL ? ": " : "",
		 fault->kind == FAULT_FAIL ? strerror(fault->error) : "");
	if (fault->kind == FAULT_CUT_KILL || fault->kind == FAULT_CUT_FAIL)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 " after %u bytes", fault->bytes);
	return text;
}

void step_end(struct outcome *outcome)
{
	free(outcome->text);
	free(outcome->messages);
}

/* A command that may write. Was it done, with nothing in its way? */
bool step_command(char *const words[], const struct fault *fault,
		    struct outcome *outcome)
{
	struct fault recorded = *fault;
	char line[300] = "";

	for (size_t at = 0; words[at]; at++)
		snprintf(line + strlen(line), sizeof(line) - strlen(line), " %s", words[at]);
	note("TZ=%s trafmetux%s%s%s", model.zone, line, words_of(fault),
	     model.room >= 0 ? ", the disk is full" : "");
	recorded.is_recorded = steps_after_command != NULL;
	use_zone(model.zone);
	kernel_show();
	run(outcome, &recorded, words);
	model.is_spoiled |= outcome->is_fired || outcome->is_stopped;
	model.faults += fault->kind != FAULT_NONE;
	model.met += fault->kind != FAULT_NONE && outcome->is_fired;
	if (outcome->is_stopped)
		return false;
	note("    answers %d%s after %u calls %s", outcome->status,
	     outcome->is_fired ? " (it happened)" : "",
	     trap_shared->calls, outcome->messages);
	/* Files of the future are told; an import's month may have its file by now. */
	if (outcome->status && !model.is_spoiled && !model.steps_far &&
	    strcmp(words[0], "import") && !strstr(outcome->messages, "future"))
		fail("it finds fault with what is whole");
	if (steps_after_command)
		steps_after_command(line, strncmp(line, " import", 7) == 0);
	return outcome->status == 0 || (outcome->status == 1 && !outcome->is_fired);
}
