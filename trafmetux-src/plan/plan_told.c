// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_told.h"

#include <stdio.h>
#include <unistd.h>

#include "archive/told.h"

bool plan_told_due(const struct plan_view *view, const char *what, bool is_so)
{
	const struct archive *archive = &view->selection.archive;
	const bool is_remembered = view->request->expects &&
				   archive->directory >= 0 &&
				   !isatty(STDERR_FILENO);
	char key[TOLD_KEY_SIZE];
	struct told told;
	bool is_due = false;

	snprintf(key, sizeof(key), "%.15s:%.31s", what, view->plan->name);
	told_open(&told, is_remembered ? archive : NULL,
		  view->request->present);
	if (is_so)
		is_due = told_due(&told, key);
	else
		told_over(&told, key, NULL);
	told_close(&told);
	return is_due;
}
