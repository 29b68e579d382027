// SPDX-License-Identifier: GPL-2.0-or-later
#include "plan/ledger_render.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/writer.h"
#include "plan/plan_words.h"

enum { FIGURES = 6 };

static const char *const names[FIGURES] = {
	"base", "carried", "topped up", "used", "free", "left",
};

static const char *const keys[FIGURES] = {
	"base", "carried", "topped_up", "used", "free", "left",
};

static void list_figures(const struct ledger_row *row,
			 struct amount figures[FIGURES])
{
	figures[0] = amount_of(row->base);
	figures[1] = amount_of(row->carried);
	figures[2] = amount_of(row->topped_up);
	figures[3] = amount_of(row->used);
	figures[4] = amount_of(row->free);
	figures[5] = ledger_left(row);
}

/* "present", "recorded" or "" for what was reckoned just now. */
static const char *state_of(const struct ledger_view *view,
			    const struct ledger_row *row)
{
	if (row->is_recorded)
		return "recorded";
	return view->present < row->period.end ? "present" : "reckoned";
}

/* Of what is used, free or left. */
static bool is_about(const struct ledger_row *row, int figure)
{
	return row->is_about && figure > 2;
}

static void format_figure(const struct ledger_view *view, struct amount figure,
			  bool is_about_, char text[UNIT_TEXT_SIZE + 1])
{
	strcpy(text, is_about_ ? "~" : "");
	unit_format_amount(&view->unit, figure, text + is_about_);
}

void ledger_write_table(const struct ledger_view *view, FILE *output)
{
	const int period_width = SCHEDULE_LABEL_SIZE - 9;
	struct amount figures[FIGURES];
	char text[UNIT_TEXT_SIZE + 1];
	int widths[FIGURES];

	for (int at = 0; at < FIGURES; at++)
		widths[at] = (int)strlen(names[at]);
	for (size_t row = 0; row < view->count; row++) {
		list_figures(&view->rows[row], figures);
		for (int at = 0; at < FIGURES; at++) {
			format_figure(view, figures[at], is_about(&view->rows[row], at),
				      text);
			if ((int)strlen(text) > widths[at])
				widths[at] = (int)strlen(text);
		}
	}
	fprintf(output, "%-*s", period_width, "period");
	for (int at = 0; at < FIGURES; at++)
		fprintf(output, "  %*s", widths[at], names[at]);
	fputc('\n', output);
	for (size_t row = 0; row < view->count; row++) {
		char label[SCHEDULE_LABEL_SIZE];

		schedule_label(&view->rows[row].period, label);
		fprintf(output, "%-*s", period_width, label);
		list_figures(&view->rows[row], figures);
		for (int at = 0; at < FIGURES; at++) {
			format_figure(view, figures[at], is_about(&view->rows[row], at),
				      text);
			fprintf(output, "  %*s", widths[at], text);
		}
		fputc('\n', output);
	}
}

static void write_key(struct writer *writer, const char *key)
{
	writer_field_text(writer, ",\"", key);
	writer_text(writer, "\":");
}

/* A date; or null for the end of an open period. */
static void write_day(struct writer *writer, int32_t day)
{
	char text[16];

	if (day == SCHEDULE_OPEN_DAY) {
		writer_text(writer, "null");
		return;
	}
	calendar_format_day(day, text, sizeof(text));
	writer_json_text(writer, text);
}

static void write_row(const struct ledger_view *view,
		      const struct ledger_row *row, struct writer *writer)
{
	const struct schedule_period *period = &row->period;
	const bool is_open = period->end == SCHEDULE_OPEN_END;
	struct amount figures[FIGURES];

	writer_text(writer, "{\"first_day\":");
	write_day(writer, period->first_day);
	write_key(writer, "last_day");
	write_day(writer, is_open ? SCHEDULE_OPEN_DAY : period->end_day - 1);
	write_key(writer, "start");
	writer_signed(writer, period->start);
	write_key(writer, "end");
	if (is_open)
		writer_text(writer, "null");
	else
		writer_signed(writer, period->end);
	write_key(writer, "state");
	writer_json_text(writer, state_of(view, row));
	list_figures(row, figures);
	for (int at = 0; at < FIGURES; at++) {
		write_key(writer, keys[at]);
		writer_amount(writer, figures[at]);
	}
	if (row->is_about)
		writer_text(writer, ",\"exact\":false");
	writer_text(writer, "}");
}

void ledger_write_json(const struct ledger_view *view, FILE *output)
{
	struct writer writer;

	writer_start(&writer, output);
	writer_field_number(&writer, "{\"version\":", LEDGER_JSON_VERSION);
	write_key(&writer, "plan");
	writer_json_text(&writer, view->plan);
	write_key(&writer, "timezone");
	writer_json_text(&writer, view->zone);
	writer_text(&writer, ",\"periods\":[");
	for (size_t at = 0; at < view->count; at++) {
		writer_text(&writer, at ? ",\n" : "\n");
		write_row(view, &view->rows[at], &writer);
	}
	writer_text(&writer, "\n]}\n");
	writer_end(&writer);
}

void ledger_write_csv(const struct ledger_view *view, FILE *output)
{
	fputs("first_day,last_day,start,end,state", output);
	for (int at = 0; at < FIGURES; at++)
		fprintf(output, ",%s", keys[at]);
	fputc('\n', output);
	for (size_t at = 0; at < view->count; at++) {
		const struct ledger_row *row = &view->rows[at];
		const struct schedule_period *period = &row->period;
		const bool is_open = period->end == SCHEDULE_OPEN_END;
		struct amount figures[FIGURES];
		char text[16];

		calendar_format_day(period->first_day, text, sizeof(text));
		fprintf(output, "%s,", text);
		if (!is_open)
			calendar_format_day(period->end_day - 1, text,
					    sizeof(text));
		fprintf(output, "%s,%" PRId64 ",", is_open ? "" : text,
			period->start);
		if (!is_open)
			fprintf(output, "%" PRId64, period->end);
		fprintf(output, ",%s", state_of(view, row));
		list_figures(row, figures);
		for (int figure = 0; figure < FIGURES; figure++)
			fprintf(output, ",%s%" PRIu64,
				figures[figure].is_negative ? "-" : "",
				figures[figure].size);
		fputc('\n', output);
	}
}

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
static void write_plan(const struct context *context, const struct plan *plan,
		       const char *title, const struct unit *unit)
{
	struct plan_view view;
	size_t over = 0;

	if (!plan_view_open(&view, context, plan, true)) {
		const struct ledger *ledger = &view.ledger;
		const struct ledger_view written = {
			.rows = ledger->rows, .count = ledger->count,
			.unit = plan_words_unit(plan, unit),
		};

		for (size_t at = 0; at < ledger->count; at++)
			over += ledger_left(&ledger->rows[at]).is_negative;
		fprintf(context->output,
			"%s: more was used than there was in %zu of %zu period%s\n",
			title, over, ledger->count,
			ledger->count == 1 ? "" : "s");
		ledger_write_table(&written, context->output);
	}
	plan_view_close(&view);
}

void plan_what_if_write(const struct context *context,
			const struct plan *plan, const struct plan *other,
			const struct unit *unit)
{
	write_plan(context, plan, "as it is", unit);
	fputc('\n', context->output);
	write_plan(context, other, "what if", unit);
}
