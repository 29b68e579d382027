// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_view.h"

#include <errno.h>
#include <stdlib.h>

#include "index/belief.h"
#include "plan/ledger.h"

/* The context by a clock that is not believed. */
struct plan_by_clock {
	struct belief belief;	/* its memory is the other one's */
	struct source source;
	struct context context;
};

bool plan_is_sure(const struct context *context)
{
	const struct belief *belief = context->source->belief;

	return !belief || belief_is_sure(belief);
}

/* What a file that was cut off at a line's end can't tell. */
static void tell_late(const struct plan_view *view)
{
	const struct ledger *ledger = &view->ledger;
	char first[16];
	char last[16];
	size_t at = 0;
	size_t end;

	while (at < ledger->count && !ledger->rows[at].is_late)
		at++;
	for (end = at; end < ledger->count && ledger->rows[end].is_late;)
		end++;
	if (at == end)
		return;
	calendar_format_day(ledger->rows[at].period.first_day, first, sizeof(first));
	calendar_format_day(ledger->rows[end - 1].period.end_day, last, sizeof(last));
	message_note(view->selection.context->messages,
		     "%s/" PLAN_FILE_DIRECTORY "/%s.ledger: %s to %s is not in it, though over for long; it is reckoned anew by the plan as it is, with no more than before",
		     view->selection.archive.path, view->plan->name, first, last);
}

static int reckon(struct plan_view *view)
{
	const struct context *context = view->selection.context;
	struct ledger records = { .count = 0 };
	struct ledger_request wanted = {
		.plan = view->plan,
		.selection = &view->selection,
		.calendar = &view->calendar,
		.is_unsure = !context->is_past && !plan_is_sure(context),
		.records = &records,
	};
	struct ledger_damage damage = { .is_lost = false };
	int error = 0;

	if (!view->is_anew && view->selection.archive.directory >= 0)
		error = ledger_file_read(&view->selection.archive,
					 view->plan->name, context->present,
					 &records, &damage);
	view->passed_over = ledger_pass_over(view->plan, &view->calendar,
					     &records);
	view->ahead = damage.ahead;
	view->is_later = damage.is_later;
	/* What a wrong clock wrote is passed over, and known to be. */
	wanted.is_whole = !context->is_past && !wanted.is_unsure && !damage.is_lost &&
			  !view->passed_over && !view->ahead && !view->is_later;
	/* The right answer can be had without what could not be read. */
	if (error != -ENOMEM)
		error = ledger_make(&wanted, &view->ledger);
	ledger_free(&records);
	if (damage.is_lost)
		ledger_file_judge(&view->ledger, &damage);
	if (damage.is_lost)
		ledger_lose(&view->ledger, context->present);
	ledger_file_tell(&view->selection.archive, view->plan->name, &damage);
	tell_late(view);
	view->row = ledger_present(&view->ledger, context->present);
	return error;
}

static int open_view(struct plan_view *view, const struct context *context,
		     const struct plan *plan, bool is_anew)
{
	int error;

	*view = (struct plan_view){
		.plan = plan,
		.is_anew = is_anew,
		.selection = selection_start(context),
		.calendar = { .zone = { .name = plan->zone } },
	};
	error = selection_open(&view->selection, plan->columns,
			       plan->column_count);
	if (!error && view->selection.column_count < plan->column_count)
		error = -ENOENT;
	if (!error)
		error = reckon(view);
	return error;
}

/* After all periods, as after a bucket's end, there is none; before them, all. */
static struct amount find_left(const struct plan_view *view)
{
	if (view->row)
		return ledger_left(view->row);
	if (view->ledger.count)
		return (struct amount){ .is_negative = true };
	return amount_of(view->plan->amount);
}

static struct plan_by_clock *make_by_clock(const struct context *context)
{
	struct plan_by_clock *made = calloc(1, sizeof(*made));

	if (!made)
		return NULL;
	made->belief = *context->source->belief;
	made->belief.present = made->belief.clock.now;
	made->source = *context->source;
	made->source.belief = &made->belief;
	made->context = *context;
	made->context.source = &made->source;
	made->context.present = made->belief.present;
	return made;
}

/* Opens it by the clock if less is left by that. */
static int ask_clock(struct plan_view *view)
{
	const struct plan *plan = view->plan;
	const bool is_anew = view->is_anew;
	struct plan_by_clock *by_clock = make_by_clock(view->selection.context);
	struct plan_view other;
	bool is_less;
	int error;

	if (!by_clock)
		return -ENOMEM;
	error = open_view(&other, &by_clock->context, plan, is_anew);
	is_less = !error && amount_compare(find_left(&other),
					   find_left(view)) < 0;
	plan_view_close(&other);
	if (!is_less) {
		free(by_clock);
		return error;
	}
	plan_view_close(view);
	error = open_view(view, &by_clock->context, plan, is_anew);
	view->by_clock = by_clock;
	return error;
}

int plan_view_open(struct plan_view *view, const struct context *context,
		   const struct plan *plan, bool is_anew)
{
	const struct belief *belief = context->source->belief;
	int error = open_view(view, context, plan, is_anew);

	if (!error && !context->is_past && belief && belief_may_be_right(belief))
		error = ask_clock(view);
	if (error == -ENOMEM)
		message_report(context->messages, "%s: %s", plan->name,
			       message_reason(ENOMEM));
	return error;
}

void plan_view_close(struct plan_view *view)
{
	ledger_free(&view->ledger);
	selection_close(&view->selection);
	free(view->by_clock);
	view->by_clock = NULL;
}
