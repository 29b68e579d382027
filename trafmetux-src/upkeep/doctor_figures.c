// SPDX-License-Identifier: GPL-2.0-or-later
/* What reports, plans and updates would complain of, all at once. */
#include <errno.h>

#include "history/history.h"
#include "plan/config.h"
#include "plan/limit_memory.h"
#include "plan/plan_view.h"
#include "report/selection.h"
#include "upkeep/doctor.h"

/* All periods are one: only what is wrong with the files is asked for. */
static bool are_together(void *context, int64_t first, int64_t last)
{
	(void)context;
	(void)first;
	(void)last;
	return true;
}

static int take_growth(void *context, const struct growth *growth)
{
	(void)context;
	(void)growth;
	return 0;
}

/* Damage is reported where a file is read; what is indexed has none. */
static int read_monitors(struct selection *selection,
			 const struct monitor_names *names)
{
	const struct history_window window = HISTORY_WINDOW_ALL;
	int error = 0;

	for (size_t at = 0; !error && at < names->count; at++) {
		struct history history;

		history_open(&history, names->list[at], selection->source,
			     &selection->archive, &selection->listing);
		error = history_read(&history, &window, are_together,
				     take_growth, NULL);
		history_close(&history);
	}
	return error;
}

static void read_plans(const struct doctor_request *request,
		       const struct config *config)
{
	const struct plan_request wanted = {
		.source = request->source,
		.archive_path = request->archive_path,
		.present = request->present,
		.expects = request->expects,
		.messages = request->messages,
	};

	for (size_t at = 0; at < config->count; at++) {
		struct plan_view view;

		if (!config->plans[at].is_right)
			continue;
		plan_view_open(&view, &wanted, &config->plans[at].plan);
		plan_view_close(&view);
	}
}

void doctor_figures(const struct doctor_request *request)
{
	struct selection selection = {
		.source = request->source,
		.archive_path = request->archive_path,
		.messages = request->messages,
		.archive = { .directory = -1 },
	};
	struct monitor_names names = { .count = 0 };
	struct limit_memory memory = { .count = 0 };
	struct config config;
	int error = selection_list_all(&selection, &names);

	if (!error)
		error = read_monitors(&selection, &names);
	if (!error && selection.archive.directory >= 0)
		error = limit_memory_read(&memory, &selection.archive);
	if (error)
		message_report(request->messages, "%s", message_reason(-error));
	config_read(request->config_path, request->is_config_wanted, &config,
		    request->messages);
	read_plans(request, &config);
	config_free(&config);
	limit_memory_free(&memory);
	monitor_names_free(&names);
	selection_close(&selection);
}
