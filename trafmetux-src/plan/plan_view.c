// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_view.h"

#include <errno.h>

#include "index/belief.h"
#include "plan/ledger_file.h"
#include "plan/plan_told.h"

bool plan_is_sure(const struct plan_request *request)
{
	const struct belief *belief = request->source->belief;

	return !belief || belief_is_sure(belief);
}

/* An update, which cron runs each minute, tells once a day what is lost. */
static void tell(const struct plan_view *view,
		 const struct ledger_damage *damage)
{
	struct messages *messages = view->request->messages;
	const bool is_lost = damage->is_lost && damage->found.damaged;

	if (messages->is_update && !plan_told_due(view, "ledger", is_lost))
		messages->trouble |= is_lost;
	else
		ledger_file_tell(&view->selection.archive, view->plan->name,
				 damage);
}

static int reckon(struct plan_view *view)
{
	const struct plan_request *request = view->request;
	struct ledger records = { .count = 0 };
	const struct ledger_request wanted = {
		.plan = view->plan,
		.selection = &view->selection,
		.calendar = &view->calendar,
		.present = request->present,
		.until = request->is_past ? request->present : INT64_MAX,
		.is_unsure = !request->is_past && !plan_is_sure(request),
		.records = &records,
	};
	struct ledger_damage damage = { .is_lost = false };
	int error = 0;

	if (!request->recompute && view->selection.archive.directory >= 0)
		error = ledger_file_read(&view->selection.archive,
					 view->plan->name, request->present,
					 &records, &damage);
	view->passed_over = ledger_pass_over(view->plan, &view->calendar,
					     &records);
	/* The right answer can be had without what could not be read. */
	if (error != -ENOMEM)
		error = ledger_make(&wanted, &view->ledger);
	ledger_free(&records);
	if (damage.is_lost)
		ledger_file_judge(&view->ledger, &damage);
	if (damage.is_lost)
		ledger_lose(&view->ledger, request->present);
	tell(view, &damage);
	view->row = ledger_present(&view->ledger, request->present);
	return error;
}

int plan_view_open(struct plan_view *view, const struct plan_request *request,
		   const struct plan *plan)
{
	int error;

	*view = (struct plan_view){
		.request = request,
		.plan = plan,
		.selection = { .source = request->source,
			       .archive_path = request->archive_path,
			       .messages = request->messages,
			       .archive = { .directory = -1 } },
		.calendar = { .zone = { .name = plan->zone } },
	};
	error = selection_open(&view->selection, plan->columns,
			       plan->column_count);
	if (!error && view->selection.column_count < plan->column_count)
		error = -ENOENT;
	if (!error)
		error = reckon(view);
	if (error == -ENOMEM)
		message_report(request->messages, "%s: %s", plan->name,
			       message_reason(ENOMEM));
	return error;
}

void plan_view_close(struct plan_view *view)
{
	ledger_free(&view->ledger);
	selection_close(&view->selection);
}
