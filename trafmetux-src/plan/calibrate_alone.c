// SPDX-License-Identifier: GPL-2.0-or-later
/* Is it one of a plan's monitors that the ISP bills, as where it bills a direction? */
#include <stdio.h>
#include <string.h>

#include "plan/calibrate.h"

/* The monitors of a plan, each once. */
static size_t find_monitors(const struct plan_request *request,
			    const struct plan *plan,
			    char names[CALIBRATE_MONITORS_MAX][MONITOR_NAME_SIZE])
{
	const struct selection *selection;
	struct plan_view view;
	size_t count = 0;
	int error;

	error = plan_view_open(&view, request, plan);
	selection = &view.selection;
	for (size_t at = 0; !error && at < selection->history_count; at++) {
		if (count < CALIBRATE_MONITORS_MAX)
			strcpy(names[count++],
			       selection->histories[at].monitor);
	}
	plan_view_close(&view);
	return count;
}

size_t calibrate_alone(const struct calibrate_request *request,
		       struct calibrate_monitor room[CALIBRATE_MONITORS_MAX],
		       struct calibrate_cause causes[CALIBRATE_MONITORS_MAX])
{
	char names[CALIBRATE_MONITORS_MAX][MONITOR_NAME_SIZE];
	/* What there is to say was said of them together. */
	struct messages messages = { .silent = true };
	struct plan_request silent = *request->request;
	struct calibrate_request alone = *request;
	struct plan plan = *request->plan;
	size_t count;
	size_t found = 0;

	silent.messages = &messages;
	alone.request = &silent;
	count = find_monitors(&silent, request->plan, names);
	plan.column_count = 1;
	for (size_t at = 0; count > 1 && at < count; at++) {
		struct calibrate_counted counted;

		plan.columns[0] = names[at];
		if (calibrate_count(&alone, &plan, &counted) || !counted.bytes)
			continue;
		snprintf(room[found].words, sizeof(room[found].words),
			 "one direction, or one part, is billed: that of %.*s",
			 MONITOR_NAME_SIZE - 1, names[at]);
		snprintf(room[found].setting, sizeof(room[found].setting),
			 "monitors = %.*s", MONITOR_NAME_SIZE - 1, names[at]);
		causes[found] = (struct calibrate_cause){ room[found].words,
							  room[found].setting,
							  counted.bytes };
		found++;
	}
	return found;
}
