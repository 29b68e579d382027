// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan_update.h"

#include <errno.h>
#include <unistd.h>

#include "ledger_file.h"
#include "plan_file.h"
#include "plan_warn.h"

/* Records the periods that are over and are not recorded yet. */
static void record(struct plan_view *view)
{
	const struct ledger *ledger = &view->ledger;
	const int64_t present = view->request->present;
	size_t first = 0;
	size_t end;

	while (first < ledger->count && ledger->rows[first].is_recorded)
		first++;
	for (end = first; end < ledger->count; end++) {
		if (ledger->rows[end].period.end >
		    present - PLAN_UPDATE_DELAY)
			break;
	}
	if (end > first)
		ledger_file_append(&view->selection.archive, view->plan->name,
				   ledger->rows + first, end - first, present);
}

static void update_plan(const struct plan_request *request,
			const struct archive *archive, const struct plan *plan)
{
	/* Of this plan alone: what could not be read is not recorded. */
	struct messages messages = *request->messages;
	struct plan_request own = *request;
	const int lock = plan_file_lock(archive, plan->name);
	struct plan_view view;

	if (lock < 0) {
		if (lock != -EAGAIN)
			message_report(request->messages, "%s/.lock: %s",
				       archive->path, message_reason(-lock));
		return;
	}
	messages.trouble = false;
	own.messages = &messages;
	if (!plan_view_open(&view, &own, plan)) {
		if (!messages.trouble)
			record(&view);
		plan_warn(&view);
	}
	plan_view_close(&view);
	close(lock);
	request->messages->trouble |= messages.trouble;
}

void plan_update_run(const struct plan_request *request,
		     const struct config *config)
{
	struct archive archive;

	/* What is wrong with the directory, the update has said already. */
	if (!config->count || archive_open(&archive, request->archive_path,
					   request->messages))
		return;
	for (size_t at = 0; at < config->count; at++) {
		if (config->plans[at].is_right)
			update_plan(request, &archive, &config->plans[at].plan);
	}
	archive_close(&archive);
}
