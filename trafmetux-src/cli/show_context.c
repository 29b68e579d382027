// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/show_context.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "counting/counting.h"
#include "report/render.h"

static const struct render_operations *choose_render(enum output_format format)
{
	switch (format) {
	case OUTPUT_JSON:
		return &render_json;
	case OUTPUT_CSV:
		return &render_csv;
	case OUTPUT_TABLE:
		return &render_table;
	case OUTPUT_TEXT:
		break;
	}
	return &render_text;
}

/* Bold type is for terminals, and for whom does not object: no-color.org. */
static bool is_styled(void)
{
	const char *objection = getenv("NO_COLOR");
	const char *terminal = getenv("TERM");

	return !(objection && *objection) &&
	       terminal && strcmp(terminal, "dumb") != 0;
}

static struct query make_query(const struct context *context, const char *name)
{
	const struct options *options = context->options;

	return (struct query){
		.archive_path = options->archive_path,
		.name = name,
		.period = context->command->period,
		.words = options->operands,
		.word_count = options->operand_count,
		.times = options->times,
		.top = options->top,
		.unit = options->unit,
		.total = options->total,
		.packets = options->packets,
		.rates = options->rates,
		.format = options->format,
		.interval = options->interval,
	};
}

int show_context_open(struct show_context *show, struct context *context,
		      const char *name)
{
	const bool is_terminal = isatty(STDOUT_FILENO);

	show->query = make_query(context, name);
	show->request = (struct show_request){
		.query = &show->query,
		.source = &context->source,
		.render = choose_render(context->options->format),
		.calendar = &context->calendar,
		.present = context->present,
		.messages = context->messages,
		.output = context->output,
		.is_terminal = is_terminal,
		.is_styled = is_terminal && is_styled(),
		.progress_output = context->progress,
	};
	if (time_range_resolve(&context->calendar, context->present,
			       &context->options->from, &context->options->to,
			       &show->request.range))
		return STATUS_DONE;
	message_report(context->messages,
		       "--from is not before the end of --to; try 'trafmetux --help'");
	return STATUS_USAGE;
}

void show_context_tell(const struct show_context *show,
		       const struct context *context, size_t count)
{
	const struct options *options = context->options;
	struct monitor_names wanted = { 0 };
	const struct counting_question question = {
		.source = &context->source,
		.archive_path = options->archive_path,
		.wanted = options->operand_count ? &wanted : NULL,
		.present = context->present,
		.is_past = options->has_at,
		.until = show->request.range.end,
	};

	/* An archive that is named may be any machine's. */
	if (!options->has_archive &&
	    !counting_wanted(options->operands, count, &wanted))
		counting_tell(&question, false, context->messages);
	monitor_names_free(&wanted);
}

/* Does the kernel count any of the monitors that are asked for? */
static bool is_counting(const struct context *context, size_t count)
{
	const struct options *options = context->options;
	struct monitor_names names = { 0 };
	bool found = false;

	if (!context->source.operations->list(&context->source, &names)) {
		found = names.count && !options->operand_count;
		for (size_t at = 0; at < count; at++)
			found |= monitor_names_hold(&names,
						    options->operands[at]);
	}
	monitor_names_free(&names);
	return found;
}

void show_context_tell_clock(const struct context *context, size_t count)
{
	const struct belief *belief = &context->belief;

	if (belief_is_sure(belief))
		return;
	/* Of another machine's archive, this one's clock tells nothing. */
	if (!context->options->has_archive || context_is_own(context) ||
	    belief->is_ours || is_counting(context, count))
		belief_report(belief, context->messages);
}
