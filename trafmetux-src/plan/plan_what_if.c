// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/plan_what_if.h"

#include <errno.h>
#include <string.h>

#include "plan/ledger_render.h"
#include "plan/plan_words.h"

/* Is it the first change of its key? */
static bool is_first(char *const changes[], size_t at)
{
	const size_t length = strcspn(changes[at], "=");

	for (size_t before = 0; before < at; before++) {
		if (strcspn(changes[before], "=") == length &&
		    memcmp(changes[before], changes[at], length) == 0)
			return false;
	}
	return true;
}

static void report_fault(void *messages, const struct plan_fault *fault)
{
	message_report(messages, "--what-if: %s%s%s",
		       fault->key ? fault->key : "", fault->key ? ": " : "",
		       fault->words);
}

int plan_what_if_make(const struct config_plan *found, char *const changes[],
		      size_t count, struct messages *messages,
		      struct plan *plan)
{
	struct plan_settings settings = { .count = 0 };
	int error = 0;

	for (size_t at = 0; !error && at < found->settings.count; at++) {
		const struct plan_setting *setting = &found->settings.list[at];

		error = plan_settings_add(&settings, setting->key,
					  setting->value, 0);
	}
	for (size_t at = 0; !error && at < count; at++) {
		error = plan_settings_change(&settings, changes[at],
					     is_first(changes, at));
		if (error == -EINVAL)
			message_report(messages,
				       "--what-if: '%.100s' is no 'key=value'",
				       changes[at]);
	}
	if (!error)
		error = plan_make(found->name, &settings, plan, report_fault,
				  messages);
	if (error == -ENOMEM)
		message_report(messages, "--what-if: %s",
			       message_reason(ENOMEM));
	plan_settings_free(&settings);
	return error;
}

/* One plan's table and how many periods went over. */
static void write_plan(const struct plan_request *request,
		       const struct plan *plan, const char *title,
		       const struct unit *unit, FILE *output)
{
	struct plan_view view;
	size_t over = 0;

	if (!plan_view_open(&view, request, plan)) {
		const struct ledger *ledger = &view.ledger;
		const struct ledger_view written = {
			.rows = ledger->rows, .count = ledger->count,
			.unit = plan_words_unit(plan, unit),
		};

		for (size_t at = 0; at < ledger->count; at++)
			over += ledger_left(&ledger->rows[at]).is_negative;
		fprintf(output, "%s: more was used than there was in %zu of %zu period%s\n",
			title, over, ledger->count,
			ledger->count == 1 ? "" : "s");
		ledger_write_table(&written, output);
	}
	plan_view_close(&view);
}

void plan_what_if_write(const struct plan_request *request,
			const struct plan *plan, const struct plan *other,
			const struct unit *unit, FILE *output)
{
	write_plan(request, plan, "as it is", unit, output);
	fputc('\n', output);
	write_plan(request, other, "what if", unit, output);
}
