// SPDX-License-Identifier: GPL-2.0-or-later
/* plan and ledger: a plan as it is, or as it might be. */
#include <errno.h>

#include "cli/invocation.h"
#include "plan/ledger_render.h"
#include "plan/plan_view.h"
#include "plan/plan_words.h"

int command_plan_check(struct options *options, char *fault)
{
	if (!options->what_if && options->operand_count > 1)
		return options_fail(fault, "'%s' is one word too many",
				    options->operands[1]);
	if (options->what_if && options->operand_count == 1)
		return options_fail(fault,
				    "%s needs settings, such as amount=5GB",
				    "--what-if");
	return 0;
}

/* The plan with the settings that are asked for; the caller's to free. */
static int make_other(struct invocation *invocation, const struct config_plan *found,
		      struct plan *other)
{
	return plan_what_if_make(found, invocation->options->operands + 1,
				 invocation->options->operand_count - 1,
				 invocation->context.messages, other);
}

/* Are closed periods reckoned anew? */
static bool is_anew(const struct options *options)
{
	return options->recompute || options->what_if;
}

static void write_words(struct invocation *invocation, const struct plan *plan)
{
	const struct context *context = &invocation->context;
	const struct options *options = invocation->options;
	struct plan_view view;

	if (!plan_view_open(&view, context, plan, is_anew(options)) &&
	    plan_words_write(&view, &options->unit, context->output))
		message_report(context->messages, "%s: %s", plan->name,
			       message_reason(ENOMEM));
	plan_view_close(&view);
}

static int answer_plan(struct invocation *invocation, const struct config_plan *found)
{
	struct plan other;
	int error;

	if (!invocation->options->what_if) {
		write_words(invocation, &found->plan);
		return STATUS_DONE;
	}
	error = make_other(invocation, found, &other);
	if (error)
		return error == -EINVAL ? STATUS_USAGE : STATUS_DONE;
	plan_what_if_write(&invocation->context, &found->plan, &other,
			   &invocation->options->unit);
	plan_free(&other);
	return STATUS_DONE;
}

int command_plan(struct invocation *invocation)
{
	return invocation_run_plan(invocation, answer_plan);
}

/* The last rows, as -t asks for. */
static void write_ledger(struct invocation *invocation, const struct plan *plan)
{
	const struct context *context = &invocation->context;
	const struct options *options = invocation->options;
	char zone[CALENDAR_ZONE_SIZE];
	struct plan_view view;
	struct ledger_view written;
	size_t skipped = 0;

	if (!plan_view_open(&view, context, plan, is_anew(options))) {
		if (options->times && options->times < view.ledger.count)
			skipped = view.ledger.count - (size_t)options->times;
		calendar_zone(&view.calendar, context->present, zone);
		written = (struct ledger_view){
			.plan = plan->name, .zone = zone,
			.rows = view.ledger.rows + skipped,
			.count = view.ledger.count - skipped,
			.present = context->present,
			.unit = plan_words_unit(plan, &options->unit),
		};
		if (options->render == &render_json)
			ledger_write_json(&written, context->output);
		else if (options->render == &render_csv)
			ledger_write_csv(&written, context->output);
		else
			ledger_write_table(&written, context->output);
	}
	plan_view_close(&view);
}

static int answer_ledger(struct invocation *invocation, const struct config_plan *found)
{
	struct plan other;
	int error;

	if (!invocation->options->what_if) {
		write_ledger(invocation, &found->plan);
		return STATUS_DONE;
	}
	error = make_other(invocation, found, &other);
	if (error)
		return error == -EINVAL ? STATUS_USAGE : STATUS_DONE;
	write_ledger(invocation, &other);
	plan_free(&other);
	return STATUS_DONE;
}

int command_ledger(struct invocation *invocation)
{
	return invocation_run_plan(invocation, answer_ledger);
}
